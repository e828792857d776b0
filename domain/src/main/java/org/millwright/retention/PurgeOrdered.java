package org.millwright.retention;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** Something is to be purged; from now on it cannot be restored. @param by who ordered it, or {@code retention} */
public record PurgeOrdered(WorkspaceName workspace, DeletedKind kind, String id, String name, String by, Instant at)
        implements DomainEvent {
    @Override
    public String subject() {
        return "purge/" + workspace;
    }
}
