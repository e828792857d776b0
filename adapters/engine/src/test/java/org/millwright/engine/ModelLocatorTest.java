package org.millwright.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an MLmodel says is somebody's upload. */
class ModelLocatorTest {
    @TempDir
    Path folder;

    @Test
    void a_description_that_stands_for_much_more_than_it_is_is_refused() throws IOException {
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (var level = 1; level <= 24; level++) {
            bomb.append("a%1$d: &a%1$d [*a%2$d, *a%2$d]\n".formatted(level, level - 1));
        }
        refused(bomb + "flavors:\n  ? *a24\n  : 1\n", "aliases");
    }

    @Test
    void a_description_that_nests_without_end_is_refused() throws IOException {
        refused("flavors: " + "[".repeat(200_000), "nested too deeply");
    }

    @Test
    void a_description_that_is_no_description_any_more_is_refused_unread() throws IOException {
        refused("# " + "x".repeat(1 << 20), "larger than");
    }

    @Test
    void a_description_that_names_a_file_elsewhere_is_refused() throws IOException {
        refused("flavors: {onnx: {data: ../../secret.onnx}}", "outside of the model");
        refused("flavors: {onnx: {data: /etc/passwd}}", "outside of the model");
    }

    private void refused(String mlmodel, String words) throws IOException {
        Files.writeString(folder.resolve("MLmodel"), mlmodel);
        assertThatThrownBy(() -> ModelLocator.onnxFile(folder))
                .isInstanceOf(ModelLoadFailed.class)
                .hasMessageContaining(words);
    }
}
