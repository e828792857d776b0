package org.millwright.cli.server;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells whether a server runs on a data folder. */
@Command(
        name = "status",
        description = "Tell whether a server runs on a data folder. Exit code 0 when it is ready, 7 when it is not.",
        footer = {"", "Example:", "  ./millwright status --format json"})
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        var folder = data.folder();
        var status = folder.exists() ? of(folder) : stopped(folder, null);
        output.print(status);
        return status.state().equals("ready") ? ExitCode.OK.number() : ExitCode.UNREACHABLE.number();
    }

    static Status of(DataFolder folder) throws IOException {
        var run = RunFile.read(folder);
        if (run.isEmpty()) {
            return stopped(folder, null);
        }
        var launcher = alive(run.get().launcher());
        var liberty = alive(run.get().liberty());
        var postgres = PostmasterFile.read(folder.database())
                .map(PostmasterFile::postmaster)
                .filter(ProcessMark::isAlive)
                .map(ProcessMark::pid)
                .orElse(null);
        if (launcher == null && liberty == null && postgres == null) {
            return stopped(folder, run.get().url());
        }
        var state = launcher == null
                ? "left over, without its launcher"
                : words(run.get().phase());
        return new Status(state, run.get().url(), folder.root().toString(), launcher, liberty, postgres);
    }

    private static Status stopped(DataFolder folder, @Nullable String url) {
        return new Status("stopped", url, folder.root().toString(), null, null, null);
    }

    private static String words(RunFile.Phase phase) {
        return switch (phase) {
            case STARTING -> "starting";
            case READY -> "ready";
            case STOPPING -> "stopping";
            case STOPPED -> "stopped";
        };
    }

    private static @Nullable Long alive(@Nullable ProcessMark mark) {
        return Optional.ofNullable(mark)
                .filter(ProcessMark::isAlive)
                .map(ProcessMark::pid)
                .orElse(null);
    }

    /** @param launcher the processes, each absent when it does not run */
    record Status(
            String state,
            @Nullable String url,
            String data,
            @Nullable Long launcher,
            @Nullable Long server,
            @Nullable Long postgres) {}
}
