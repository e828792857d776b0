package org.millwright.schedule;

import org.millwright.workspace.WorkspaceName;

/** Names a schedule on the server. */
public record ScheduleKey(WorkspaceName workspace, ScheduleName name) {
    @Override
    public String toString() {
        return workspace + "/" + name;
    }
}
