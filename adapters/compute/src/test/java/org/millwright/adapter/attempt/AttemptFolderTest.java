package org.millwright.adapter.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.compute.AttemptId;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;

class AttemptFolderTest {
    private static final ArtifactPath OUTPUTS = new ArtifactPath("0/run-1/artifacts");

    @TempDir
    Path jobs;

    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private AttemptFolder folder;

    @BeforeEach
    void lay() throws IOException {
        folder = AttemptFolder.of(jobs, new AttemptId("run-1", 1));
        folder.lay();
    }

    @Test
    void each_node_has_a_log_of_its_own_that_is_read_on_from_an_offset() throws Exception {
        folder.appendLog(0, "from ".getBytes(UTF_8));
        folder.appendLog(1, "other".getBytes(UTF_8));
        folder.appendLog(0, "zero".getBytes(UTF_8));

        assertThat(folder.readLog(0, 5, 100)).asString(UTF_8).isEqualTo("zero");
        assertThat(folder.readLog(1, 0, 3)).asString(UTF_8).isEqualTo("oth");
        assertThat(folder.readLog(1, 99, 3)).isEmpty();
        assertThat(folder.readLog(2, 0, 3)).isEmpty();
    }

    @Test
    void laying_it_again_empties_the_working_folder_and_goes_on_with_the_logs() throws Exception {
        Files.writeString(folder.work().resolve("left"), "over");
        folder.appendLog(0, "built".getBytes(UTF_8));

        folder.lay();

        assertThat(folder.work()).isEmptyDirectory();
        assertThat(folder.readLog(0, 0, 100)).asString(UTF_8).isEqualTo("built");
    }

    @Test
    void one_log_is_kept_under_its_usual_name_and_several_by_their_numbers() throws Exception {
        folder.appendLog(0, "zero".getBytes(UTF_8));
        folder.appendLog(1, "one".getBytes(UTF_8));

        folder.keepLogs(1, store, OUTPUTS);
        folder.keepLogs(3, store, OUTPUTS);

        assertThat(kept("std_log.txt")).isEqualTo("zero");
        assertThat(kept("std_log_process_0.txt")).isEqualTo("zero");
        assertThat(kept("std_log_process_1.txt")).isEqualTo("one");
        assertThat(store.find(OUTPUTS.resolve("user_logs/std_log_process_2.txt")))
                .isEmpty();
    }

    @Test
    void the_log_of_an_earlier_attempt_stays_beside_that_of_the_last() throws Exception {
        folder.appendLog(0, "first".getBytes(UTF_8));
        folder.keepLogs(1, store, OUTPUTS);
        var second = AttemptFolder.of(jobs, new AttemptId("run-1", 2));
        second.lay();
        second.appendLog(0, "second".getBytes(UTF_8));

        second.keepLogs(1, store, OUTPUTS);
        second.keepLogs(1, store, OUTPUTS);

        assertThat(kept("std_log.txt")).isEqualTo("second");
        assertThat(kept("attempt_1/std_log.txt")).isEqualTo("first");
    }

    @Test
    void deleting_it_leaves_other_attempts_of_the_run() throws Exception {
        var second = AttemptFolder.of(jobs, new AttemptId("run-1", 2));
        second.lay();

        folder.delete();
        folder.delete();
        assertThat(second.root()).exists();
        second.delete();

        assertThat(jobs).isEmptyDirectory();
    }

    @Test
    void a_name_that_leads_elsewhere_is_no_folder() {
        assertThatThrownBy(() -> AttemptFolder.of(jobs, new AttemptId("../up", 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String kept(String name) throws IOException {
        try (var content = store.read(OUTPUTS.resolve("user_logs/" + name), 0)) {
            return new String(content.readAllBytes(), UTF_8);
        }
    }
}
