package org.millwright.experiment;

import java.time.Instant;
import org.millwright.shared.DomainEvent;

/** Somebody asked for the end of a run that has a process or is about to get one. */
public record RunCancelRequested(RunId run, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "run/" + run;
    }
}
