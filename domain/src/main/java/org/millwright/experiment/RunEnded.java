package org.millwright.experiment;

import java.time.Instant;
import org.millwright.shared.DomainEvent;

/** A run ended. @param state Completed, Failed or Canceled */
public record RunEnded(RunId run, String state, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "run/" + run;
    }
}
