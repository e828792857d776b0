package org.millwright.access.model;

import org.jspecify.annotations.Nullable;
import org.millwright.access.Attribution;
import org.millwright.workspace.WorkspaceName;

/**
 * Something that is to be put on the audit trail.
 *
 * @param reason why it was refused, or more about what was done; null when there is nothing to say
 * @param occurrences how often the same happened, when it is told of together
 * @param attribution null for the server itself
 */
public record AuditEntry(
        AuditAction action,
        AuditOutcome outcome,
        @Nullable String reason,
        int occurrences,
        @Nullable Attribution attribution,
        @Nullable WorkspaceName workspace,
        String kind,
        @Nullable String resource,
        @Nullable String part) {
    private static final int LENGTH = 1000;

    public AuditEntry {
        reason = kept(reason);
        resource = kept(resource);
        part = kept(part);
    }

    private static @Nullable String kept(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var clean = text.replace('\0', ' ');
        return clean.length() <= LENGTH ? clean : clean.substring(0, LENGTH);
    }
}
