package org.millwright.secret.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.millwright.secret.SecretName;
import org.millwright.secret.model.WorkspaceSecret;
import org.millwright.secret.model.WorkspaceSecretRepository;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** The transactions of {@link WorkspaceSecrets}, which asks for keys before or after them and not within. */
@ApplicationScoped
@Transactional
public class WorkspaceSecretBook {
    private final WorkspaceSecretRepository secrets;

    @Inject
    public WorkspaceSecretBook(WorkspaceSecretRepository secrets) {
        this.secrets = secrets;
    }

    @SuppressWarnings("NullAway")
    protected WorkspaceSecretBook() {
        this(null);
    }

    WorkspaceSecret get(WorkspaceName workspace, SecretName name) {
        return secrets.find(workspace, name).orElseThrow(() -> Refused.notFound("secret", name));
    }

    List<WorkspaceSecret> all(WorkspaceName workspace) {
        return secrets.all(workspace);
    }

    WorkspaceSecret set(WorkspaceSecret secret) {
        secrets.set(secret);
        return get(secret.workspace(), secret.name());
    }

    void delete(WorkspaceName workspace, SecretName name) {
        if (!secrets.delete(workspace, name)) {
            throw Refused.notFound("secret", name);
        }
    }

    void used(WorkspaceName workspace, Collection<SecretName> names, String run, Instant at) {
        secrets.used(workspace, names, run, at);
    }
}
