package org.millwright.monitoring.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.SecretCipher;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.DeliveryClaims;
import org.millwright.monitoring.model.Retries;
import org.millwright.monitoring.model.Signature;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.spi.WebhookTransport;

/**
 * Sends what is due. What it does between two transactions may be done twice, when the server dies before the second; a
 * receiver knows the repetition by the delivery's id.
 */
@ApplicationScoped
public class WebhookSending {
    private static final Duration KEPT = Duration.ofDays(30);

    private final DeliveryClaims claims;
    private final WebhookTransport transport;
    private final SecretCipher cipher;
    private final Clock clock;

    @Inject
    public WebhookSending(DeliveryClaims claims, WebhookTransport transport, SecretCipher cipher, Clock clock) {
        this.claims = claims;
        this.transport = transport;
        this.cipher = cipher;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected WebhookSending() {
        this(null, null, null, null);
    }

    public List<DeliveryClaims.Claim> claimDue(int most) {
        return claims.claimDue(most);
    }

    /** Sends it once, and writes down what came of it. */
    public void send(DeliveryClaims.Claim claim) {
        var answer = transport.post(
                claim.url(),
                Signature.headers(claim.delivery(), clock.instant(), claim.body(), open(claim)),
                claim.body());
        var attempt = Delivery.Attempt.of(clock.instant(), answer);
        if (answer.isTaken()) {
            claims.settle(claim, attempt, true);
            return;
        }
        var wished = answer instanceof Answer.Answered(var _, var _, var retryAfter) ? retryAfter : null;
        Retries.after(claim.delivery(), claim.attempts(), wished)
                .ifPresentOrElse(
                        wait -> claims.putOff(claim, attempt, wait), () -> claims.settle(claim, attempt, false));
    }

    /** Forgets what was delivered or given up a month ago. */
    public int forgetOld() {
        return claims.forget(clock.instant().minus(KEPT));
    }

    private @Nullable String open(DeliveryClaims.Claim claim) {
        var sealed = claim.sealedSecret();
        return sealed == null ? null : cipher.open(Webhook.secretPlace(claim.webhook()), sealed);
    }
}
