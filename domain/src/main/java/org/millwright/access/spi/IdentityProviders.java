package org.millwright.access.spi;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.Arrival;
import org.millwright.access.model.OfferedProvider;
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.ProviderToken;
import org.millwright.access.model.Renewal;
import org.millwright.access.model.SignInAttempt;

/** The identity providers that the operator trusts to say who somebody is. Each call but the first three may ask one over the network. */
public interface IdentityProviders {

    /** In the order in which the operator named them. */
    List<OfferedProvider> offered();

    /** How often to ask whether what a provider said still holds. */
    Duration checkInterval();

    /** @throws org.millwright.shared.Refused with NotFound when there is none of that name */
    ProviderRules rules(String provider);

    /**
     * Where somebody goes to sign in.
     *
     * @param callback where the provider sends them back to
     * @throws org.millwright.shared.Refused with NotFound, or Unauthenticated when the provider cannot be reached
     */
    URI departure(SignInAttempt attempt, URI callback);

    /**
     * Finds out who came back.
     *
     * @param answer the parameters that the provider sent them back with
     * @throws org.millwright.shared.Refused with Unauthenticated, saying what is wrong in words for them
     */
    Arrival arrival(SignInAttempt attempt, Map<String, String> answer, URI callback);

    /** Asks whether what a provider said still holds. Never throws for what the provider answers. */
    Renewal renew(String provider, String refreshToken);

    /** Where to sign out of the provider as well. @param back where it may send them afterwards; empty when it offers none */
    Optional<URI> signOut(String provider, String idToken, URI back);

    /**
     * Believes an access token of a provider.
     *
     * @throws org.millwright.shared.Refused with Unauthenticated when no provider issued it, it is not for this server, it is not
     *     good now, or it is something else than an access token
     */
    ProviderToken accessToken(String token);

    /**
     * A provider's notice that somebody has signed out there.
     *
     * @param subject null when it is about one session only
     * @param providerSession null when it is about all of them
     */
    record SignedOut(@Nullable String subject, @Nullable String providerSession) {}

    /** Believes such a notice. @throws org.millwright.shared.Refused with Invalid when the provider did not send it, or not just now */
    SignedOut signedOut(String provider, String notice);
}
