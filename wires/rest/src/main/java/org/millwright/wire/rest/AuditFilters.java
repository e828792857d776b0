package org.millwright.wire.rest;

import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.app.AuditSearch;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditQuery;
import org.millwright.shared.Refused;

/** Which entries of the audit trail a request asks for; what it does not say, it does not ask for. */
public class AuditFilters {
    /** An id, a username or an e-mail address. */
    @QueryParam("actor")
    @Nullable
    String actor;

    @QueryParam("action")
    @Nullable
    String action;

    @QueryParam("outcome")
    @Nullable
    String outcome;

    /** As entries say it: {@code POST /api/v1/tokens}. */
    @QueryParam("operation")
    @Nullable
    String operation;

    @QueryParam("permission")
    @Nullable
    String permission;

    /** Of the resource: {@code model}, {@code role assignment}. */
    @QueryParam("kind")
    @Nullable
    String kind;

    @QueryParam("resource")
    @Nullable
    String resource;

    /** Of the resource: a model's version, the role that a principal was given. */
    @QueryParam("part")
    @Nullable
    String part;

    @QueryParam("address")
    @Nullable
    String address;

    /** Whose token it was. */
    @QueryParam("run")
    @Nullable
    String run;

    @QueryParam("request")
    @Nullable
    String request;

    /** A time, or a day of UTC, that belongs to it. */
    @QueryParam("from")
    @Nullable
    String from;

    /** A time, or a day of UTC, that no longer belongs to it. */
    @QueryParam("until")
    @Nullable
    String until;

    AuditQuery query(AuditSearch search, @Nullable String workspace) {
        return new AuditQuery(
                workspace,
                actor == null ? List.of() : search.meant(actor),
                action == null ? null : AuditAction.ofName("action", action),
                outcome == null ? null : AuditOutcome.ofName("outcome", outcome),
                operation,
                permission == null ? null : permissionOf(permission),
                kind,
                resource,
                part,
                address,
                run,
                request,
                time("from", from),
                time("until", until));
    }

    private static String permissionOf(String name) {
        for (var known : Permission.values()) {
            if (known.name().equalsIgnoreCase(name)) {
                return known.name();
            }
        }
        throw Refused.invalid("permission", "the name of a permission, such as MODEL_WRITE");
    }

    static @Nullable Instant time(String field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException neither) {
            throw Refused.invalid(field, "a day such as 2026-11-23, or a time such as 2026-11-23T12:00:00Z");
        }
    }
}
