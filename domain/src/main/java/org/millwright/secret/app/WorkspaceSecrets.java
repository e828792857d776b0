package org.millwright.secret.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.millwright.access.AuditTrail;
import org.millwright.access.PrincipalId;
import org.millwright.access.SecretCipher;
import org.millwright.secret.RunSecrets;
import org.millwright.secret.SecretName;
import org.millwright.secret.model.WorkspaceSecret;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Sets, lists and deletes the secrets of workspaces, and opens them for the runs that asked. */
@ApplicationScoped
public class WorkspaceSecrets implements RunSecrets {
    /** Anything shorter is found by chance in any log, so it could not be masked there. */
    public static final int SHORTEST = 4;

    /** What Azure Key Vault takes; an environment variable can hold a few times as much. */
    public static final int MOST_BYTES = 25 * 1024;

    private final WorkspaceSecretBook book;
    private final SecretCipher cipher;
    private final AuditTrail trail;
    private final Clock clock;

    @Inject
    public WorkspaceSecrets(WorkspaceSecretBook book, SecretCipher cipher, AuditTrail trail, Clock clock) {
        this.book = book;
        this.cipher = cipher;
        this.trail = trail;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected WorkspaceSecrets() {
        this(null, null, null, null);
    }

    /** @throws Refused with Invalid, which never repeats the value */
    public WorkspaceSecret set(WorkspaceName workspace, SecretName name, String value, PrincipalId by) {
        requireUsable(value);
        var now = clock.instant();
        var sealed = cipher.seal(WorkspaceSecret.place(workspace, name), value);
        return book.set(new WorkspaceSecret(workspace, name, sealed, by, now, now, null, null));
    }

    public WorkspaceSecret get(WorkspaceName workspace, SecretName name) {
        return book.get(workspace, name);
    }

    /** By name. */
    public List<WorkspaceSecret> list(WorkspaceName workspace) {
        return book.all(workspace);
    }

    public void delete(WorkspaceName workspace, SecretName name) {
        book.delete(workspace, name);
    }

    @Override
    @Transactional(Transactional.TxType.SUPPORTS)
    public void requireKnown(WorkspaceName workspace, Collection<SecretName> names) {
        if (names.isEmpty()) {
            return;
        }
        var missing = new TreeSet<>(names);
        book.all(workspace).forEach(known -> missing.remove(known.name()));
        if (!missing.isEmpty()) {
            throw Refused.invalid(
                    "secrets",
                    "workspace '%s' has no secret %s"
                            .formatted(
                                    workspace,
                                    missing.stream()
                                            .map(name -> "'" + name + "'")
                                            .collect(Collectors.joining(", "))));
        }
    }

    /** The one place where a secret of a workspace is opened. */
    @Override
    public Map<String, String> openForRun(WorkspaceName workspace, String run, Map<SecretName, String> variables) {
        if (variables.isEmpty()) {
            return Map.of();
        }
        var values = new LinkedHashMap<String, String>();
        variables.forEach((name, variable) -> values.put(
                variable,
                cipher.open(
                        WorkspaceSecret.place(workspace, name),
                        book.get(workspace, name).sealed())));
        variables.keySet().forEach(name -> trail.read("secret", workspace, name.value(), run));
        book.used(workspace, variables.keySet(), run, clock.instant());
        return values;
    }

    private static void requireUsable(String value) {
        if (value.length() < SHORTEST) {
            throw Refused.invalid(
                    "value", "at least %d characters, so that it can be masked in logs".formatted(SHORTEST));
        }
        if (value.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new Refused(new Problem.TooLarge("value", MOST_BYTES, "bytes"));
        }
        if (value.indexOf('\0') >= 0) {
            throw Refused.invalid("value", "no NUL characters, which no environment variable can hold");
        }
        if (value.isBlank()) {
            throw Refused.invalid("value", "more than white space");
        }
    }
}
