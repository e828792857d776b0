package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops the server of a data folder. */
@Command(
        name = "down",
        description =
                "Stop the server of a data folder. Jobs that run are not ended: they go on, and the next start finds them again.",
        footer = {"", "Example:", "  ./millwright down --data /srv/millwright"})
public final class DownCommand implements Callable<Integer> {
    /** The launcher itself gives Liberty 75 s and PostgreSQL 60 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(200);

    @Spec
    private CommandSpec command;

    @Mixin
    private DataOption data;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        var folder = data.folder();
        var progress = new Progress(command.commandLine().getErr());
        var began = System.nanoTime();
        var ran = folder.exists() && stop(folder, progress);
        var jobs = new RunningJobs(folder).count();
        if (jobs > 0) {
            progress.say("%d %s on running; the next start finds %s again"
                    .formatted(jobs, jobs == 1 ? "job goes" : "jobs go", jobs == 1 ? "it" : "them"));
        }
        output.print(new Stopped(
                folder.root().toString(),
                ran ? "stopped" : "was not running",
                jobs,
                (System.nanoTime() - began) / 1_000_000));
        return ExitCode.OK.number();
    }

    private static boolean stop(DataFolder folder, Progress progress) throws IOException {
        if (!Files.isDirectory(folder.run())) {
            return false;
        }
        var ran = false;
        var lock = folder.lock();
        if (lock.isEmpty()) {
            endLauncher(folder, progress);
            ran = true;
            lock = folder.lock();
        }
        var held = lock.orElseThrow(() -> CommandFailed.failed(
                "Another process still holds %s".formatted(folder.root()),
                "See which with: ./millwright status --data " + folder.root()));
        try {
            var left = new LeftOvers(folder).stop();
            left.forEach(each -> progress.say("Stopped " + each));
            return ran || !left.isEmpty();
        } finally {
            held.close();
        }
    }

    /** Asks the launcher to stop everything, and ends it if it does not; what it leaves is stopped after that. */
    private static void endLauncher(DataFolder folder, Progress progress) throws IOException {
        var mark = RunFile.read(folder).map(RunFile::launcher);
        var launcher = mark.flatMap(ProcessMark::find);
        if (launcher.isEmpty()) {
            return;
        }
        if (!launcher.get().destroy()) {
            throw CommandFailed.permission(
                    "This user may not stop process %d, which runs the server"
                            .formatted(launcher.get().pid()),
                    "Stop it as the user who started it: "
                            + launcher.get().info().user().orElse("unknown"));
        }
        if (!ProcessMark.awaitEnd(launcher.get(), PATIENCE)) {
            progress.say("It does not stop by itself; ending it");
            launcher.get().destroyForcibly();
            ProcessMark.awaitEnd(launcher.get(), PATIENCE);
        }
    }

    /** @param runningJobs how many go on without the server */
    record Stopped(String data, String server, long runningJobs, long milliseconds) {}
}
