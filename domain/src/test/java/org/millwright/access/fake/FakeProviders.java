package org.millwright.access.fake;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millwright.access.model.Arrival;
import org.millwright.access.model.Identity;
import org.millwright.access.model.OfferedProvider;
import org.millwright.access.model.ProvidedIdentity;
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.ProviderToken;
import org.millwright.access.model.Renewal;
import org.millwright.access.model.SignInAttempt;
import org.millwright.access.spi.IdentityProviders;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Providers that say what a test lets them say. */
public final class FakeProviders implements IdentityProviders {
    private final Map<String, ProviderRules> rules = new LinkedHashMap<>();
    private final Deque<Renewal> renewals = new ArrayDeque<>();
    private final Map<String, ProviderToken> tokens = new HashMap<>();
    private Arrival arrival;

    public FakeProviders with(String provider, ProviderRules its) {
        rules.put(provider, its);
        return this;
    }

    /** Who comes back from now on. */
    public void arrives(Arrival who) {
        arrival = who;
    }

    public void answersNext(Renewal renewal) {
        renewals.add(renewal);
    }

    /** A person of the provider "p". */
    public static ProvidedIdentity person(String name, String... groups) {
        return new ProvidedIdentity(
                new Identity("p", "subject-of-" + name), name, name, name + "@example.org", Set.of(groups), Set.of());
    }

    @Override
    public List<OfferedProvider> offered() {
        return rules.keySet().stream()
                .map(name -> new OfferedProvider(name, "Provider " + name))
                .toList();
    }

    @Override
    public Duration checkInterval() {
        return Duration.ofMinutes(15);
    }

    @Override
    public ProviderRules rules(String provider) {
        var its = rules.get(provider);
        if (its == null) {
            throw new Refused(new Problem.NotFound("identity provider", provider));
        }
        return its;
    }

    @Override
    public URI departure(SignInAttempt attempt, URI callback) {
        rules(attempt.provider());
        return URI.create("https://provider.example/authorize?state=" + attempt.state() + "&back=" + callback);
    }

    @Override
    public Arrival arrival(SignInAttempt attempt, Map<String, String> answer, URI callback) {
        return arrival;
    }

    @Override
    public Renewal renew(String provider, String refreshToken) {
        return renewals.remove();
    }

    @Override
    public Optional<URI> signOut(String provider, String idToken, URI back) {
        return Optional.of(URI.create("https://provider.example/logout?hint=" + idToken));
    }

    /** Whom this token speaks for from now on. */
    public void issues(String token, ProviderToken its) {
        tokens.put(token, its);
    }

    @Override
    public ProviderToken accessToken(String token) {
        var known = tokens.get(token);
        if (known == null) {
            throw new Refused(new Problem.Unauthenticated("No identity provider of this server issued the token"));
        }
        return known;
    }

    @Override
    public SignedOut signedOut(String provider, String notice) {
        return notice.startsWith("sid:") ? new SignedOut(null, notice.substring(4)) : new SignedOut(notice, null);
    }
}
