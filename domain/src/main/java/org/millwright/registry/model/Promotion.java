package org.millwright.registry.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.registry.ModelName;
import org.millwright.registry.PromotionRequestId;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * A stage or an alias changed hands: a line of its history, which is only ever added to.
 *
 * @param version that holds the place from now on; null when it was given up
 * @param previous that held it until then; null when none did
 * @param request whose approvals led to it, or null
 */
public record Promotion(
        WorkspaceName workspace,
        ModelName model,
        Target target,
        @Nullable Integer version,
        @Nullable Integer previous,
        How how,
        PrincipalId by,
        String comment,
        @Nullable PromotionRequestId request,
        Instant at) {
    private static final int LONGEST_COMMENT = 2000;

    public Promotion {
        if (comment.length() > LONGEST_COMMENT) {
            throw Refused.invalid("comment", "at most %d characters".formatted(LONGEST_COMMENT));
        }
    }

    /** What brought it about. */
    public enum How {
        /** Somebody promoted it, and nobody had to approve. */
        PROMOTED,
        /** The last approval that was needed came. */
        APPROVED,
        /** The holder before came back. */
        ROLLED_BACK,
        /** A client moved it by MLflow's own calls. */
        MOVED,
        /** The holder left, and nobody took its place. */
        LEFT
    }

    /**
     * Who held a place before the one who holds it now. A roll back goes one holder back, and the next goes further: the
     * way of a version to the place counts, not its return.
     *
     * @param history of the place, the newest first
     */
    public static Optional<Integer> previousHolder(List<Promotion> history) {
        if (history.isEmpty()) {
            return Optional.empty();
        }
        var holder = history.getFirst().version();
        if (holder == null) {
            return Optional.ofNullable(history.getFirst().previous());
        }
        return history.stream()
                .filter(line -> holder.equals(line.version()) && line.how() != How.ROLLED_BACK)
                .findFirst()
                .map(Promotion::previous);
    }
}
