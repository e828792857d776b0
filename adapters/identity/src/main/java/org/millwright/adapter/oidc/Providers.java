package org.millwright.adapter.oidc;

import static java.lang.System.Logger.Level.ERROR;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** The identity providers that the operator named. None is asked anything before somebody comes with its name. */
@ApplicationScoped
public class Providers {
    private static final System.Logger LOG = System.getLogger(Providers.class.getName());

    private final Map<String, Provider> byName;
    private final @Nullable Path authorities;
    private final Duration checkInterval;
    private @Nullable Outward outward;

    @Inject
    public Providers(Clock clock) {
        this(checked(System.getenv()), clock);
    }

    @SuppressWarnings("NullAway")
    protected Providers() {
        this.byName = Map.of();
        this.authorities = null;
        this.checkInterval = null;
    }

    Providers(EnvironmentProviders environment, Clock clock) {
        authorities = environment.authorities();
        byName = new LinkedHashMap<>();
        environment.read().forEach(one -> byName.put(one.name(), new Provider(one, wayOut(), clock)));
        checkInterval = environment.checkInterval();
    }

    /** Settings that are wrong are told at the start, not to the first who signs in. */
    void onStart(@Observes Startup event) {
        all();
    }

    /** The command that starts the server looks for these words in its log. */
    private static EnvironmentProviders checked(Map<String, String> variables) {
        var environment = new EnvironmentProviders(variables);
        try {
            environment.read();
            environment.authorities();
            environment.checkInterval();
            return environment;
        } catch (IllegalStateException wrong) {
            LOG.log(ERROR, "A setting is wrong: {0}", wrong.getMessage());
            throw wrong;
        }
    }

    /** In the order in which the operator named them. */
    public List<Provider> all() {
        return List.copyOf(byName.values());
    }

    public Optional<Provider> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** @throws Refused with NotFound when the operator named none so */
    public Provider get(String name) {
        return named(name).orElseThrow(() -> new Refused(new Problem.NotFound("identity provider", name)));
    }

    /** The one whose tokens name this issuer, in {@code iss}; the signature must still be checked. */
    public Optional<Provider> ofIssuer(String issuer) {
        return all().stream().filter(provider -> provider.mayHaveIssued(issuer)).findFirst();
    }

    /** The way out, with the certificate authorities that the operator adds. */
    Outward outward() {
        return wayOut();
    }

    /** Made when it is first needed: reading the JDK's authorities takes a while, which not every start need spend. */
    private synchronized Outward wayOut() {
        var known = outward;
        if (known == null) {
            known = new Outward(authorities);
            outward = known;
        }
        return known;
    }

    /** How often a session is checked at the provider that opened it. */
    Duration checkInterval() {
        return checkInterval;
    }
}
