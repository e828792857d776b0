package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.access.model.OfferedProvider;
import org.millwright.access.model.SignInAttempt;
import org.millwright.access.spi.IdentityProviders;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;

/**
 * Signing in at an identity provider: the way there, and the way back. It is no transaction itself, because it waits for the
 * provider; what comes of it is kept in one ({@link ProviderSessions#open}).
 */
@ApplicationScoped
public class ProviderSignIn {
    private static final SecretPlace ATTEMPT = new SecretPlace("sign-in", "attempt");

    private final IdentityProviders providers;
    private final ProviderSessions sessions;
    private final SecretCipher cipher;
    private final ServerSettings settings;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public ProviderSignIn(
            IdentityProviders providers,
            ProviderSessions sessions,
            SecretCipher cipher,
            ServerSettings settings,
            IdSource ids,
            Clock clock) {
        this.providers = providers;
        this.sessions = sessions;
        this.cipher = cipher;
        this.settings = settings;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ProviderSignIn() {
        this(null, null, null, null, null, null);
    }

    /**
     * Somebody is about to leave for a provider.
     *
     * @param address where to send them
     * @param state names the attempt; it is no secret
     * @param sealed what their browser has to bring back
     */
    public record Departure(URI address, String state, String sealed) {}

    /** Those whose button the sign-in page shows. */
    public List<OfferedProvider> offered() {
        return providers.offered();
    }

    /** @param callbackPath where the provider sends them back to, on this server; @param next the page that they want */
    public Departure depart(String provider, String callbackPath, String next) {
        var attempt = SignInAttempt.begin(provider, next, ids, clock.instant());
        var address = providers.departure(attempt, callback(callbackPath));
        return new Departure(address, attempt.state(), cipher.seal(ATTEMPT, attempt.write()));
    }

    /**
     * The attempt that a browser brings back.
     *
     * @param sealed null when it brings none
     * @param state that the provider sent along; null for none
     * @throws Refused with Unauthenticated when the browser did not set out from here, or too long ago
     */
    public SignInAttempt recall(@Nullable String sealed, @Nullable String state) {
        if (sealed == null || state == null) {
            throw refused("This browser did not ask for that sign-in, or has finished it already; start again");
        }
        SignInAttempt attempt;
        try {
            attempt = SignInAttempt.read(cipher.open(ATTEMPT, sealed));
        } catch (IllegalStateException | IllegalArgumentException notOurs) {
            throw refused("What this browser kept of the sign-in is not this server's; start again");
        }
        if (!isSame(attempt.state(), state)) {
            throw refused(
                    "The answer belongs to another sign-in than the one that this browser asked for; start again");
        }
        return attempt;
    }

    /**
     * Signs them in.
     *
     * @param answer what the provider sent along
     * @throws Refused with Unauthenticated, saying what is wrong
     */
    public Credentials.Issued arrive(
            SignInAttempt attempt, String provider, Map<String, String> answer, String callbackPath) {
        if (!attempt.provider().equals(provider)) {
            throw refused("The answer came by the way of another provider; start again");
        }
        if (attempt.isOver(clock.instant())) {
            throw refused("The sign-in took longer than %d minutes; start again"
                    .formatted(SignInAttempt.LIFETIME.toMinutes()));
        }
        var arrival = providers.arrival(attempt, answer, callback(callbackPath));
        return sessions.open(arrival);
    }

    private URI callback(String path) {
        return URI.create(settings.publicUrl() + path);
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static Refused refused(String reason) {
        return new Refused(new Problem.Unauthenticated(reason));
    }
}
