package org.millwright.experiment;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/**
 * A run ended.
 *
 * @param name as people know it at that time
 * @param state Completed, Failed or Canceled
 * @param reason why it failed, one sentence; empty otherwise
 */
public record RunEnded(
        RunId run,
        WorkspaceName workspace,
        ExperimentId experiment,
        String name,
        String state,
        String reason,
        Instant at)
        implements DomainEvent {
    @Override
    public String subject() {
        return "run/" + run;
    }
}
