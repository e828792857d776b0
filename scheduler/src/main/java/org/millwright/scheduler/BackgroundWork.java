package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Begins and ends with the server everything that happens without a request. Jobs that run are left running. */
@ApplicationScoped
public class BackgroundWork {
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
    KeyRewrapper keys;

    @Inject
    QuartzScheduling quartz;

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
            quartz.start();
        }
    }

    void onEnd(@Observes Shutdown event) {
        if (started.get()) {
            quartz.stop();
            audit.finish();
            threads.close(PATIENCE);
        }
    }
}
