package org.millwright.wire.mlflow;

import java.util.function.Supplier;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Does again what lost a race. MLflow's protocol has no revisions: its clients set tags and aliases side by side and
 * expect each to be set, so a change that was decided on an older revision is decided again on the newer one.
 */
final class Repeat {
    private static final int TRIES = 5;

    private Repeat() {}

    static <T> T onStale(Supplier<T> change) {
        for (var attempt = 1; ; attempt++) {
            try {
                return change.get();
            } catch (Refused refused) {
                if (!(refused.problem() instanceof Problem.Stale) || attempt == TRIES) {
                    throw refused;
                }
            }
        }
    }
}
