package org.millwright.experiment;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.FailureCause;
import org.millwright.shared.Refused;

/**
 * When a job that failed is tried again by itself. Making room for other work does not count as a failure, and a cancelled
 * job is never tried again.
 *
 * @param most tries beyond the first
 * @param causes any of which lets it be tried again; with {@link FailureCause#EXIT_CODE}, after any exit code
 * @param exitCodes that let it be tried again, whatever the causes say
 * @param pause before each further try
 */
public record RetryPolicy(int most, Set<FailureCause> causes, Set<Integer> exitCodes, Duration pause) {
    private static final int MOST = 100;

    /** A lost node is nobody's mistake; everything else is told at once. */
    public static final RetryPolicy USUAL = new RetryPolicy(3, Set.of(FailureCause.NODE_LOST), Set.of(), Duration.ZERO);

    public static final RetryPolicy NEVER = new RetryPolicy(0, Set.of(), Set.of(), Duration.ZERO);

    public RetryPolicy {
        causes = causes.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(causes));
        exitCodes = Set.copyOf(new TreeSet<>(exitCodes));
        if (most < 0 || most > MOST) {
            throw Refused.invalid("retry_settings.max_retries", "0 to %d".formatted(MOST));
        }
        if (exitCodes.stream().anyMatch(code -> code < 1 || code > 255)) {
            throw Refused.invalid("retry_settings.on", "exit codes are 1 to 255");
        }
        if (pause.isNegative() || pause.toDays() > 1) {
            throw Refused.invalid("retry_settings.wait_seconds", "0 seconds to a day");
        }
    }

    /** Whether a failure lets it be tried again. @param failures so far, this one included */
    public boolean triesAgainAfter(FailureCause cause, @Nullable Integer exitCode, int failures) {
        return failures <= most && (causes.contains(cause) || exitCode != null && exitCodes.contains(exitCode));
    }
}
