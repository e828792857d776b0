package org.millwright.access.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An access token of an identity provider that was given for this server and is good now, and whom it speaks for. */
public sealed interface ProviderToken {

    Instant expiresAt();

    /**
     * A person's.
     *
     * @param tellsMemberships whether it says what groups and roles they have; otherwise what their last sign-in said holds
     * @param issuedAt null when it does not say
     */
    record OfPerson(
            ProvidedIdentity who,
            boolean tellsMemberships,
            ProviderRules rules,
            @Nullable Instant issuedAt,
            Instant expiresAt)
            implements ProviderToken {}

    /** An application's own, which acts for nobody. @param application by the id that the provider knows it by */
    record OfApplication(Identity application, Instant expiresAt) implements ProviderToken {}
}
