package org.millwright.schedule;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A schedule was made, changed, paused or resumed, so its next firing may be another. */
public record ScheduleChanged(WorkspaceName workspace, ScheduleName schedule, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "schedule/" + workspace + "/" + schedule;
    }
}
