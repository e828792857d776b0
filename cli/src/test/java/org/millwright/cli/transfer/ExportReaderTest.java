package org.millwright.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.cli.CommandFailed;

class ExportReaderTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void an_export() throws IOException {
        folder = temporary.resolve("export");
        try (var writer = new ExportWriter(folder)) {
            writer.line(ExportFolder.RUNS, "{\"id\":\"a\"}");
            writer.line(ExportFolder.RUNS, "{\"id\":\"b\"}");
            writer.file("runs", "a", "notes/one.txt", content("one"));
            writer.finish(JSON.createObjectNode().put("workspace", "main"));
        }
    }

    @Test
    void what_was_written_is_read() throws IOException {
        var reader = new ExportReader(folder);
        reader.verify();
        var lines = new ArrayList<String>();
        reader.lines(ExportFolder.RUNS, line -> lines.add(line.path("id").asText()));
        assertThat(lines).containsExactly("a", "b");
        reader.lines(ExportFolder.FILES, line -> assertThat(Files.readString(reader.file(line)))
                .isEqualTo("one"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runs.jsonl", "files.jsonl", "files/runs/a/notes/one.txt"})
    void what_was_altered_cut_or_taken_away_is_refused_by_its_name(String file) throws IOException {
        var place = folder.resolve(file);
        var bytes = Files.readAllBytes(place);
        bytes[0] ^= 1;
        Files.write(place, bytes);
        assertNamed(file);
        Files.write(place, new byte[0]);
        assertNamed(file);
        Files.delete(place);
        assertNamed(file);
    }

    @Test
    void a_folder_that_was_not_finished_or_is_of_another_form_is_refused() throws IOException {
        var manifest = folder.resolve(ExportFolder.MANIFEST);
        var text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("\"version\" : 1", "\"version\" : 2"));
        assertThatThrownBy(() -> new ExportReader(folder)).hasMessageContaining("format version 2");
        Files.writeString(manifest, text.substring(0, text.length() / 2));
        assertThatThrownBy(() -> new ExportReader(folder)).hasMessageContaining("manifest.json is damaged");
        Files.delete(manifest);
        assertThatThrownBy(() -> new ExportReader(folder)).hasMessageContaining("has no manifest.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../secret", "a//b", "./a", ".."})
    void a_path_that_leads_elsewhere_is_refused(String path) throws IOException {
        var reader = new ExportReader(folder);
        var line = JSON.createObjectNode().put("owner", "runs").put("id", "a").put("path", path);
        assertThatThrownBy(() -> reader.file(line)).hasMessageContaining("a file that cannot be");
        assertThatThrownBy(() -> reader.file(line.put("path", "x").put("owner", "..")))
                .hasMessageContaining("a file that cannot be");
    }

    @Test
    void a_link_in_the_folder_is_not_followed() throws IOException {
        var secret = Files.createDirectories(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("files/runs/linked"), secret);
        var line =
                JSON.createObjectNode().put("owner", "runs").put("id", "linked").put("path", "secret.txt");
        var reader = new ExportReader(folder);
        assertThatThrownBy(() -> reader.file(line)).hasMessageContaining("is a link");
    }

    @Test
    void nothing_is_written_over() {
        assertThatThrownBy(() -> new ExportWriter(folder))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("is not empty");
    }

    private void assertNamed(String file) {
        assertThatThrownBy(() -> new ExportReader(folder).verify())
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining(file);
    }

    private static ByteArrayInputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
