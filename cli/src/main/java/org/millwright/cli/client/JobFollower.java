package org.millwright.cli.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;

/**
 * Prints what a job prints, as it prints it, until the job has ended. A lost connection is taken up again at the byte where it was lost, so
 * every byte is printed once.
 */
public final class JobFollower {
    private static final int WAIT_SECONDS = 5;
    /** While nothing is printed yet, the state is what is interesting. */
    private static final int WAIT_SECONDS_BEFORE_START = 1;
    /** The log of an ended job may be a moment behind. */
    private static final int MOST_EMPTY_ANSWERS = 5;

    /** Lets time pass; tests do it without waiting. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    private final WorkspaceClient workspace;
    private final String name;
    private final PrintWriter log;
    private final PrintWriter news;
    private final Clock clock;
    private final Pause pause;
    private final Duration reconnectPatience;

    private final TextDecoder text = new TextDecoder();
    private long offset;
    private String lastNews = "";
    private @Nullable Instant lostAt;

    /**
     * @param log where the job's own words go
     * @param news where changes of its state and of the connection go
     * @param reconnectPatience how long a server may be away
     */
    public JobFollower(
            WorkspaceClient workspace,
            String name,
            PrintWriter log,
            PrintWriter news,
            Clock clock,
            Pause pause,
            Duration reconnectPatience) {
        this.workspace = workspace;
        this.name = name;
        this.log = log;
        this.news = news;
        this.clock = clock;
        this.pause = pause;
        this.reconnectPatience = reconnectPatience;
    }

    /**
     * Answers the ended job.
     *
     * @param patience null for as long as it takes
     * @throws CommandFailed with LATE when it has not ended in that time, with UNREACHABLE when the server stays away
     */
    public Job follow(@Nullable Duration patience) throws InterruptedException {
        var deadline = patience == null ? Instant.MAX : clock.instant().plus(patience);
        var job = workspace.job(name); // a wrong name or an absent server is told at once
        tell(job);
        var logComplete = false;
        var emptyAnswers = 0;
        var tries = 0;
        while (!(job.isEnded() && (logComplete || emptyAnswers >= MOST_EMPTY_ANSWERS))) {
            if (!job.isEnded() && clock.instant().isAfter(deadline)) {
                throw late(job);
            }
            try {
                var before = offset;
                if (!logComplete) {
                    logComplete = readLog(job);
                } else {
                    pause.of(Duration.ofMillis(200));
                }
                emptyAnswers = job.isEnded() && offset == before ? emptyAnswers + 1 : 0;
                job = workspace.job(name);
                tell(job);
                found();
                tries = 0;
            } catch (CommandFailed failure) {
                lost(failure);
                pause.of(Duration.ofMillis(Math.min(5000, 250L << Math.min(tries++, 5))));
            }
        }
        log.print(text.rest());
        log.flush();
        return job;
    }

    private boolean readLog(Job job) {
        var wait = job.isEnded() ? 0 : job.status().equals("Running") ? WAIT_SECONDS : WAIT_SECONDS_BEFORE_START;
        var answer = workspace.log(name, offset, wait);
        var buffer = new byte[16 * 1024];
        try (var body = answer.body()) {
            for (int count; (count = body.read(buffer)) >= 0; ) {
                offset += count;
                log.print(text.decode(buffer, count));
                log.flush();
            }
        } catch (IOException broken) {
            throw CommandFailed.unreachable("The connection broke: " + broken.getMessage(), "");
        }
        return answer.headers()
                .firstValue("X-Millwright-Log-Complete")
                .map(Boolean::valueOf)
                .orElse(false);
    }

    private void tell(Job job) {
        var why = job.status().equals("Failed") ? job.reason() : job.waiting();
        var now = job.status() + (why.isEmpty() ? "" : ": " + why);
        if (!now.equals(lastNews)) {
            lastNews = now;
            announce(now);
        }
    }

    private void lost(CommandFailed failure) {
        if (failure.exit() != ExitCode.UNREACHABLE) {
            throw failure;
        }
        if (lostAt == null) {
            lostAt = clock.instant();
            announce("The connection is lost; the job goes on. Trying again ...");
        } else if (clock.instant().isAfter(lostAt.plus(reconnectPatience))) {
            throw CommandFailed.unreachable(
                    failure.sentence(), "The job goes on. Follow it again with ./millwright job stream " + name);
        }
    }

    private void found() {
        if (lostAt != null) {
            lostAt = null;
            announce("Connected again.");
        }
    }

    private CommandFailed late(Job job) {
        return new CommandFailed(
                ExitCode.LATE,
                "Job %s is still %s; it goes on".formatted(name, job.status()),
                "Follow it again with ./millwright job stream " + name);
    }

    private void announce(String sentence) {
        news.printf("[%s] %s%n", LocalTime.now(clock).truncatedTo(ChronoUnit.SECONDS), sentence);
        news.flush();
    }
}
