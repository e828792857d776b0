package org.millwright.adapter.localprocess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Python that is really there.
 *
 * @param executable the interpreter itself, not one of the scripts that version managers put on the path before it
 * @param version such as {@code 3.11.7}
 */
record Interpreter(Path executable, String version) {
    private static final String QUESTION =
            "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";
    private static final int PATIENCE_SECONDS = 20;

    /** Asks a program whether it is a Python. @param program a name on the path, or a file */
    static Optional<Interpreter> ask(String program, Map<String, String> variables)
            throws IOException, InterruptedException {
        var found = program.contains("/") ? Optional.of(Path.of(program)) : onPath(program, variables.get("PATH"));
        if (found.isEmpty() || !Files.isExecutable(found.get())) {
            return Optional.empty();
        }
        var builder = new ProcessBuilder(List.of(found.get().toString(), "-I", "-S", "-c", QUESTION));
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        var process = builder.start();
        try {
            process.getOutputStream().close();
            var lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || lines.size() != 2) {
                return Optional.empty();
            }
            return Optional.of(new Interpreter(Path.of(lines.getFirst()), lines.getLast()));
        } finally {
            process.destroyForcibly();
        }
    }

    /** The folder that it was installed into. */
    Path prefix() {
        var folder = Objects.requireNonNull(executable.getParent());
        return Objects.requireNonNull(folder.getParent());
    }

    /** @param wanted such as {@code 3.11} or {@code 3.11.7}, null for any */
    boolean is(@Nullable String wanted) {
        return wanted == null || version.equals(wanted) || version.startsWith(wanted + ".");
    }

    static Optional<Path> onPath(String program, @Nullable String path) {
        if (path != null) {
            for (var folder : path.split(":")) {
                if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                    return Optional.of(Path.of(folder, program));
                }
            }
        }
        return Optional.empty();
    }
}
