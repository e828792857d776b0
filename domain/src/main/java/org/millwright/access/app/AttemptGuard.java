package org.millwright.access.app;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import org.millwright.access.model.AttemptLimit;
import org.millwright.access.model.FailedAttempts;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/**
 * Slows down whoever fails to sign in again and again, by the address they come from and by what they try. Asked only about
 * what was refused already: a credential that is valid works whatever others do from the same address.
 *
 * <p>It knows of this server alone, and forgets with its end.
 */
@ApplicationScoped
public class AttemptGuard {
    private static final System.Logger LOG = System.getLogger(AttemptGuard.class.getName());
    private static final int MOST_NAMES = 50_000;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final FailedAttempts byAddress;
    private final FailedAttempts byCredential;
    private final Clock clock;

    @Inject
    public AttemptGuard(AttemptLimit ofAddress, Clock clock) {
        this.clock = clock;
        this.byAddress = new FailedAttempts(ofAddress, MOST_NAMES);
        this.byCredential = new FailedAttempts(
                new AttemptLimit(
                        Math.max(1, ofAddress.failures() / 2),
                        ofAddress.window(),
                        ofAddress.firstLock(),
                        ofAddress.longestLock()),
                MOST_NAMES);
    }

    @SuppressWarnings("NullAway")
    protected AttemptGuard() {
        this.clock = null;
        this.byAddress = null;
        this.byCredential = null;
    }

    /**
     * What to answer to a credential that was refused: the same, or for how long to wait.
     *
     * @param address that the request came from
     * @param tried the secret, or the name of the account that it was tried for
     */
    public Refused judge(Refused refusal, String address, String tried) {
        if (!(refusal.problem() instanceof Problem.Unauthenticated)) {
            return refusal;
        }
        var now = clock.instant();
        var ofAddress = byAddress.failed(network(address), now);
        // Its digest, since what was tried may be a secret with one letter wrong.
        var ofCredential = byCredential.failed(Sha256.hex(tried), now);
        if (ofAddress.begins() || ofCredential.begins()) {
            LOG.log(WARNING, "Too many attempts to sign in from {0} have failed", address);
        }
        var wait = ofAddress.pause().compareTo(ofCredential.pause()) > 0 ? ofAddress.pause() : ofCredential.pause();
        return wait.isZero() ? refusal : new Refused(new Problem.TooManyAttempts(seconds(wait)));
    }

    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }

    /** Who has an IPv6 address has the 2^64 beside it as well. */
    static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            var bytes = InetAddress.ofLiteral(address).getAddress();
            return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, IPV6_NETWORK_BYTES));
        } catch (IllegalArgumentException noAddress) {
            return address;
        }
    }
}
