package org.millwright.adapter.localprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.compute.spi.MaskingScript;

/** What of an output that comes in pieces is let into a log. */
class MaskingScriptTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void lay() throws Exception {
        Files.write(folder.resolve(MaskingScript.NAME), MaskingScript.content());
        Files.writeString(folder.resolve("show.py"), """
                import sys
                from masking import Masked
                masked = Masked(sys.argv[1].split(","))
                for piece in sys.argv[2:] + [""]:
                    sys.stdout.write(masked.shown(piece.encode()).decode())
                """);
    }

    @Test
    void a_secret_is_found_across_pieces() throws Exception {
        assertThat(shown("horse", "the ho", "rs", "e runs")).isEqualTo("the *** runs");
    }

    @Test
    void what_only_begins_like_a_secret_is_shown() throws Exception {
        assertThat(shown("horse", "ho", "use, hor")).isEqualTo("house, hor");
    }

    @Test
    void a_secret_that_begins_like_a_longer_one_gives_nothing_of_that_away() throws Exception {
        assertThat(shown("horse,horsepower", "the horse", "power")).isEqualTo("the ***");
        assertThat(shown("horse,horsepower", "the horse", " runs")).isEqualTo("the *** runs");
    }

    @Test
    void secrets_that_overlap_are_masked_as_one() throws Exception {
        assertThat(shown("abcd,cdef", "xabcdefx")).isEqualTo("x***x");
    }

    @Test
    void without_secrets_all_is_shown_at_once() throws Exception {
        assertThat(shown("", "all", " of it")).isEqualTo("all of it");
    }

    private String shown(String masked, String... pieces) throws Exception {
        var command =
                new ArrayList<>(List.of("python3", folder.resolve("show.py").toString(), masked));
        command.addAll(List.of(pieces));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
