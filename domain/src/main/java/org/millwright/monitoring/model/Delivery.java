package org.millwright.monitoring.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;

/**
 * One event on its way to one webhook.
 *
 * <p>It waits, is sent, and is delivered when the receiver has taken it. Otherwise it waits for its next try, each time
 * longer, until it is given up. What was delivered or given up can be replayed: then it is sent again, under the same id
 * and with the same body.
 *
 * @param subject what the event is about, for the order
 * @param body as it is sent, JSON
 * @param attempts tries since it was made or last replayed
 * @param last the last try; null before the first
 */
public record Delivery(
        DeliveryId id,
        WebhookId webhook,
        WebhookEvent event,
        String subject,
        String body,
        Instant createdAt,
        State state,
        int attempts,
        @Nullable Attempt last) {

    /** Where it stands. */
    public sealed interface State {
        /** @param dueAt when it is tried next */
        record Waiting(Instant dueAt) implements State {}

        record Delivered(Instant at) implements State {}

        /** It was tried as often as we try. */
        record GaveUp(Instant at) implements State {}

        default Kind kind() {
            return switch (this) {
                case Waiting _ -> Kind.WAITING;
                case Delivered _ -> Kind.DELIVERED;
                case GaveUp _ -> Kind.GAVE_UP;
            };
        }
    }

    /** The states by name, for filters. */
    public enum Kind {
        WAITING,
        DELIVERED,
        GAVE_UP
    }

    /**
     * One try.
     *
     * @param status of the answer; 0 when there was none
     * @param answer the beginning of the answer's body
     * @param problem why it did not arrive; empty when it did
     */
    public record Attempt(Instant at, int status, String answer, String problem) {
        public static Attempt of(Instant at, Answer answer) {
            return switch (answer) {
                case Answer.Answered(var status, var body, var _) -> new Attempt(at, status, body, answer.problem());
                case Answer.Unreached _ -> new Attempt(at, 0, "", answer.problem());
            };
        }
    }
}
