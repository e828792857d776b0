package org.millwright.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;

class ModelDownloadTest {
    /** Of "12345". */
    private static final String DIGEST = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5";

    private final Map<String, String> entries = new LinkedHashMap<>();

    @TempDir
    Path folder;

    @Test
    void what_arrives_whole_is_put_in_its_place() throws IOException {
        entries.put("churn-3/data/weights.bin", "12345");
        entries.put("SHA256SUMS", DIGEST + "  churn-3/data/weights.bin\n");

        var taken = ModelDownload.take(new ByteArrayInputStream(zip()), folder);

        assertThat(Files.readString(folder.resolve("churn-3/data/weights.bin"))).isEqualTo("12345");
        assertThat(taken.files()).isEqualTo(Map.of("churn-3/data/weights.bin", DIGEST));
        assertThat(left()).containsExactly("churn-3");
    }

    @Test
    void what_has_another_digest_is_not_kept() throws IOException {
        entries.put("churn-3/weights.bin", "54321");
        entries.put("SHA256SUMS", DIGEST + "  churn-3/weights.bin\n");

        assertThat(refusal(zip()).getMessage()).contains("churn-3/weights.bin");
        assertThat(left()).isEmpty();
    }

    @Test
    void what_is_cut_off_is_not_kept_wherever_the_cut_is() throws IOException {
        entries.put("churn-3/weights.bin", "12345");
        assertThat(refusal(zip()).exit()).isEqualTo(ExitCode.UNREACHABLE);
        entries.put("SHA256SUMS", DIGEST + "  churn-3/weights.bin\n");
        var whole = zip();
        assertThat(refusal(Arrays.copyOf(whole, 60)).exit()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(left()).isEmpty();
    }

    @Test
    void a_name_that_leads_out_of_the_folder_is_refused() throws IOException {
        entries.put("../../evil.txt", "12345");

        assertThat(refusal(zip()).exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "churn:3, churn, 3",
        "churn@champion, churn, @champion",
        "churn@latest, churn, latest",
        "churn/Production, churn, Production",
        "churn, churn, latest"
    })
    void a_version_is_named_in_several_ways(String written, String model, String version) {
        assertThat(ModelReference.parse(written)).isEqualTo(new ModelReference(model, version));
    }

    private CommandFailed refusal(byte[] zip) {
        return catchThrowableOfType(
                CommandFailed.class, () -> ModelDownload.take(new ByteArrayInputStream(zip), folder));
    }

    private List<String> left() throws IOException {
        try (var list = Files.list(folder)) {
            return list.map(path -> path.getFileName().toString()).toList();
        }
    }

    private byte[] zip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
