package org.millwright.cli.transfer;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;

/** What was moved and what was not, counted while it happens; and the lines that say how far it is. */
public final class Report {
    /** What is counted. */
    public enum Kind {
        EXPERIMENTS,
        RUNS,
        POINTS,
        LOGGED_MODELS,
        FILES,
        BYTES,
        MODELS,
        VERSIONS,
        SNAPSHOTS;

        /** Its name in the summary. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Something that was not moved. @param id its name, with the file where it is one */
    public record NotCopied(String kind, String id, String reason) {}

    /**
     * The whole, as it is printed.
     *
     * @param copied how many of each kind were written, or would be
     * @param unchanged how many were there already
     * @param experiments the number that each experiment has here, by name, when experiments were written
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Summary(
            String from,
            String to,
            boolean dryRun,
            SequencedMap<String, Long> copied,
            SequencedMap<String, Long> unchanged,
            TreeMap<String, String> experiments,
            List<NotCopied> notCopied) {}

    private final String from;
    private final String to;
    private final boolean dryRun;
    private final PrintWriter progress;
    private final SequencedMap<String, Long> copied = new LinkedHashMap<>();
    private final SequencedMap<String, Long> unchanged = new LinkedHashMap<>();
    private final TreeMap<String, String> experiments = new TreeMap<>();
    private final List<NotCopied> notCopied = new ArrayList<>();

    /** @param progress where lines go that say how far it is */
    public Report(String from, String to, boolean dryRun, PrintWriter progress) {
        this.from = from;
        this.to = to;
        this.dryRun = dryRun;
        this.progress = progress;
    }

    void copied(Kind kind) {
        copied(kind, 1);
    }

    void copied(Kind kind, long count) {
        if (count > 0) {
            copied.merge(kind.key(), count, Long::sum);
        }
    }

    /** Counts it as written, or as there already. */
    void counted(Kind kind, boolean wasThere) {
        if (wasThere) {
            unchanged(kind);
        } else {
            copied(kind);
        }
    }

    void unchanged(Kind kind) {
        unchanged.merge(kind.key(), 1L, Long::sum);
    }

    void experiment(String name, String id) {
        experiments.put(name, id);
    }

    void notCopied(String kind, String id, String reason) {
        notCopied.add(new NotCopied(kind, id, reason));
        say("not copied: %s %s: %s".formatted(kind, id, reason));
    }

    void say(String line) {
        progress.println(line);
        progress.flush();
    }

    /** One thing to do, of which a refusal does not stop the rest. */
    @FunctionalInterface
    interface Step {
        void take() throws IOException;
    }

    /**
     * Takes the step; what is refused is remembered, and the rest goes on. Anything that would meet every step, such as a
     * server that is gone or a missing permission, ends the command.
     *
     * @return how it went
     */
    Outcome attempt(String kind, String id, Step step) throws IOException {
        try {
            step.take();
            return Outcome.DONE;
        } catch (CommandFailed failed) {
            if (failed.exit() != ExitCode.REFUSED && failed.exit() != ExitCode.FAILED) {
                throw failed;
            }
            notCopied(kind, id, failed.sentence());
            return failed.exit() == ExitCode.REFUSED ? Outcome.REFUSED : Outcome.FAILED;
        }
    }

    /** How a step went. */
    enum Outcome {
        DONE,
        /** It will never go. */
        REFUSED,
        /** It may go another time. */
        FAILED
    }

    public Summary summary() {
        return new Summary(from, to, dryRun, copied, unchanged, experiments, List.copyOf(notCopied));
    }

    /** 0 when everything was moved. */
    public int exitCode() {
        return (notCopied.isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
    }
}
