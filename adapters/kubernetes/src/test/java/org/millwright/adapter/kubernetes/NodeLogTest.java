package org.millwright.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.AttemptId;

class NodeLogTest {
    private static final String THREE = """
            2026-11-23T10:00:00.1Z one
            2026-11-23T10:00:00.123456789Z two
            2026-11-23T10:00:00.123456789Z two again
            """;

    @TempDir
    Path data;

    private AttemptFolder folder;

    @BeforeEach
    void layFolder() throws IOException {
        folder = AttemptFolder.of(data, new AttemptId("run-1", 1));
        folder.lay();
    }

    @Test
    void lines_come_without_their_times() throws IOException {
        new NodeLog(folder, 0).take(stream(THREE));

        assertThat(text()).isEqualTo("one\ntwo\ntwo again\n");
    }

    @Test
    void what_is_read_a_second_time_is_there_once() throws IOException {
        var log = new NodeLog(folder, 0);
        log.take(stream(THREE));

        log.take(stream(THREE + "2026-11-23T10:00:00.123456789Z two and again\n2026-11-23T10:00:01Z three"));

        assertThat(text()).isEqualTo("one\ntwo\ntwo again\ntwo and again\nthree");
    }

    @Test
    void another_server_goes_on_where_the_first_was() throws IOException {
        new NodeLog(folder, 0).take(stream(THREE.substring(0, THREE.indexOf("two again") - 31)));

        var next = new NodeLog(folder, 0);
        assertThat(next.since()).isEqualTo("2026-11-23T10:00:00.123456789Z");
        next.take(stream(THREE));

        assertThat(text()).isEqualTo("one\ntwo\ntwo again\n");
    }

    @Test
    void lines_that_were_written_but_not_accounted_for_are_written_anew() throws IOException {
        new NodeLog(folder, 0).take(stream(THREE));
        Files.writeString(folder.log(0), "three, then the power fa", StandardOpenOption.APPEND);

        new NodeLog(folder, 0).take(stream(THREE + "2026-11-23T10:00:01Z three\n"));

        assertThat(text()).isEqualTo("one\ntwo\ntwo again\nthree\n");
    }

    @Test
    void the_next_container_begins_at_its_beginning() throws IOException {
        var log = new NodeLog(folder, 0);
        log.take(stream(THREE));
        log.turnTo(Manifests.JOB);

        assertThat(log.since()).isEmpty();
        assertThat(log.isBeyond(Manifests.PREPARE)).isTrue();
        log.take(stream("2026-11-23T09:59:59Z by a clock that was set back\n"));
        assertThat(text()).endsWith("set back\n");
    }

    @Test
    void our_own_lines_stay_between_those_of_the_pod() throws IOException {
        var log = new NodeLog(folder, 0);
        log.say("no node fits");
        log.take(stream(THREE));

        new NodeLog(folder, 0).take(stream(THREE));

        assertThat(text()).isEqualTo("millwright: no node fits\none\ntwo\ntwo again\n");
    }

    @Test
    void the_rest_of_a_line_that_a_node_cut_is_kept() throws IOException {
        new NodeLog(folder, 0).take(stream("2026-11-23T10:00:00Z long\nrest of it\n"));

        assertThat(text()).isEqualTo("long\nrest of it\n");
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private String text() throws IOException {
        return new String(folder.readLog(0, 0, 100_000), UTF_8);
    }
}
