package org.millwright.adapter.localprocess;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The log of an attempt while its environment is built: what the tools print, as they print it. */
record BuildLog(Path file) {
    private static final int LAST_LINES = 12;
    private static final int LAST_BYTES = 8192;

    /** What a tool came to. @param lastLines of what it printed, joined */
    record Outcome(int exitCode, String lastLines) {
        boolean failed() {
            return exitCode != 0;
        }
    }

    void say(String line) throws IOException {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Runs a tool to its end. When the thread is interrupted meanwhile, the tool is ended with all its children. */
    Outcome run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        say("");
        var before = Files.size(file);
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()));
        var process = builder.start();
        try {
            process.getOutputStream().close();
            var exitCode = process.waitFor();
            return new Outcome(exitCode, tail(before));
        } catch (InterruptedException canceled) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            throw canceled;
        }
    }

    private String tail(long from) throws IOException {
        try (var log = Files.newByteChannel(file)) {
            log.position(Math.max(from, log.size() - LAST_BYTES));
            var bytes = Channels.newInputStream(log).readAllBytes();
            var lines = new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            return String.join(
                    " ", lines.subList(Math.max(firstComplaint(lines), lines.size() - LAST_LINES), lines.size()));
        }
    }

    /** Where uv or pip begin to say what is wrong; 0 when they do not mark it. */
    private static int firstComplaint(List<String> lines) {
        for (var line = 0; line < lines.size(); line++) {
            var text = lines.get(line);
            if (text.startsWith("error:") || text.startsWith("ERROR:") || text.startsWith("×")) {
                return line;
            }
        }
        return 0;
    }
}
