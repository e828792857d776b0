package org.millwright.schedule;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A schedule is gone and must not fire again. */
public record ScheduleDeleted(WorkspaceName workspace, ScheduleName schedule, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "schedule/" + workspace + "/" + schedule;
    }
}
