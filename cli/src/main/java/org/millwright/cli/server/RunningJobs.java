package org.millwright.cli.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The jobs of the local pool whose processes run, with a server or without, by what their runners have written down: {@code process.json}
 * when the command started, {@code exit.json} when nothing of it was left.
 */
record RunningJobs(DataFolder folder) {
    /** jobs / name / attempt / state */
    private static final int DEPTH_OF_STATE = 3;

    private static final JsonMapper JSON = new JsonMapper();

    long count() throws IOException {
        var jobs = folder.root().resolve("jobs");
        if (!Files.isDirectory(jobs)) {
            return 0;
        }
        try (var states = Files.find(jobs, DEPTH_OF_STATE, (path, _) -> path.endsWith("state"))) {
            return states.filter(RunningJobs::runs).count();
        }
    }

    private static boolean runs(Path state) {
        if (Files.exists(state.resolve("exit.json"))) {
            return false;
        }
        try {
            var runner = JSON.readTree(state.resolve("process.json").toFile())
                    .path("runner")
                    .path("pid")
                    .asLong();
            return runner > 0
                    && ProcessHandle.of(runner).filter(ProcessMark::runs).isPresent();
        } catch (IOException notStarted) {
            return false;
        }
    }
}
