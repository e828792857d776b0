package org.millwright.experiment.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunState;
import org.millwright.fake.InMemoryWorld;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** Of a job of two nodes with two processes each. */
class RunLogsTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final RunId ID = Runs.ID;

    private final InMemoryWorld world = new InMemoryWorld();
    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private final Map<Integer, String> printed = new HashMap<>();
    private final RunLogs logs = new RunLogs(
            new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), new SettableClock()),
            (attempt, node, offset, most) -> {
                var bytes = printed.getOrDefault(node, "").getBytes(UTF_8);
                var from = (int) Math.min(offset, bytes.length);
                return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + most));
            },
            store);

    @Test
    void a_live_log_is_read_on_for_each_process() throws Exception {
        in(Runs.state("Running"), 1);
        printed.put(0, "zero");
        printed.put(3, "three");

        assertThat(read(3, 0, 2)).isEqualTo("ree");
        assertThat(logs.read(MAIN, ID, 3, 0, 5, 10).complete()).isFalse();
        assertRefused(Problem.Invalid.class, () -> read(4, 0, 0));
        assertRefused(Problem.Invalid.class, () -> read(-1, 0, 0));
    }

    @Test
    void the_log_of_an_ended_run_comes_from_its_files() throws Exception {
        var run = in(Runs.state("Completed"), 1);
        keep(run, "user_logs/std_log_process_2.txt", "two");
        keep(run, "user_logs/std_log.txt", "one log for all");

        assertThat(read(2, 0, 1)).isEqualTo("wo");
        assertThat(read(0, 0, 0)).isEqualTo("one log for all");
        assertThat(logs.read(MAIN, ID, 2, 0, 3, 10).complete()).isTrue();
    }

    @Test
    void the_log_of_an_earlier_attempt_is_read_while_and_after_the_next_one_runs() throws Exception {
        var run = in(Runs.state("Running"), 2);
        printed.put(0, "second");
        keep(run, "user_logs/std_log_process_0.txt", "first");

        assertThat(read(0, 1, 0)).isEqualTo("first");
        assertThat(read(0, 0, 0)).isEqualTo("second");
        assertThat(read(0, 2, 0)).isEqualTo("second");
        assertRefused(Problem.Invalid.class, () -> read(0, 3, 0));

        keep(run, "user_logs/attempt_1/std_log_process_0.txt", "first, put aside");
        keep(run, "user_logs/std_log_process_0.txt", "second");
        assertThat(read(0, 1, 0)).isEqualTo("first, put aside");
    }

    private Run in(RunState state, int attempt) {
        var run = Runs.in(state);
        var tried = new Run(
                run.id(),
                run.workspace(),
                run.experiment(),
                run.name(),
                run.user(),
                run.submitter(),
                run.job(),
                run.state(),
                attempt,
                run.createdAt(),
                run.deletedAt(),
                run.revision());
        world.runs().save(Change.of(tried));
        return tried;
    }

    private String read(int rank, int attempt, long offset) {
        try {
            return new String(logs.read(MAIN, ID, rank, attempt, offset, 100).bytes(), UTF_8);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void keep(Run run, String path, String content) throws IOException {
        store.write(run.artifacts().resolve(path), new ByteArrayInputStream(content.getBytes(UTF_8)));
    }
}
