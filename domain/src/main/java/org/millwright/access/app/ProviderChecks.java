package org.millwright.access.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.millwright.access.model.ProviderSession;
import org.millwright.access.model.Renewal;
import org.millwright.access.spi.IdentityProviders;
import org.millwright.shared.Refused;

/**
 * Asks providers from time to time whether what they said of somebody still holds: an account that was closed or a group that was left
 * there must not live on here until the session ends by itself. It waits for providers, so it is no transaction.
 */
@ApplicationScoped
public class ProviderChecks {
    private static final System.Logger LOG = System.getLogger(ProviderChecks.class.getName());

    private final ProviderSessions sessions;
    private final IdentityProviders providers;

    @Inject
    public ProviderChecks(ProviderSessions sessions, IdentityProviders providers) {
        this.sessions = sessions;
        this.providers = providers;
    }

    @SuppressWarnings("NullAway")
    protected ProviderChecks() {
        this(null, null);
    }

    /** Whether there is anybody to ask. */
    public boolean areNeeded() {
        return !providers.offered().isEmpty();
    }

    /** @return how many sessions were asked about */
    public int check(int most) {
        var due = sessions.claimDue(most);
        for (var session : due) {
            try {
                check(session);
            } catch (RuntimeException failed) {
                // It is due again later; the others do not wait for it.
                LOG.log(WARNING, "A session of %s could not be checked".formatted(session.principal()), failed);
            }
        }
        return due.size();
    }

    /** @return how many ended sessions' tokens were forgotten */
    public int forgetEnded() {
        return sessions.forgetEnded();
    }

    private void check(ProviderSession session) {
        var refreshToken = sessions.refreshToken(session);
        if (refreshToken == null) {
            return;
        }
        switch (providers.renew(session.identity().provider(), refreshToken)) {
            case Renewal.Holds(var arrival) -> {
                if (!arrival.who().identity().equals(session.identity())) {
                    end(session, "it answered with somebody else");
                    return;
                }
                try {
                    sessions.renewed(session, arrival);
                } catch (Refused disabledHere) {
                    end(session, disabledHere.problem().sentence());
                }
            }
            case Renewal.HoldsUnsaid(var next) -> sessions.renewed(session, next);
            case Renewal.Ended(var reason) -> end(session, reason);
            case Renewal.Unanswered(var reason) ->
                LOG.log(
                        INFO,
                        "The session of {0} could not be checked at its provider: {1}",
                        session.principal(),
                        reason);
        }
    }

    private void end(ProviderSession session, String reason) {
        LOG.log(
                INFO,
                "The session of {0} ends, since its provider no longer vouches for it: {1}",
                session.principal(),
                reason);
        sessions.end(session);
    }
}
