package org.millwright.experiment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.InMemoryExperiments;
import org.millwright.experiment.fake.InMemoryRuns;
import org.millwright.experiment.fake.InMemoryTracking;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

class RunTransferTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final RunId ID = new RunId("moved");
    private static final RunState DONE = new RunState.Completed(NOON, NOON.plusSeconds(60));

    private final InMemoryTracking tracking = new InMemoryTracking();
    private final InMemoryExperiments homes = new InMemoryExperiments();
    private final InMemoryRuns runs = new InMemoryRuns(tracking, homes);
    private final RunTransfer transfer = new RunTransfer(runs, tracking);
    private final ExperimentTransfer experiments = new ExperimentTransfer(homes);

    @Test
    void a_run_comes_with_its_id_times_and_state_and_nobody_is_told() {
        transfer.put(moved(DONE, null, Map.of("team", "risk")));
        var here = transfer.known(MAIN, List.of(ID)).getFirst();
        assertThat(here.run().state()).isEqualTo(DONE);
        assertThat(here.run().createdAt()).isEqualTo(NOON);
        assertThat(here.data().tags()).isEqualTo(Map.of("team", "risk"));
        assertThat(runs.events()).isEmpty();
    }

    @Test
    void a_repeat_changes_nothing_and_news_bring_it_up_to_date() {
        transfer.put(moved(new RunState.Running(NOON), null, Map.of("a", "1")));
        transfer.put(moved(DONE, NOON.plusSeconds(90), Map.of("b", "2")));
        var once = transfer.known(MAIN, List.of(ID));
        transfer.put(moved(DONE, NOON.plusSeconds(99), Map.of("b", "2")));
        assertThat(transfer.known(MAIN, List.of(ID))).isEqualTo(once);
        assertThat(once.getFirst().run().state()).isEqualTo(DONE);
        assertThat(once.getFirst().run().deletedAt()).isEqualTo(NOON.plusSeconds(90));
        assertThat(once.getFirst().data().tags()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void points_are_there_once() {
        transfer.put(moved(DONE, null, Map.of()));
        var points = List.of(new Metric("loss", 0.5, 1, 1), new Metric("loss", 0.25, 2, 2));
        transfer.log(MAIN, ID, points);
        transfer.log(MAIN, ID, points);
        assertThat(transfer.history(MAIN, ID, "loss", PageRequest.first(10)).items())
                .isEqualTo(points);
        assertThat(transfer.metrics(MAIN, ID)).containsExactly("loss");
    }

    @Test
    void an_id_that_another_run_has_is_refused() {
        transfer.put(moved(DONE, null, Map.of()));
        assertRefused(
                Problem.WrongState.class,
                () -> transfer.put(moved(new WorkspaceName("other"), NOON, DONE, null, Map.of())));
        assertRefused(
                Problem.WrongState.class,
                () -> transfer.put(moved(MAIN, NOON.plus(Duration.ofMillis(1)), DONE, null, Map.of())));
        assertRefused(Problem.NotFound.class, () -> transfer.log(new WorkspaceName("other"), ID, List.of()));
    }

    @Test
    void a_job_that_has_not_ended_stays_where_it_is() {
        var job = Runs.running();
        assertRefused(
                Problem.WrongState.class, () -> transfer.put(new RunTransfer.Moved(job, RunData.EMPTY, List.of())));
    }

    @Test
    void an_experiment_is_known_by_its_name_and_gets_the_times_given() {
        var moved = new ExperimentTransfer.Moved("Default", Map.of("a", "1"), NOON.minusSeconds(9), NOON, null);
        var here = experiments.put(MAIN, moved);
        assertThat(here.id()).isEqualTo(ExperimentId.DEFAULT);
        assertThat(here.createdAt()).isEqualTo(NOON.minusSeconds(9));
        assertThat(experiments.put(MAIN, moved).tags()).isEqualTo(Map.of("a", "1"));
        assertThat(experiments
                        .put(MAIN, new ExperimentTransfer.Moved("new", Map.of(), NOON, NOON, null))
                        .id())
                .isNotEqualTo(here.id());
    }

    @Test
    void an_experiment_that_is_deleted_in_one_place_only_is_refused() {
        assertRefused(
                Problem.WrongState.class,
                () -> experiments.put(MAIN, new ExperimentTransfer.Moved("Default", Map.of(), NOON, NOON, NOON)));
    }

    private static RunTransfer.Moved moved(RunState state, Instant deletedAt, Map<String, String> tags) {
        return moved(MAIN, NOON, state, deletedAt, tags);
    }

    private static RunTransfer.Moved moved(
            WorkspaceName workspace, Instant began, RunState state, Instant deletedAt, Map<String, String> tags) {
        var shifted = state instanceof RunState.Completed ? new RunState.Completed(began, NOON.plusSeconds(60)) : state;
        return new RunTransfer.Moved(
                new Run(
                        ID,
                        workspace,
                        ExperimentId.DEFAULT,
                        "name",
                        "ada",
                        null,
                        null,
                        shifted,
                        0,
                        began,
                        deletedAt,
                        Revision.UNSAVED),
                new RunData(List.of(), Map.of(), tags, List.of(), List.of()),
                List.of());
    }
}
