package org.millwright.system;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Programs of the machine that a test drives and that this project does not bring along. Where one is missing, the test is
 * skipped and says so; with {@code MILLWRIGHT_TEST_COMPLETE=true}, as on the build server, it fails instead.
 */
final class Programs {
    private static final String COMPLETE = "MILLWRIGHT_TEST_COMPLETE";

    private Programs() {}

    /** Ends the test here unless one of these programs is on the path. @return the first that is */
    static Path need(String... anyOf) {
        return Arrays.stream(anyOf)
                .map(Programs::find)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> missing(String.join(" or ", anyOf)));
    }

    private static Optional<Path> find(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path missing(String names) {
        var sentence = "This test needs %s, which is not on the path of this machine".formatted(names);
        return Boolean.parseBoolean(System.getenv(COMPLETE)) ? fail(sentence) : abort(sentence);
    }
}
