package org.millwright.access.model;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.shared.Refused;

/**
 * A person, a group or a service. People and groups of an identity provider are made at the first sign-in and follow it from
 * then on; others are made here. One who is disabled keeps what they hold and can do nothing with it.
 *
 * @param name as shown to people
 * @param username what they sign in by at their provider ({@code preferred_username}); people may type it for the id
 * @param identity null for one that was made here
 * @param lastSeenAt when they last signed in; null before
 * @param disabledAt null while they may act
 */
public record Principal(
        PrincipalId id,
        PrincipalKind kind,
        String name,
        @Nullable String username,
        @Nullable String email,
        @Nullable Identity identity,
        Instant createdAt,
        @Nullable Instant lastSeenAt,
        @Nullable Instant disabledAt) {
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,255}");

    public Principal {
        if (name.isBlank() || !NAME.matcher(name).matches()) {
            throw Refused.invalid("name", "1 to 255 characters, no control characters");
        }
    }

    /** One that is made here. */
    public static Principal local(PrincipalId id, PrincipalKind kind, String name, Instant at) {
        return new Principal(id, kind, name, null, null, null, at, null, null);
    }

    public boolean isDisabled() {
        return disabledAt != null;
    }

    public Principal called(String newName) {
        return new Principal(id, kind, newName, username, email, identity, createdAt, lastSeenAt, disabledAt);
    }

    /** What the provider says of them now. */
    public Principal seen(String newName, @Nullable String newUsername, @Nullable String newEmail, Instant at) {
        return new Principal(id, kind, newName, newUsername, newEmail, identity, createdAt, at, disabledAt);
    }

    /** @throws Refused with Invalid for the local administrator, without whom nobody could mend anything */
    public Principal disabled(Instant at) {
        if (id.equals(PrincipalId.LOCAL_ADMINISTRATOR)) {
            throw Refused.invalid("principal", "the local administrator cannot be disabled");
        }
        return isDisabled()
                ? this
                : new Principal(id, kind, name, username, email, identity, createdAt, lastSeenAt, at);
    }

    public Principal enabled() {
        return new Principal(id, kind, name, username, email, identity, createdAt, lastSeenAt, null);
    }
}
