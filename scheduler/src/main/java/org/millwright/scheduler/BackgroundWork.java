package org.millwright.scheduler;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millwright.compute.Isolation;
import org.millwright.compute.JobIsolation;

/** Begins and ends with the server everything that happens without a request. Jobs that run are left running. */
@ApplicationScoped
public class BackgroundWork {
    private static final System.Logger LOG = System.getLogger(BackgroundWork.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final AtomicBoolean started = new AtomicBoolean();

    @Inject
    Dispatcher dispatcher;

    @Inject
    OutboxRelay relay;

    @Inject
    WebhookRelay webhooks;

    @Inject
    RightsWatch rights;

    @Inject
    ProviderWatch providers;

    @Inject
    AuditSealer audit;

    @Inject
    ServingReconciler serving;

    @Inject
    EnvironmentSweeper environments;

    @Inject
    KeyRewrapper keys;

    @Inject
    QuartzScheduling quartz;

    @Inject
    JobIsolation isolation;

    @Inject
    ManagedThreads threads;

    void onStart(@Observes Startup event) {
        if (started.compareAndSet(false, true)) {
            keys.start(); // first: without its keys the server does not begin
            dispatcher.start();
            relay.start();
            webhooks.start();
            rights.start();
            providers.start();
            audit.start();
            serving.start();
            environments.start();
            quartz.start();
            threads.start("isolation of jobs", this::tellIsolation);
        }
    }

    /** What jobs can reach must not be news to the operator. */
    private void tellIsolation() {
        var found = isolation.isolation();
        var level = found.kind() == Isolation.Kind.NONE || found.kind() == Isolation.Kind.REFUSED ? WARNING : INFO;
        LOG.log(
                level,
                found.obstacle() == null
                        ? found.summary()
                        : "%s Why not more: %s".formatted(found.summary(), found.obstacle()));
    }

    void onEnd(@Observes Shutdown event) {
        if (started.get()) {
            quartz.stop();
            audit.finish();
            threads.close(PATIENCE);
        }
    }
}
