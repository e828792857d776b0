package org.millwright.cli.remote;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.Job;
import org.millwright.cli.client.JobFollower;
import org.millwright.cli.client.WorkspaceClient;

/** Follows a job at a terminal: ctrl-C lets go of it without harm, and the exit code tells how it ended. */
final class Following {
    private static final Duration RECONNECT_PATIENCE = Duration.ofMinutes(5);
    private static final int LARGEST_EXIT_CODE = 255;

    private Following() {}

    /** @param patience seconds; null for as long as it takes */
    static Job follow(
            WorkspaceClient workspace, String name, PrintWriter log, PrintWriter news, @Nullable Integer patience)
            throws InterruptedException {
        var farewell = new Thread(
                () -> {
                    news.printf("%nDetached; the job goes on.%n");
                    news.printf("  Follow it again: ./millwright job stream %s%n", name);
                    news.printf("  Cancel it:       ./millwright job cancel %s%n", name);
                    news.flush();
                },
                "farewell");
        var runtime = Runtime.getRuntime();
        runtime.addShutdownHook(farewell);
        try {
            var follower = new JobFollower(
                    workspace, name, log, news, Clock.systemDefaultZone(), Thread::sleep, RECONNECT_PATIENCE);
            return follower.follow(patience == null ? null : Duration.ofSeconds(patience));
        } finally {
            removeQuietly(runtime, farewell);
        }
    }

    /** 0 when it completed, 2 when it was cancelled, its own exit code when it ended with one, 1 otherwise. */
    static int exitCode(Job job) {
        return switch (job.status()) {
            case "Completed" -> ExitCode.OK.number();
            case "Canceled" -> ExitCode.CANCELED.number();
            default -> {
                var own = job.exitCode();
                yield own != null && own > 0 && own <= LARGEST_EXIT_CODE ? own : ExitCode.FAILED.number();
            }
        };
    }

    private static void removeQuietly(Runtime runtime, Thread hook) {
        try {
            runtime.removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // ctrl-C came first, and the hook speaks
        }
    }
}
