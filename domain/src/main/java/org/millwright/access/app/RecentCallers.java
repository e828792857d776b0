package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.millwright.access.Caller;
import org.millwright.shared.Sha256;

/**
 * Tells who holds a secret, as {@link Credentials} and {@link ProviderTokens} do, and believes it for a second: a client that logs all the time would
 * otherwise cost a transaction more with each call. A revocation or a changed role holds for the next request; if the
 * database cannot tell this server of another's change, then within the second.
 */
@ApplicationScoped
public class RecentCallers {
    private static final Duration BELIEVED = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final Credentials credentials;
    private final ProviderTokens providerTokens;
    private final RightsChanges changes;
    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    @Inject
    public RecentCallers(Credentials credentials, ProviderTokens providerTokens, RightsChanges changes, Clock clock) {
        this.credentials = credentials;
        this.providerTokens = providerTokens;
        this.changes = changes;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected RecentCallers() {
        this(null, null, null, null);
    }

    /** @param changesBefore how many changes of rights there had been before it was asked for */
    private record Known(Caller caller, Instant until, long changesBefore) {}

    /**
     * @param attended as {@link Credentials#authenticate(String, boolean)} has it
     * @throws org.millwright.shared.Refused with Unauthenticated when nobody holds it any more
     */
    public Caller authenticate(String secret, boolean attended) {
        var digest = Sha256.hex(secret);
        var now = clock.instant();
        var changesBefore = changes.count();
        var recent = known.get(digest);
        if (recent != null && recent.changesBefore == changesBefore && now.isBefore(recent.until)) {
            return recent.caller;
        }
        var caller = ProviderTokens.isToken(secret)
                ? providerTokens.authenticate(secret)
                : credentials.authenticate(secret, attended);
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(digest, new Known(caller, now.plus(BELIEVED), changesBefore));
        return caller;
    }
}
