package org.millwright.cli.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Millwright;

/** Starts the launcher as a process of its own, shows what it says until the server is ready, and leaves it running. */
final class DetachedStart {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(200);

    private final DataFolder folder;
    private final Port port;
    private final Progress progress;

    DetachedStart(DataFolder folder, Port port, Progress progress) {
        this.folder = folder;
        this.port = port;
        this.progress = progress;
    }

    /**
     * Returns when a server is ready on the folder, whoever started it.
     *
     * @return whether this start did
     * @throws CommandFailed if it does not become ready
     */
    boolean run() throws IOException, InterruptedException {
        FolderFormat.read(folder)
                .requireReadable(folder, Migrations.onClassPath().newest());
        folder.create();
        if (isTaken()) {
            awaitOther();
            return false;
        }
        var log = folder.logs().resolve("launcher.log");
        LogTail.rotate(log);
        var shown = new Shown(log, Files.exists(log) ? Files.size(log) : 0);
        var launcher = new ProcessBuilder(Children.inOwnSession(command()))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        var interrupted = new Thread(() -> interrupt(launcher, shown), "interrupt");
        Runtime.getRuntime().addShutdownHook(interrupted);
        while (!isReady(launcher)) {
            shown.more();
            if (!launcher.isAlive()) {
                shown.more();
                Runtime.getRuntime().removeShutdownHook(interrupted);
                if (launcher.exitValue() == ExitCode.REFUSED.number() && isTaken()) {
                    // another start was faster
                    awaitOther();
                    return false;
                }
                throw failure(launcher.exitValue(), shown);
            }
            Thread.sleep(POLL);
        }
        Runtime.getRuntime().removeShutdownHook(interrupted);
        shown.more();
        return true;
    }

    private boolean isReady(Process launcher) throws IOException {
        return RunFile.read(folder)
                .filter(run -> run.phase() == RunFile.Phase.READY)
                .map(RunFile::launcher)
                .filter(mark -> mark.pid() == launcher.pid())
                .isPresent();
    }

    private boolean isTaken() throws IOException {
        var lock = folder.lock();
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }

    private void awaitOther() throws IOException, InterruptedException {
        progress.headline("A server runs on %s already.".formatted(folder.root()));
        while (RunFile.read(folder).map(RunFile::phase).orElse(RunFile.Phase.STARTING) != RunFile.Phase.READY) {
            if (!isTaken()) {
                throw CommandFailed.failed(
                        "The server on %s stopped before it was ready".formatted(folder.root()),
                        "Its launcher's log is " + folder.logs().resolve("launcher.log"));
            }
            Thread.sleep(POLL);
        }
    }

    /** This Java, started as this one was, up to and with the main class. */
    private List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        var main = Millwright.class.getName();
        var mine = List.of(ProcessHandle.current().info().arguments().orElse(new String[0]));
        command.addAll(
                mine.contains(main)
                        ? mine.subList(0, mine.indexOf(main) + 1)
                        : List.of(
                                "-D%s=%s".formatted(DataOption.HOME_PROPERTY, DataOption.home()),
                                "-cp",
                                System.getProperty("java.class.path"),
                                main));
        command.addAll(List.of(
                "up",
                UpCommand.SUPERVISED,
                "--data",
                folder.root().toString(),
                "--port",
                Integer.toString(port.number())));
        return command;
    }

    private static void interrupt(Process launcher, Shown shown) {
        launcher.destroy();
        ProcessMark.awaitEnd(launcher.toHandle(), STOP_PATIENCE);
        try {
            shown.more();
        } catch (IOException unreadable) {
            // its end is what counts
        }
    }

    /** The launcher has said why already, in its own words; what is left is its exit code. */
    private static CommandFailed failure(int exitCode, Shown shown) {
        for (var exit : ExitCode.values()) {
            if (exit.number() == exitCode && exit != ExitCode.OK) {
                return new CommandFailed(exit, "The server was not started", "");
            }
        }
        return CommandFailed.failed(
                "The launcher ended with exit code %d".formatted(exitCode), "Its log is " + shown.log);
    }

    /** Copies what is appended to the launcher's log to our standard error. */
    private final class Shown {
        private final Path log;
        private long position;

        Shown(Path log, long position) {
            this.log = log;
            this.position = position;
        }

        synchronized void more() throws IOException {
            var text = LogTail.after(log, position);
            var whole = text.substring(0, text.lastIndexOf('\n') + 1);
            if (!whole.isEmpty()) {
                position += whole.getBytes(StandardCharsets.UTF_8).length;
                whole.lines().forEach(progress::headline);
            }
        }
    }
}
