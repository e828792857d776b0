package org.millwright.cli.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.cli.CommandFailed;

/**
 * The Python that jobs' environments are made from.
 *
 * @param executable its own idea of where it is, so that a version manager's shim is not asked again for each job
 */
record PythonInterpreter(String executable) {
    /** Says which Python to take. */
    static final String VARIABLE = "MILLWRIGHT_PYTHON";

    private static final List<String> CANDIDATES =
            List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String QUESTION = "import sys; assert sys.version_info >= (3, 10); print(sys.executable)";

    /** @throws CommandFailed if there is none of at least 3.10 */
    static PythonInterpreter find(Map<String, String> environment) {
        var chosen = environment.get(VARIABLE);
        if (chosen != null && !chosen.isBlank()) {
            return ask(chosen)
                    .orElseThrow(() -> CommandFailed.refused(
                            "%s=%s is not a Python of at least 3.10".formatted(VARIABLE, chosen),
                            "Name another one, or unset the variable to let millwright look for it."));
        }
        return CANDIDATES.stream()
                .map(PythonInterpreter::ask)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> CommandFailed.refused(
                        "Jobs need Python 3.10 or newer, and none was found", """
                                Debian, Ubuntu: sudo apt install python3 python3-venv
                                Fedora:         sudo dnf install python3
                                macOS:          brew install python
                                or name one:    export %s=/path/to/python3""".formatted(VARIABLE)));
    }

    private static Optional<PythonInterpreter> ask(String candidate) {
        try {
            var process = new ProcessBuilder(candidate, "-c", QUESTION)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 && !answer.isEmpty()
                    ? Optional.of(new PythonInterpreter(answer))
                    : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
