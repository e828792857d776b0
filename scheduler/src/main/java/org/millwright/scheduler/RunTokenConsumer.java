package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.millwright.access.app.Credentials;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.RecordedEvent;

/** Takes back the token of a run that has ended, however and by whom it was ended, and even after a crash. */
@ApplicationScoped
public class RunTokenConsumer implements EventConsumer {
    private static final String SUBJECT = "run/";

    private final Credentials credentials;

    @Inject
    public RunTokenConsumer(Credentials credentials) {
        this.credentials = credentials;
    }

    @SuppressWarnings("NullAway")
    protected RunTokenConsumer() {
        this(null);
    }

    @Override
    public String name() {
        return "run-token";
    }

    @Override
    public boolean wants(String eventType) {
        return eventType.equals("RunEnded");
    }

    @Override
    public void accept(RecordedEvent event) {
        credentials.revokeOfRun(event.subject().substring(SUBJECT.length()));
    }
}
