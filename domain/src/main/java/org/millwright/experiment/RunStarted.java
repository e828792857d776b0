package org.millwright.experiment;

import java.time.Instant;
import org.millwright.shared.DomainEvent;

/** The process of a run started. */
public record RunStarted(RunId run, int attempt, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "run/" + run;
    }
}
