package org.millwright.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An exported audit trail is checked without the server that wrote it. */
class AuditFileTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void a_chain() throws Exception {
        var previous = "0".repeat(64);
        for (var i = 1; i <= 5; i++) {
            var text =
                    "{\"sequence\":%d,\"at\":\"2026-11-23T12:00:00Z\",\"reason\":\"ü,\\\"hash\\\":\\\"x\",\"previous\":\"%s\""
                            .formatted(i, previous);
            previous = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            lines.add(text + ",\"hash\":\"" + previous + "\"}");
        }
    }

    @Test
    void a_whole_chain_holds() throws IOException {
        var read = read();
        assertThat(read.fault()).isNull();
        assertThat(read.gaps()).isZero();
        assertThat(read.entries()).isEqualTo(5);
        assertThat(read.first()).isEqualTo(1);
        assertThat(read.last()).isEqualTo(5);
        assertThat(lines.getLast()).contains(read.lastHash());
    }

    @Test
    void a_changed_line_is_named() throws IOException {
        lines.set(2, lines.get(2).replace("12:00", "13:00"));
        assertThat(read().fault()).isEqualTo("entry 3 is not as it was sealed");
    }

    @Test
    void a_line_that_was_written_anew_breaks_the_next() throws Exception {
        var text = lines.get(2)
                .substring(0, lines.get(2).lastIndexOf(",\"hash\":\""))
                .replace("12:00", "13:00");
        var hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        lines.set(2, text + ",\"hash\":\"" + hash + "\"}");
        assertThat(read().fault()).isEqualTo("entry 4 does not follow the one before it");
    }

    @Test
    void lines_that_were_left_out_are_counted_as_gaps() throws IOException {
        lines.remove(3);
        lines.remove(1);
        var read = read();
        assertThat(read.fault()).isNull();
        assertThat(read.gaps()).isEqualTo(2);
    }

    @Test
    void a_torn_line_is_named_by_its_place() throws IOException {
        lines.set(4, lines.get(4).substring(0, 40));
        assertThat(read().fault()).isEqualTo("line 5 is no entry");
    }

    @Test
    void another_file_is_refused() {
        lines.set(0, "a,b,c");
        assertThatThrownBy(this::read).hasMessageContaining("is no audit trail exported as JSON lines");
    }

    private AuditFile read() throws IOException {
        var file = folder.resolve("audit.jsonl");
        Files.write(file, lines);
        return AuditFile.read(file);
    }
}
