package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Objects;
import org.millwright.compute.app.ComputeDrivers;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.compute.spi.Placement;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.secret.RunSecrets;

/** Says where attempts run, with what opens the target there. */
@ApplicationScoped
public class Sites {
    private static final String OPENED = "credential";

    private final ComputeTargets targets;
    private final ComputeDrivers drivers;
    private final RunSecrets secrets;

    @Inject
    public Sites(ComputeTargets targets, ComputeDrivers drivers, RunSecrets secrets) {
        this.targets = targets;
        this.drivers = drivers;
        this.secrets = secrets;
    }

    @SuppressWarnings("NullAway")
    protected Sites() {
        this(null, null, null);
    }

    /**
     * @throws org.millwright.shared.Refused with NotFound when the target or the secret that opens it is gone, Unavailable when
     *     the key of the secret cannot be reached
     */
    public Site of(Run run, RunAttempt attempt) {
        var kind = targets.kind(run.workspace(), attempt.compute());
        var job = Objects.requireNonNull(run.job(), "Only jobs have attempts");
        var name = ComputeTargets.credential(kind);
        var credential = name == null
                ? null
                : secrets.openForRun(run.workspace(), run.id().value(), Map.of(name, OPENED))
                        .get(OPENED);
        return new Site(
                drivers.of(kind),
                new Placement(
                        attempt.id(),
                        run.workspace(),
                        attempt.compute(),
                        kind,
                        job.resources().instances(),
                        credential));
    }
}
