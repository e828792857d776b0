package org.millwright.scheduler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.spi.Observation;

/** Says in one sentence why an attempt ended badly, for somebody who has not read the log yet. */
final class FailureReason {
    static final String VANISHED = "The process vanished: killed from outside, or the machine went down";

    private static final Pattern PYTHON_ERROR =
            Pattern.compile("[A-Za-z_][\\w.]*(Error|Exception|Interrupt|Exit|Warning|NotFound)(: .*)?");
    private static final int TAIL_BYTES = 8192;
    private static final int LONGEST_LINE = 500;
    private static final int COMMAND_NOT_FOUND = 127;
    private static final int KILLED = 128 + 9;

    private FailureReason() {}

    static String lost(String node) {
        return "The node that it ran on was lost: " + node;
    }

    static String of(Observation.Exited exited, @Nullable Duration timeLimit, List<String> lastLines) {
        if (exited.timedOut() && timeLimit != null) {
            return "The time limit of %s was reached".formatted(words(timeLimit));
        }
        var code = exited.exitCode();
        var said = says(code, lastLines).map(line -> ": " + shorten(line)).orElse("");
        var who = exited.rank() == null ? "The script" : "Rank %d of the script".formatted(exited.rank());
        if (exited.exceeded() instanceof String limit) {
            return "%s came up against its limit of %s, and ended with exit code %d%s"
                    .formatted(who, limit, code, said);
        }
        if (code == KILLED && exited.cause() == Observation.Cause.OUT_OF_MEMORY) {
            return "%s was killed (exit code 137): the machine was short of memory%s".formatted(who, said);
        }
        if (code == KILLED) {
            return "%s was killed (exit code 137); when nobody did so, the machine was short of memory%s"
                    .formatted(who, said);
        }
        return code > 128
                ? "%s was ended by signal %d (exit code %d)%s".formatted(who, code - 128, code, said)
                : "%s ended with exit code %d%s".formatted(who, code, said);
    }

    private static Optional<String> says(int code, List<String> lines) {
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        if (code == COMMAND_NOT_FOUND || code == COMMAND_NOT_FOUND - 1) {
            return Optional.of(lines.getLast());
        }
        // The last such line: what an exit handler prints after the traceback does not hide it.
        return lines.reversed().stream()
                .filter(line -> PYTHON_ERROR.matcher(line).matches())
                .findFirst();
    }

    /** The last lines of the log of what failed, blank ones left out; empty when it cannot be read. */
    static List<String> lastLines(AttemptLog log, AttemptId attempt, Observation.Exited exited) {
        return lastLines(log, attempt, exited.rank() == null ? 0 : exited.rank());
    }

    private static List<String> lastLines(AttemptLog log, AttemptId attempt, int node) {
        try {
            var size = size(log, attempt, node);
            var from = Math.max(0, size - TAIL_BYTES);
            var text = new String(log.readLog(attempt, node, from, TAIL_BYTES), StandardCharsets.UTF_8);
            return text.lines()
                    .map(String::stripTrailing)
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Finds the end in a few dozen looks, however long the log is. */
    private static long size(AttemptLog log, AttemptId attempt, int node) throws IOException {
        long beyond = 1;
        while (log.readLog(attempt, node, beyond - 1, 1).length > 0) {
            beyond *= 2;
        }
        long least = beyond / 2;
        long most = beyond - 1;
        while (least < most) {
            var middle = (least + most) / 2;
            if (log.readLog(attempt, node, middle, 1).length > 0) {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        return least;
    }

    private static String words(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    private static String shorten(String line) {
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE - 3) + "...";
    }
}
