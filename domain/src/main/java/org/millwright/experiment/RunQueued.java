package org.millwright.experiment;

import java.time.Instant;
import org.millwright.shared.DomainEvent;

/** A job was accepted and waits for a slot. */
public record RunQueued(RunId run, ExperimentId experiment, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "run/" + run;
    }
}
