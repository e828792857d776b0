package org.millwright.portal.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class RunCodeTest {
    private static final long MEGABYTE = 1 << 20;

    @Test
    void the_files_of_a_snapshot_are_listed_and_the_wanted_one_is_shown() throws IOException {
        var listing = RunCode.read(zip(10, "train.py", "src/model.py"), "src/model.py", MEGABYTE);

        assertThat(listing.files()).extracting(RunCode.SourceFile::path).containsExactly("train.py", "src/model.py");
        assertThat(listing.selected().path()).isEqualTo("src/model.py");
        assertThat(listing.preview().text()).isEqualTo("x".repeat(10));
        assertThat(listing.cut()).isFalse();
    }

    @Test
    void a_zip_that_unpacks_to_more_than_is_looked_at_is_cut() throws IOException {
        var listing = RunCode.read(zip(3 * (int) MEGABYTE, "a", "bomb", "c"), "c", 4 * MEGABYTE);

        assertThat(listing.files()).extracting(RunCode.SourceFile::path).containsExactly("a");
        assertThat(listing.cut()).isTrue();
    }

    @Test
    void of_very_many_files_the_first_are_listed() throws IOException {
        var names = IntStream.range(0, 2_500).mapToObj(i -> "f" + i).toArray(String[]::new);
        var listing = RunCode.read(zip(1, names), "", MEGABYTE);

        assertThat(listing.files()).hasSize(2_000);
        assertThat(listing.cut()).isTrue();
    }

    private static InputStream zip(int bytes, String... names) throws IOException {
        var zip = new ByteArrayOutputStream();
        try (var output = new ZipOutputStream(zip)) {
            for (var name : names) {
                output.putNextEntry(new ZipEntry(name));
                output.write("x".repeat(bytes).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return new ByteArrayInputStream(zip.toByteArray());
    }
}
