package org.millwright.access.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the audit trail are looked for; what is null is not asked for.
 *
 * @param principals any of these; empty for all
 * @param from at this time or later
 * @param until before this time
 */
public record AuditQuery(
        @Nullable String workspace,
        List<String> principals,
        @Nullable AuditAction action,
        @Nullable AuditOutcome outcome,
        @Nullable String operation,
        @Nullable String permission,
        @Nullable String kind,
        @Nullable String resource,
        @Nullable String part,
        @Nullable String address,
        @Nullable String run,
        @Nullable String request,
        @Nullable Instant from,
        @Nullable Instant until) {

    public static final AuditQuery ALL =
            new AuditQuery(null, List.of(), null, null, null, null, null, null, null, null, null, null, null, null);

    public AuditQuery {
        principals = List.copyOf(principals);
    }
}
