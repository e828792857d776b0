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

    /** A file of the first attempt's working folder; it goes when the job is over. */
    Path file(String path) {
        return server.data().resolve("jobs").resolve(name).resolve("1/work").resolve(path);
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
