package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.millwright.access.Caller;
import org.millwright.access.CredentialId;
import org.millwright.access.spi.IdentityProviders;
import org.millwright.shared.Sha256;

/**
 * Tells who sends an access token of an identity provider. The provider may be asked for its keys, so this is not part of a
 * transaction.
 */
@ApplicationScoped
public class ProviderTokens {
    private final IdentityProviders providers;
    private final ProvidedCallers callers;

    @Inject
    public ProviderTokens(IdentityProviders providers, ProvidedCallers callers) {
        this.providers = providers;
        this.callers = callers;
    }

    @SuppressWarnings("NullAway")
    protected ProviderTokens() {
        this(null, null);
    }

    /** Whether it has the form of a JSON web token; nothing that this server issues has. */
    static boolean isToken(String secret) {
        return secret.startsWith("ey")
                && secret.chars().filter(character -> character == '.').count() >= 2;
    }

    /** @throws org.millwright.shared.Refused with Unauthenticated, saying what is wrong with it */
    Caller authenticate(String token) {
        return callers.of(providers.accessToken(token), id(token));
    }

    /** The same for the same token, so that the audit trail tells one from another. */
    private static CredentialId id(String token) {
        return new CredentialId(UUID.nameUUIDFromBytes(Sha256.hex(token).getBytes(StandardCharsets.US_ASCII)));
    }
}
