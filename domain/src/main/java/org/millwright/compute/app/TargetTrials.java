package org.millwright.compute.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.millwright.compute.ComputeName;
import org.millwright.secret.RunSecrets;
import org.millwright.workspace.WorkspaceName;

/** Tries whether attached compute can be used as it is described. It calls out, so it is no transaction. */
@ApplicationScoped
public class TargetTrials {
    private static final String OPENED = "credential";

    private final ComputeTargets targets;
    private final ComputeDrivers drivers;
    private final RunSecrets secrets;

    @Inject
    public TargetTrials(ComputeTargets targets, ComputeDrivers drivers, RunSecrets secrets) {
        this.targets = targets;
        this.drivers = drivers;
        this.secrets = secrets;
    }

    @SuppressWarnings("NullAway")
    protected TargetTrials() {
        this(null, null, null);
    }

    /**
     * What stands in the way of using the target, each in a sentence; empty when nothing does.
     *
     * @throws org.millwright.shared.Refused with NotFound when there is no such target, or not the secret that opens it
     */
    public List<String> obstacles(WorkspaceName workspace, ComputeName name) {
        var kind = targets.kind(workspace, name);
        var secret = ComputeTargets.credential(kind);
        var credential = secret == null
                ? null
                : secrets.openForRun(workspace, name.value(), Map.of(secret, OPENED))
                        .get(OPENED);
        return drivers.of(kind).obstacles(kind, credential);
    }
}
