package org.millwright.access.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Sha256;

/**
 * One link of the audit trail's chain. Its hash is that of its text without the hash itself, and the text holds the hash of
 * the link before: whoever changes, takes out or puts in a link has to write all later ones anew, and the newest hash that
 * somebody noted no longer fits.
 *
 * @param sequence its place in the chain, from 1 without gaps
 * @param at when it happened, which may be a moment earlier or later than its neighbours say
 * @param principal null for the server itself, and while nobody was signed in
 * @param credentialKind null for what is no credential of this server
 * @param kind of the resource: {@code model}, {@code role assignment}
 * @param part of the resource: a model's version, the role that a principal holds
 * @param before JSON of what was so and is no longer; null when there was nothing
 * @param after JSON of what is so since
 * @param previous hash of the link before
 */
public record AuditEvent(
        long sequence,
        Instant at,
        AuditAction action,
        AuditOutcome outcome,
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
        @Nullable String before,
        @Nullable String after,
        String previous,
        String hash) {

    /** The next link, with its hash. @param waiting its own hash and place are not looked at */
    public static AuditEvent sealed(AuditEvent waiting, AuditHead head) {
        var unsealed = waiting.placed(head.sequence() + 1, head.hash(), "");
        return unsealed.placed(unsealed.sequence, head.hash(), Sha256.hex(unsealed.text()));
    }

    private AuditEvent placed(long newSequence, String newPrevious, String newHash) {
        return new AuditEvent(
                newSequence,
                at,
                action,
                outcome,
                reason,
                occurrences,
                principal,
                principalName,
                credential,
                credentialKind,
                run,
                address,
                client,
                request,
                operation,
                permission,
                workspace,
                kind,
                resource,
                part,
                before,
                after,
                newPrevious,
                newHash);
    }

    public AuditHead head() {
        return new AuditHead(sequence, hash);
    }

    /** Whether nothing of it was changed since it was sealed. */
    public boolean isIntact() {
        return hash.equals(Sha256.hex(text()));
    }

    /** As it is exported: one line of JSON, its hash last. */
    public String line() {
        return text() + AuditLine.HASH + hash + AuditLine.END;
    }

    /** What the hash is taken of: the line up to where the hash is told. */
    private String text() {
        return new AuditLine()
                .number("sequence", sequence)
                .text("at", at.toString())
                .text("action", action.name())
                .text("outcome", outcome.name())
                .text("reason", reason)
                .number("occurrences", occurrences)
                .text("principal", principal)
                .text("principal_name", principalName)
                .text("credential", credential)
                .text("credential_kind", credentialKind)
                .text("run", run)
                .text("address", address)
                .text("client", client)
                .text("request", request)
                .text("operation", operation)
                .text("permission", permission)
                .text("workspace", workspace)
                .text("kind", kind)
                .text("resource", resource)
                .text("part", part)
                .json("before", before)
                .json("after", after)
                .text("previous", previous)
                .toString();
    }
}
