package org.millwright.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A running job as the machine has it: a script in a sandbox shares no other folder with a test than its own, and knows its
 * processes by other numbers.
 */
record JobOnDisk(RunningServer server, String name) {
    /** A script that shows its token to whoever may look into its folder, which no other should, and waits for {@link #finish}. */
    static final String SHOWING_ITS_TOKEN =
            "printf %s \"$MLFLOW_TRACKING_TOKEN\" > part; mv part token; while [ ! -e go ]; do sleep 0.1; done";

    /** A file of the first attempt's working folder; it goes when the job is over. */
    Path file(String path) {
        return server.data().resolve("jobs").resolve(name).resolve("1/work").resolve(path);
    }

    /** Of a job that runs {@link #SHOWING_ITS_TOKEN}. */
    String token() throws Exception {
        var file = file("token");
        Eventually.see("the job has its token", () -> Files.exists(file), there -> there);
        return Files.readString(file);
    }

    void finish() throws IOException {
        Files.createFile(file("go"));
    }

    /** The numbers of the processes that have the job's variables. */
    List<Long> processes() throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+") && hasVariables(process))
                    .map(process -> Long.valueOf(process.getFileName().toString()))
                    .toList();
        }
    }

    private boolean hasVariables(Path process) {
        try {
            return ("\0" + Files.readString(process.resolve("environ"), ISO_8859_1))
                    .contains("\0MLFLOW_RUN_ID=" + name + "\0");
        } catch (IOException gone) {
            return false;
        }
    }
}
