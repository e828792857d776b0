package org.millwright.wire.rest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalKind;
import org.millwright.access.app.Roles;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.shared.Refused;

/**
 * A person, a group or a service.
 *
 * @param kind user, group or service
 * @param username what they sign in by at their identity provider
 * @param identity by which their provider knows them; absent when they were made here
 * @param lastSignInAt at their provider; absent before, and when they were made here
 * @param disabledAt absent while they may act
 */
record PrincipalBody(
        String id,
        String kind,
        String name,
        @Nullable String username,
        @Nullable String email,
        @Nullable IdentityBody identity,
        Instant createdAt,
        @Nullable Instant lastSignInAt,
        @Nullable Instant disabledAt) {
    private static final Map<String, PrincipalKind> KINDS =
            Map.of("user", PrincipalKind.USER, "group", PrincipalKind.GROUP, "service", PrincipalKind.SERVICE);

    static PrincipalBody of(Principal principal) {
        return new PrincipalBody(
                principal.id().value(),
                word(principal.kind()),
                principal.name(),
                principal.username(),
                principal.email(),
                IdentityBody.of(principal.identity()),
                principal.createdAt(),
                principal.lastSeenAt(),
                principal.disabledAt());
    }

    static PrincipalKind kind(String text) {
        var kind = KINDS.get(text);
        if (kind == null) {
            throw Refused.invalid("kind", "'%s' is not one of user, group, service".formatted(text));
        }
        return kind;
    }

    private static String word(PrincipalKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /**
     * How an identity provider knows somebody.
     *
     * @param provider its name in the server's settings
     */
    @Schema(name = "ProviderIdentity")
    record IdentityBody(String provider, String subject) {
        static @Nullable IdentityBody of(@Nullable Identity identity) {
            return identity == null ? null : new IdentityBody(identity.provider(), identity.subject());
        }
    }

    /** One of them, where they are named. */
    @Schema(name = "PrincipalReference")
    record Reference(String id, String kind, String name) {
        static Reference of(Principal principal) {
            return new Reference(principal.id().value(), word(principal.kind()), principal.name());
        }
    }

    /**
     * A principal with all that they hold.
     *
     * @param groups that they are in
     * @param assignments roles given and denied to them and to their groups, as far as the caller may see them
     */
    @Schema(name = "PrincipalDetail")
    record Detail(PrincipalBody principal, List<Reference> groups, List<AssignmentBody> assignments) {
        static Detail of(Principal principal, List<Principal> groups, List<Roles.Given> held) {
            return new Detail(
                    PrincipalBody.of(principal),
                    groups.stream().map(Reference::of).toList(),
                    held.stream().map(AssignmentBody::of).toList());
        }
    }
}
