package org.millwright.wire.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.AuditEvent;

/** One entry of the audit trail. */
record AuditBody(
        long sequence,
        Instant at,
        String action,
        String outcome,
        @Nullable String reason,
        int occurrences,
        @Nullable String principal,
        @Nullable String principalName,
        @Nullable String credential,
        @Nullable String credentialKind,
        @Nullable String run,
        @Nullable String address,
        @Nullable String client,
        @Nullable String request,
        @Nullable String operation,
        @Nullable String permission,
        @Nullable String workspace,
        String kind,
        @Nullable String resource,
        @Nullable String part,
        @Nullable JsonNode before,
        @Nullable JsonNode after,
        String hash) {

    static AuditBody of(AuditEvent event) {
        return new AuditBody(
                event.sequence(),
                event.at(),
                event.action().name(),
                event.outcome().name(),
                event.reason(),
                event.occurrences(),
                event.principal(),
                event.principalName(),
                event.credential(),
                event.credentialKind(),
                event.run(),
                event.address(),
                event.client(),
                event.request(),
                event.operation(),
                event.permission(),
                event.workspace(),
                event.kind(),
                event.resource(),
                event.part(),
                tree(event.before()),
                tree(event.after()),
                event.hash());
    }

    private static @Nullable JsonNode tree(@Nullable String json) {
        try {
            return json == null ? null : RestJson.MAPPER.readTree(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("The database keeps nothing but JSON there", impossible);
        }
    }
}
