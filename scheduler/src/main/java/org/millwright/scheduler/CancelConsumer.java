package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.millwright.experiment.RunId;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.RecordedEvent;

/** Passes on at once that somebody wants a run to end; should it not arrive, a tick finds out seconds later. */
@ApplicationScoped
public class CancelConsumer implements EventConsumer {
    private static final String SUBJECT = "run/";

    private final RunExecutor executor;

    @Inject
    public CancelConsumer(RunExecutor executor) {
        this.executor = executor;
    }

    @SuppressWarnings("NullAway")
    protected CancelConsumer() {
        this(null);
    }

    @Override
    public String name() {
        return "run-cancel";
    }

    @Override
    public boolean wants(String eventType) {
        return eventType.equals("RunCancelRequested");
    }

    @Override
    public void accept(RecordedEvent event) {
        executor.cancel(new RunId(event.subject().substring(SUBJECT.length())));
    }
}
