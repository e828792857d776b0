package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.Criterion.Subject.ATTRIBUTE;
import static org.millwright.shared.Criterion.Subject.DATASET;
import static org.millwright.shared.Criterion.Subject.METRIC;
import static org.millwright.shared.Criterion.Subject.PARAMETER;
import static org.millwright.shared.Criterion.Subject.TAG;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunRepository.RunQuery;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.experiment.model.RunRepository} does. */
public abstract class RunContract {
    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Queued",
                "Preparing",
                "Running",
                "CancelRequested",
                "Finalizing",
                "Completed",
                "Failed",
                "Canceled"
            })
    void a_run_is_found_as_it_was_saved_in_every_state(String label) {
        var run = Runs.in(Runs.state(label));
        save(Change.of(run));
        assertThat(find(Runs.ID))
                .usingRecursiveComparison()
                .ignoringFields("revision")
                .isEqualTo(run);
        assertThat(find(Runs.ID).revision()).isEqualTo(new Revision(1));
    }

    @Test
    void a_tracked_run_goes_from_state_to_state_and_back() {
        save(Runs.track("t", NOON));
        save(find("t").report(Run.Reported.FAILED, NOON.plusSeconds(5)));
        save(find("t").report(Run.Reported.SCHEDULED, NOON.plusSeconds(6)));
        save(find("t").report(Run.Reported.FINISHED, NOON.plusSeconds(7)));
        assertThat(find("t").state().label()).isEqualTo("Completed");
        assertThat(find("t").endedAt()).isEqualTo(NOON.plusSeconds(7));
    }

    @Test
    void which_run_was_made_with_the_token_of_which_is_remembered() {
        save(Runs.track("job", NOON));
        save(Runs.track("child", NOON));
        world.run(() -> world.runs().made(new RunId("child"), new RunId("job")));
        assertThat(isMadeBy("child", "job")).isTrue();
        assertThat(isMadeBy("job", "child")).isFalse();
        assertThat(isMadeBy("child", "other")).isFalse();
    }

    private boolean isMadeBy(String run, String by) {
        return world.inTransaction(() -> world.runs().isMadeBy(new RunId(run), new RunId(by)));
    }

    @Test
    void a_file_is_the_runs_in_whose_folder_it_lies() {
        assertThat(world.inTransaction(() -> world.runs().ownerOf(new ArtifactPath("1/job/artifacts/model.pkl"))))
                .contains(new RunId("job"));
        assertThat(world.inTransaction(() -> world.runs().ownerOf(new ArtifactPath("1/models/m-1/artifacts/x"))))
                .isEmpty();
        assertThat(world.inTransaction(() -> world.runs().ownerOf(new ArtifactPath("1"))))
                .isEmpty();
    }

    @Test
    void an_id_that_is_taken_is_refused() {
        save(Runs.track("t", NOON));
        assertRefused(Problem.AlreadyExists.class, () -> save(Runs.track("t", NOON)));
    }

    @Test
    void a_decision_on_an_old_revision_is_refused() {
        save(Runs.track("t", NOON));
        var seen = find("t");
        save(seen.rename("one"));
        assertRefused(Problem.Stale.class, () -> save(seen.rename("two")));
        assertThat(find("t").name()).isEqualTo("one");
    }

    @Test
    void a_run_has_one_open_attempt_at_most() {
        save(Runs.queue("job", NOON));
        var first = new RunAttempt(new AttemptId("job", 1), ComputeName.LOCAL, 1, "server-1", NOON, null, null);
        var second = new RunAttempt(new AttemptId("job", 2), ComputeName.LOCAL, 2, "server-1", NOON, null, null);
        world.run(() -> world.runs().openAttempt(first));
        assertRefused(
                Problem.AlreadyExists.class, () -> world.run(() -> world.runs().openAttempt(second)));
        world.run(() -> world.runs().closeAttempt(first.end(NOON, "Vanished")));
        world.run(() -> world.runs().openAttempt(second));
        assertThat(world.inTransaction(() -> world.runs().attempts(new RunId("job"))))
                .containsExactly(first.end(NOON, "Vanished"), second);
        assertThat(world.inTransaction(() -> world.runs().openAttempts("server-1")))
                .containsExactly(second);
        assertThat(world.inTransaction(() -> world.runs().openAttempts("server-2")))
                .isEmpty();
    }

    @Test
    void without_an_order_the_newest_come_first() {
        save(Runs.track("a", NOON));
        save(Runs.track("c", NOON.plusSeconds(1)));
        save(Runs.track("b", NOON.plusSeconds(1)));
        save(Runs.queue("d", NOON.plusSeconds(2)));
        assertThat(search(List.of(), List.of())).containsExactly("d", "b", "c", "a");
    }

    @Test
    void the_pages_of_a_search_hold_every_run_once_in_every_order() {
        for (var i = 0; i < 7; i++) {
            save(Runs.track("r" + i, NOON.plusSeconds(i % 3)));
            log("r" + i, "acc", i == 5 ? Double.NaN : i % 4);
        }
        save(Runs.track("r7", NOON));
        for (var key : List.of("start_time", "end_time", "run_name")) {
            for (var ascending : List.of(true, false)) {
                var order = List.of(new Ordering(ATTRIBUTE, key, ascending));
                assertThat(pages(order, 3)).isEqualTo(search(List.of(), order)).hasSize(8);
            }
        }
        assertThat(pages(List.of(new Ordering(METRIC, "acc", false)), 2))
                .hasSize(8)
                .doesNotHaveDuplicates();
    }

    @Test
    void by_a_metric_numbers_come_first_then_nan_then_missing_in_both_directions() {
        save(Runs.track("low", NOON));
        save(Runs.track("high", NOON));
        save(Runs.track("nan", NOON));
        save(Runs.track("none", NOON));
        log("low", "acc", -2);
        log("high", "acc", 2);
        log("nan", "acc", Double.NaN);
        assertThat(search(List.of(), List.of(new Ordering(METRIC, "acc", true))))
                .containsExactly("low", "high", "nan", "none");
        assertThat(search(List.of(), List.of(new Ordering(METRIC, "acc", false))))
                .containsExactly("high", "low", "nan", "none");
    }

    @Test
    void pages_by_a_metric_go_on_where_numbers_and_nans_end() {
        for (var i = 0; i < 3; i++) {
            save(Runs.track("n" + i, NOON.plusSeconds(i)));
            log("n" + i, "acc", i % 2);
            save(Runs.track("x" + i, NOON.plusSeconds(i)));
            log("x" + i, "acc", Double.NaN);
            save(Runs.track("z" + i, NOON.plusSeconds(i)));
        }
        for (var ascending : List.of(true, false)) {
            var order = List.of(new Ordering(METRIC, "acc", ascending));
            var all = List.of(
                    ascending ? "n2" : "n1",
                    ascending ? "n0" : "n2",
                    ascending ? "n1" : "n0",
                    "x2",
                    "x1",
                    "x0",
                    "z2",
                    "z1",
                    "z0");
            assertThat(search(List.of(), order)).isEqualTo(all);
            for (var size = 1; size <= 10; size++) {
                assertThat(pages(order, size)).as("pages of %d", size).isEqualTo(all);
            }
        }
    }

    @Test
    void an_order_by_the_metric_that_a_clause_demands_has_numbers_only() {
        for (var i = 0; i < 5; i++) {
            save(Runs.track("n" + i, NOON));
            log("n" + i, "acc", i);
        }
        save(Runs.track("nan", NOON));
        log("nan", "acc", Double.NaN);
        save(Runs.track("none", NOON));
        var query = new RunQuery(
                WorkspaceName.MAIN,
                List.of(ExperimentId.DEFAULT),
                View.ACTIVE,
                List.of(new Criterion(METRIC, "acc", Operator.GREATER, List.of(0.5))),
                List.of(new Ordering(METRIC, "acc", false)));
        assertThat(pages(query, 3)).containsExactly("n4", "n3", "n2", "n1");
    }

    @Test
    void several_experiments_are_searched_in_one_order() {
        for (var several : List.of(3, 40)) {
            var experiments = new ArrayList<ExperimentId>();
            for (var i = 0; i < several; i++) {
                var id = several + "-" + i;
                var experiment = newExperiment("of " + id);
                experiments.add(experiment);
                save(Runs.track(id + "-a", experiment, NOON.plusSeconds(i)));
                save(Runs.track(id + "-b", experiment, NOON.minusSeconds(i)));
                log(id + "-a", "acc", i % 7);
            }
            experiments.add(experiments.getFirst());
            for (var order : List.of(
                    List.<Ordering>of(),
                    List.of(new Ordering(METRIC, "acc", true)),
                    List.of(new Ordering(ATTRIBUTE, "run_name", false)))) {
                var query = new RunQuery(WorkspaceName.MAIN, experiments, View.ACTIVE, List.of(), order);
                assertThat(pages(query, 7)).isEqualTo(search(query)).hasSize(2 * several);
            }
            assertThat(search(new RunQuery(WorkspaceName.MAIN, experiments, View.ACTIVE, List.of(), List.of())))
                    .startsWith("%1$d-%2$d-a".formatted(several, several - 1))
                    .endsWith("%1$d-%2$d-b".formatted(several, several - 1));
        }
    }

    @Test
    void runs_of_a_deleted_experiment_are_deleted_ones_until_it_is_restored() {
        var experiment = newExperiment("short-lived");
        save(Runs.track("kept", NOON));
        save(Runs.track("hidden", experiment, NOON));
        changeExperiment(experiment, found -> found.delete(NOON));
        for (var experiments : List.of(List.<ExperimentId>of(), List.of(ExperimentId.DEFAULT, experiment))) {
            assertThat(search(new RunQuery(WorkspaceName.MAIN, experiments, View.ACTIVE, List.of(), List.of())))
                    .containsExactly("kept");
            assertThat(search(new RunQuery(WorkspaceName.MAIN, experiments, View.DELETED, List.of(), List.of())))
                    .containsExactly("hidden");
            assertThat(search(new RunQuery(WorkspaceName.MAIN, experiments, View.ALL, List.of(), List.of())))
                    .containsExactlyInAnyOrder("kept", "hidden");
        }
        changeExperiment(experiment, found -> found.restore(NOON));
        assertThat(search(new RunQuery(WorkspaceName.MAIN, List.of(experiment), View.ACTIVE, List.of(), List.of())))
                .containsExactly("hidden");
    }

    @Test
    void times_compare_by_whole_milliseconds() {
        save(Runs.track("a", NOON));
        save(Runs.track("b", NOON.plusMillis(1).plusNanos(900_000)));
        var noon = (double) NOON.toEpochMilli();
        assertThat(found(ATTRIBUTE, "start_time", Operator.EQUAL, noon + 1)).containsExactly("b");
        assertThat(found(ATTRIBUTE, "start_time", Operator.EQUAL, noon + 0.5)).isEmpty();
        assertThat(found(ATTRIBUTE, "start_time", Operator.NOT_EQUAL, noon + 1)).containsExactly("a");
        assertThat(found(ATTRIBUTE, "start_time", Operator.NOT_EQUAL, noon + 0.5))
                .hasSize(2);
        assertThat(found(ATTRIBUTE, "start_time", Operator.GREATER, noon)).containsExactly("b");
        assertThat(found(ATTRIBUTE, "start_time", Operator.GREATER, noon + 0.5)).containsExactly("b");
        assertThat(found(ATTRIBUTE, "start_time", Operator.GREATER, noon + 1)).isEmpty();
        assertThat(found(ATTRIBUTE, "start_time", Operator.GREATER_OR_EQUAL, noon + 1))
                .containsExactly("b");
        assertThat(found(ATTRIBUTE, "start_time", Operator.LESS, noon + 1)).containsExactly("a");
        assertThat(found(ATTRIBUTE, "start_time", Operator.LESS_OR_EQUAL, noon + 0.5))
                .containsExactly("a");
        assertThat(found(ATTRIBUTE, "start_time", Operator.LESS_OR_EQUAL, noon + 1))
                .hasSize(2);
        assertThat(found(ATTRIBUTE, "start_time", Operator.LESS, 1e300)).hasSize(2);
        assertThat(found(ATTRIBUTE, "start_time", Operator.GREATER, -1e300)).hasSize(2);
        assertThat(found(ATTRIBUTE, "start_time", Operator.GREATER, 1e300)).isEmpty();
        assertThat(found(ATTRIBUTE, "start_time", Operator.LESS, Double.NEGATIVE_INFINITY))
                .isEmpty();
    }

    @Test
    void by_anything_else_what_is_missing_comes_last_in_both_directions() {
        save(Runs.track("a", NOON));
        save(Runs.track("b", NOON));
        save(Runs.track("none", NOON));
        param("a", "depth", "2");
        param("b", "depth", "4");
        assertThat(search(List.of(), List.of(new Ordering(PARAMETER, "depth", true))))
                .containsExactly("a", "b", "none");
        assertThat(search(List.of(), List.of(new Ordering(PARAMETER, "depth", false))))
                .containsExactly("b", "a", "none");
    }

    @Test
    void clauses_on_metrics_compare_numbers_and_never_match_what_is_nan_or_missing() {
        save(Runs.track("low", NOON));
        save(Runs.track("high", NOON));
        save(Runs.track("nan", NOON));
        save(Runs.track("none", NOON));
        log("low", "acc", 0);
        log("high", "acc", 0.9);
        log("nan", "acc", Double.NaN);
        assertThat(found(METRIC, "acc", Operator.GREATER, 0.5)).containsExactly("high");
        assertThat(found(METRIC, "acc", Operator.LESS_OR_EQUAL, 0.0)).containsExactly("low");
        assertThat(found(METRIC, "acc", Operator.EQUAL, 0.0)).containsExactly("low");
        assertThat(found(METRIC, "never logged", Operator.GREATER, 0.0)).isEmpty();
    }

    @Test
    void clauses_on_parameters_tags_and_datasets_compare_text() {
        save(Runs.track("a", NOON));
        save(Runs.track("b", NOON));
        param("a", "solver", "lbfgs\\");
        param("b", "solver", "Saga");
        world.run(() -> world.tracking().log(new RunId("a"), TrackingBatch.tag("stage", "it's 100%")));
        world.run(() -> world.tracking()
                .addDatasets(
                        new RunId("b"),
                        List.of(new DatasetInput(
                                "iris", "d1", "local", "{}", null, null, Map.of("mlflow.data.context", "training")))));
        assertThat(found(PARAMETER, "solver", Operator.LIKE, "lb%\\")).containsExactly("a");
        assertThat(found(PARAMETER, "solver", Operator.ILIKE, "sag_")).containsExactly("b");
        assertThat(found(PARAMETER, "solver", Operator.NOT_EQUAL, "Saga")).containsExactly("a");
        assertThat(found(TAG, "stage", Operator.EQUAL, "it's 100%")).containsExactly("a");
        assertThat(search(List.of(new Criterion(TAG, "stage", Operator.IS_NULL, List.of())), List.of()))
                .containsExactly("b");
        assertThat(found(DATASET, "name", Operator.EQUAL, "iris")).containsExactly("b");
        assertThat(found(DATASET, "context", Operator.LIKE, "train%")).containsExactly("b");
    }

    @Test
    void clauses_on_attributes_know_names_states_times_and_kinds() {
        save(Runs.track("a", NOON));
        save(Runs.queue("b", NOON.plusSeconds(1)));
        assertThat(found(ATTRIBUTE, "run_name", Operator.EQUAL, "name of a")).containsExactly("a");
        assertThat(found(ATTRIBUTE, "status", Operator.EQUAL, "Queued")).containsExactly("b");
        assertThat(found(ATTRIBUTE, "kind", Operator.EQUAL, "job")).containsExactly("b");
        assertThat(found(ATTRIBUTE, "start_time", Operator.GREATER, (double) NOON.toEpochMilli()))
                .containsExactly("b");
        assertThat(found(ATTRIBUTE, "start_time", Operator.IN, (double) NOON.toEpochMilli()))
                .containsExactly("a");
        assertThat(found(ATTRIBUTE, "artifact_uri", Operator.LIKE, "%/a/artifacts"))
                .containsExactly("a");
        assertThat(search(List.of(new Criterion(ATTRIBUTE, "run_id", Operator.IN, List.of("a", "x"))), List.of()))
                .containsExactly("a");
    }

    @Test
    void a_search_sees_the_experiments_and_the_view_that_it_is_about() {
        save(Runs.track("a", NOON));
        save(Runs.track("gone", NOON));
        save(find("gone").delete(NOON));
        assertThat(search(new RunQuery(
                        WorkspaceName.MAIN, List.of(new ExperimentId(99)), View.ALL, List.of(), List.of())))
                .isEmpty();
        assertThat(search(new RunQuery(
                        WorkspaceName.MAIN,
                        List.of(ExperimentId.DEFAULT, new ExperimentId(99)),
                        View.DELETED,
                        List.of(),
                        List.of())))
                .containsExactly("gone");
        assertThat(search(new RunQuery(new WorkspaceName("other"), List.of(), View.ALL, List.of(), List.of())))
                .isEmpty();
        assertThat(search(List.of(), List.of())).containsExactly("a");
    }

    @Test
    void unknown_attributes_wrong_operators_and_forged_tokens_are_refused() {
        save(Runs.track("a", NOON));
        log("a", "acc", 1);
        assertRefused(Problem.Invalid.class, () -> found(ATTRIBUTE, "colour", Operator.EQUAL, "red"));
        assertRefused(Problem.Invalid.class, () -> found(ATTRIBUTE, "run_name", Operator.GREATER, "a"));
        assertRefused(Problem.Invalid.class, () -> found(METRIC, "acc", Operator.LIKE, "a"));
        assertRefused(Problem.Invalid.class, () -> search(List.of(), List.of(new Ordering(ATTRIBUTE, "colour", true))));
        for (var token : List.of("", "x", "bm9uc2Vuc2U", "W10", "\u00e4")) {
            assertRefused(
                    Problem.Invalid.class,
                    () -> world.inTransaction(
                            () -> world.runs().search(everything(List.of()), new PageRequest(token, 2))));
        }
    }

    private ExperimentId newExperiment(String name) {
        return world.inTransaction(() -> {
            var id = world.experiments().nextId();
            world.experiments()
                    .save(Change.of(new Experiment(
                            id, WorkspaceName.MAIN, name, Map.of(), NOON, NOON, null, Revision.UNSAVED)));
            return id;
        });
    }

    private void changeExperiment(ExperimentId id, Function<Experiment, Change<Experiment>> change) {
        world.run(() -> world.experiments()
                .save(change.apply(world.experiments().find(id).orElseThrow())));
    }

    private RunQuery everything(List<Ordering> order) {
        return new RunQuery(WorkspaceName.MAIN, List.of(), View.ACTIVE, List.of(), order);
    }

    private List<String> pages(List<Ordering> order, int size) {
        return pages(everything(order), size);
    }

    private List<String> pages(RunQuery query, int size) {
        var ids = new ArrayList<String>();
        String token = null;
        do {
            var page = new PageRequest(token, size);
            var found = world.inTransaction(() -> world.runs().search(query, page));
            found.items().forEach(run -> ids.add(run.id().value()));
            token = found.nextToken();
        } while (token != null);
        return ids;
    }

    private List<String> found(Criterion.Subject subject, String key, Operator operator, Object value) {
        return search(List.of(new Criterion(subject, key, operator, List.of(value))), List.of());
    }

    private List<String> search(List<Criterion> filter, List<Ordering> order) {
        return search(new RunQuery(WorkspaceName.MAIN, List.of(), View.ACTIVE, filter, order));
    }

    private List<String> search(RunQuery query) {
        return world.inTransaction(() -> world.runs().search(query, PageRequest.first(100)).items().stream()
                .map(run -> run.id().value())
                .toList());
    }

    private void log(String run, String metric, double value) {
        world.run(() -> world.tracking()
                .log(new RunId(run), new TrackingBatch(List.of(new Metric(metric, value, 1, 1)), Map.of(), Map.of())));
    }

    private void param(String run, String name, String value) {
        world.run(() ->
                world.tracking().log(new RunId(run), new TrackingBatch(List.of(), Map.of(name, value), Map.of())));
    }

    private Run find(String id) {
        return find(new RunId(id));
    }

    private Run find(RunId id) {
        return world.inTransaction(() -> world.runs().find(id)).orElseThrow();
    }

    private void save(Change<Run> change) {
        world.run(() -> world.runs().save(change));
    }
}
