package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.DatasetSummary;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.MetricSummary;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.Sampling;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.experiment.model.TrackingRepository} does. */
public abstract class TrackingContract {
    private static final RunId RUN = Runs.ID;

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        world.run(() -> world.runs().save(Runs.track(RUN.value(), NOON)));
    }

    @Test
    void a_run_begins_with_tags() {
        world.run(() -> world.tracking().addTags(RUN, Map.of("mlflow.runName", "first", "team", "vision")));
        assertThat(read().tags()).isEqualTo(Map.of("mlflow.runName", "first", "team", "vision"));
    }

    @Test
    void a_tracked_run_is_stored_with_its_first_tags() {
        var begun = Runs.track("begun", NOON);
        world.run(() -> world.runs().begin(begun, Map.of("mlflow.runName", "first")));
        var run = new RunId("begun");
        assertThat(world.inTransaction(() -> world.runs().find(run)).orElseThrow())
                .usingRecursiveComparison()
                .ignoringFields("revision")
                .isEqualTo(begun.next());
        assertThat(world.inTransaction(() -> world.tracking().read(List.of(run)))
                        .get(run)
                        .tags())
                .isEqualTo(Map.of("mlflow.runName", "first"));
    }

    @Test
    void a_point_that_is_there_already_is_ignored_in_one_batch_and_in_the_next() {
        var point = new Metric("loss", 0.5, 1, 1);
        log(point, point);
        log(point);
        assertThat(history("loss")).containsExactly(point);
    }

    @Test
    void points_on_a_logged_model_are_told_with_the_run_that_measured_them() {
        var other = new RunId("other-run");
        world.run(() -> world.runs().save(Runs.track(other.value(), NOON)));
        var first = new Metric("loss", 0.5, 1, 1, "m-1", "iris", "abc");
        var second = new Metric("loss", Double.NaN, 2, 1, "m-1", null, null);
        world.run(() -> {
            world.tracking().logOnModels(RUN, List.of(second, first));
            world.tracking().logOnModels(RUN, List.of(first));
            world.tracking().logOnModels(other, List.of(first));
        });
        assertThat(world.inTransaction(() -> world.tracking().ofModels(List.of("m-1")))
                        .get("m-1"))
                .containsExactlyInAnyOrder(
                        new ModelPoint(other, first), new ModelPoint(RUN, first), new ModelPoint(RUN, second));
        assertThat(history("loss")).isEmpty();
    }

    @Test
    void what_an_experiments_runs_read_is_summed_up_over_all_of_them() {
        world.run(() -> world.runs().save(Runs.track("another-run", NOON)));
        var training =
                new DatasetInput("iris", "d1", "local", "{}", null, null, Map.of("mlflow.data.context", "training"));
        var plain = new DatasetInput("wine", "d2", "local", "{}", null, null, Map.of());
        world.run(() -> world.tracking().addDatasets(RUN, List.of(training, plain)));
        world.run(() -> world.tracking().addDatasets(new RunId("another-run"), List.of(training)));

        var inMain = world.inTransaction(
                () -> world.datasetSummaries().of(WorkspaceName.MAIN, List.of(ExperimentId.DEFAULT), 9));
        assertThat(inMain)
                .containsExactly(
                        new DatasetSummary(ExperimentId.DEFAULT, "iris", "d1", "training"),
                        new DatasetSummary(ExperimentId.DEFAULT, "wine", "d2", null));
        var elsewhere = new WorkspaceName("team-a");
        assertThat(world.inTransaction(() -> world.datasetSummaries().of(elsewhere, List.of(ExperimentId.DEFAULT), 9)))
                .isEmpty();
    }

    @Test
    void the_history_is_in_the_order_of_time_step_and_value() {
        log(point(0.1, 2, 1), point(0.3, 1, 9), point(0.2, 2, 1), point(-7, 2, 0), point(0.4, 1, -3));
        assertThat(history("loss"))
                .containsExactly(
                        point(0.4, 1, -3), point(0.3, 1, 9), point(-7, 2, 0), point(0.1, 2, 1), point(0.2, 2, 1));
    }

    @Test
    void the_pages_of_a_history_hold_every_point_once() {
        for (var i = 0; i < 10; i++) {
            log(point(i % 3 == 0 ? Double.NaN : i, i / 4, i % 2));
        }
        assertThat(pages(3)).isEqualTo(history("loss")).hasSize(10);
        assertRefused(
                Problem.Invalid.class,
                () -> world.inTransaction(() -> world.tracking().history(RUN, "loss", new PageRequest("forged", 3))));
    }

    @Test
    void the_latest_point_is_the_one_of_the_highest_step_then_time_then_value_however_they_arrive() {
        log(point(1, 9, 2), point(2, 5, 3), point(3, 5, 3));
        log(point(9, 99, 1), point(0, 4, 3));
        assertThat(read().latest()).containsExactly(point(3, 5, 3));
        log(point(Double.NaN, 6, 3));
        assertThat(read().latest()).containsExactly(point(Double.NaN, 6, 3));
    }

    @Test
    void a_batch_that_is_repeated_changes_nothing() {
        var batch = new Metric[] {
            point(0.5, 1, 1), point(Double.NaN, 2, 2), point(0.25, 3, 3), new Metric("auc", 0.9, 3, 3),
        };
        log(batch);
        log(point(0.125, 4, 4));
        var before = summary("loss");
        log(batch);
        assertThat(history("loss"))
                .containsExactly(point(0.5, 1, 1), point(Double.NaN, 2, 2), point(0.25, 3, 3), point(0.125, 4, 4));
        assertThat(history("auc")).containsExactly(new Metric("auc", 0.9, 3, 3));
        assertThat(summary("loss")).isEqualTo(before);
    }

    @Test
    void of_a_batch_that_was_logged_in_part_the_rest_is_added() {
        log(point(1, 1, 1), point(3, 3, 3), point(5, 5, 5));
        log(point(1, 1, 1), point(2, 2, 2), point(3, 3, 3), point(4, 4, 4), point(6, 6, 6), point(2, 2, 2));
        assertThat(history("loss"))
                .containsExactly(
                        point(1, 1, 1), point(2, 2, 2), point(3, 3, 3), point(4, 4, 4), point(5, 5, 5), point(6, 6, 6));
        assertThat(summary("loss")).isEqualTo(new MetricSummary(point(6, 6, 6), 1.0, 6.0, 3.5, 6));
    }

    @Test
    void points_may_come_backwards_and_at_one_moment_or_one_step() {
        log(point(3, 3, 3));
        log(point(2, 2, 2), point(1, 1, 1));
        log(point(2, 2, 9), point(2.5, 2, 2), point(1.5, 2, 2));
        assertThat(history("loss"))
                .containsExactly(
                        point(1, 1, 1),
                        point(1.5, 2, 2),
                        point(2, 2, 2),
                        point(2.5, 2, 2),
                        point(2, 2, 9),
                        point(3, 3, 3));
        assertThat(sample(10, null))
                .containsExactly(
                        point(1, 1, 1),
                        point(1.5, 2, 2),
                        point(2, 2, 2),
                        point(2.5, 2, 2),
                        point(3, 3, 3),
                        point(2, 2, 9));
        assertThat(read().latest()).containsExactly(point(2, 2, 9));
    }

    @Test
    void a_training_that_goes_back_to_an_earlier_step_is_listed_by_time_and_drawn_by_step() {
        log(point(1, 1, 1), point(2, 2, 2), point(3, 3, 3));
        log(point(2.5, 4, 2), point(3.5, 5, 3));
        log(point(4.5, 5, 4));
        assertThat(history("loss"))
                .containsExactly(
                        point(1, 1, 1),
                        point(2, 2, 2),
                        point(3, 3, 3),
                        point(2.5, 4, 2),
                        point(3.5, 5, 3),
                        point(4.5, 5, 4));
        assertThat(sample(10, null))
                .containsExactly(
                        point(1, 1, 1),
                        point(2, 2, 2),
                        point(2.5, 4, 2),
                        point(3, 3, 3),
                        point(3.5, 5, 3),
                        point(4.5, 5, 4));
        log(point(0, 5, 0));
        assertThat(history("loss")).hasSize(7).endsWith(point(0, 5, 0), point(3.5, 5, 3), point(4.5, 5, 4));
    }

    @Test
    void a_nan_has_the_place_of_a_zero_behind_it() {
        log(point(Double.NaN, 1, 1), point(1, 1, 1), point(0, 1, 1), point(-1, 1, 1));
        log(point(-0.0, 1, 1), point(Double.NaN, 1, 1));
        assertThat(history("loss"))
                .containsExactly(point(-1, 1, 1), point(0, 1, 1), point(Double.NaN, 1, 1), point(1, 1, 1));
        assertThat(sample(2, null)).containsExactly(point(-1, 1, 1), point(1, 1, 1));
        assertThat(summary("loss")).isEqualTo(new MetricSummary(point(1, 1, 1), -1.0, 1.0, 0.0, 4));
    }

    @Test
    void of_nans_alone_there_is_no_least_greatest_or_mean() {
        log(point(Double.NaN, 1, 1), point(Double.NaN, 2, 2));
        assertThat(summary("loss")).isEqualTo(new MetricSummary(point(Double.NaN, 2, 2), null, null, null, 2));
    }

    @Test
    void timestamps_and_steps_may_be_any_whole_number() {
        var least = point(1, Long.MIN_VALUE, Long.MIN_VALUE);
        var greatest = point(2, Long.MAX_VALUE, Long.MAX_VALUE);
        log(greatest);
        log(least);
        log(greatest, least);
        assertThat(history("loss")).containsExactly(least, greatest);
        assertThat(sample(1, new Sampling.Steps(0, Long.MAX_VALUE))).containsExactly(greatest);
        assertThat(sample(1, new Sampling.Steps(Long.MIN_VALUE, 0))).containsExactly(least);
    }

    @Test
    void infinities_make_no_mean() {
        log(point(Double.POSITIVE_INFINITY, 1, 1), point(Double.POSITIVE_INFINITY, 2, 2));
        assertThat(summary("loss"))
                .isEqualTo(
                        new MetricSummary(point(Double.MAX_VALUE, 2, 2), Double.MAX_VALUE, Double.MAX_VALUE, null, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void points_come_to_the_same_one_by_one_and_in_one_batch(long seed) {
        var random = new Random(seed);
        var values = List.of(Double.NaN, 0.0, -0.0, 1.0, -2.0, 1e300, Double.MAX_VALUE, Double.POSITIVE_INFINITY);
        var points = new ArrayList<Metric>();
        for (var i = 0; i < 20; i++) {
            // Mostly forward, as clients log.
            points.add(point(
                    values.get(random.nextInt(values.size())),
                    i / 2 - random.nextInt(2),
                    i - random.nextInt(4) / 3 * 5));
        }
        points.forEach(this::log);
        log(points.stream().map(point -> named("batch", point)).toArray(Metric[]::new));
        assertThat(history("loss").stream().map(point -> named("batch", point)))
                .containsExactlyElementsOf(history("batch"));
        var one = summary("loss");
        assertThat(new MetricSummary(named("batch", one.last()), one.least(), one.greatest(), one.mean(), one.points()))
                .isEqualTo(summary("batch"));
    }

    private static Metric named(String key, Metric point) {
        return new Metric(key, point.value(), point.timestamp(), point.step());
    }

    @Test
    void a_long_history_is_the_same_from_few_batches_or_many_in_order_or_not() {
        var points = new ArrayList<Metric>();
        for (var i = 0; i < 2500; i++) {
            points.add(point(i % 7, i / 3, i));
        }
        log(points.toArray(Metric[]::new));
        for (var i = 2500; i < 2520; i++) {
            points.add(point(i % 7, i / 3, i));
            log(points.getLast());
        }
        var inOrder = List.copyOf(points);
        assertThat(pages(999)).isEqualTo(inOrder);
        assertThat(sample(4, null)).containsExactly(points.get(0), points.get(630), points.get(1260), points.get(2519));
        assertThat(sample(3, new Sampling.Steps(1000, 1009)))
                .containsExactly(points.get(1000), points.get(1004), points.get(1009));
        assertThat(sample(3, new Sampling.Steps(9000, 9009))).isEmpty();

        log(point(-1, -5, 100));
        points.addFirst(point(-1, -5, 100));
        assertThat(pages(999)).isEqualTo(points);
        assertThat(sample(4, new Sampling.Steps(99, 101)))
                .containsExactly(inOrder.get(99), point(-1, -5, 100), inOrder.get(100), inOrder.get(101));
        assertThat(sample(2, new Sampling.Steps(99, 101))).containsExactly(inOrder.get(99), inOrder.get(101));
    }

    @Test
    void a_history_that_falls_out_of_order_between_two_pages_goes_on_where_it_was() {
        log(point(1, 1, 1), point(2, 2, 2), point(3, 3, 3), point(4, 4, 4));
        var first = world.inTransaction(() -> world.tracking().history(RUN, "loss", PageRequest.first(2)));
        log(point(2.5, 2, 3));
        var second =
                world.inTransaction(() -> world.tracking().history(RUN, "loss", new PageRequest(first.nextToken(), 9)));
        assertThat(first.items()).containsExactly(point(1, 1, 1), point(2, 2, 2));
        assertThat(second.items()).containsExactly(point(2.5, 2, 3), point(3, 3, 3), point(4, 4, 4));
    }

    @Test
    void a_run_is_held_for_logging_with_what_logging_must_know_of_it() {
        var held = world.inTransaction(() -> world.runs().holdForLogging(RUN)).orElseThrow();
        assertThat(held.id()).isEqualTo(RUN);
        assertThat(held.deleted()).isFalse();
        world.run(() -> world.runs().save(world.runs().find(RUN).orElseThrow().delete(NOON)));
        assertThat(world.inTransaction(() -> world.runs().holdForLogging(RUN)))
                .hasValueSatisfying(run -> assertThat(run.deleted()).isTrue());
        assertThat(world.inTransaction(() -> world.runs().holdForLogging(new RunId("no-such-run"))))
                .isEmpty();
    }

    @Test
    void a_tag_can_be_read_by_itself() {
        world.run(() -> world.tracking().log(RUN, TrackingBatch.tag("note", "a")));
        assertThat(world.inTransaction(() -> world.tracking().tag(RUN, "note"))).contains("a");
        assertThat(world.inTransaction(() -> world.tracking().tag(RUN, "other")))
                .isEmpty();
    }

    @Test
    void infinities_are_kept_as_the_largest_double() {
        log(point(Double.NEGATIVE_INFINITY, 1, 1));
        assertThat(read().latest()).containsExactly(point(-Double.MAX_VALUE, 1, 1));
    }

    @Test
    void a_parameter_may_be_said_again_but_not_changed() {
        param("depth", "4");
        param("depth", "4");
        assertRefused(Problem.Invalid.class, () -> param("depth", "5"));
        assertThat(read().parameters()).isEqualTo(Map.of("depth", "4"));
    }

    @Test
    void a_tag_takes_its_last_value_and_can_be_deleted_once() {
        world.run(() -> world.tracking().log(RUN, TrackingBatch.tag("note", "a")));
        world.run(() -> world.tracking().log(RUN, TrackingBatch.tag("note", "b")));
        assertThat(read().tags()).isEqualTo(Map.of("note", "b"));
        world.run(() -> world.tracking().deleteTag(RUN, "note"));
        assertRefused(
                Problem.NotFound.class, () -> world.run(() -> world.tracking().deleteTag(RUN, "note")));
    }

    @Test
    void datasets_and_models_are_kept_once() {
        var dataset = new DatasetInput("iris", "d1", "local", "{}", "{}", null, Map.of("mlflow.data.context", "train"));
        var model = new ModelLink("m-" + "a".repeat(32), 3, ModelLink.Direction.OUTPUT);
        for (var again = 0; again < 2; again++) {
            world.run(() -> world.tracking().addDatasets(RUN, List.of(dataset)));
            world.run(() -> world.tracking().addModels(RUN, List.of(model)));
        }
        assertThat(read().datasets()).containsExactly(dataset);
        assertThat(read().models()).containsExactly(model);
    }

    @Test
    void the_points_measured_on_a_logged_model_are_found_by_it() {
        var model = "m-" + "b".repeat(32);
        var measured = new Metric("auc", 0.9, 2, 1, model, "iris", "d1");
        log(new Metric("auc", 0.8, 1, 1, model, null, null), measured, new Metric("auc", 0.7, 3, 1));
        assertThat(world.inTransaction(() -> world.tracking().ofModels(List.of(model, "m-" + "c".repeat(32)))))
                .containsOnlyKeys(model)
                .hasEntrySatisfying(
                        model, points -> assertThat(points).hasSize(2).last().isEqualTo(new ModelPoint(RUN, measured)));
        assertThat(history("auc")).hasSize(3);
    }

    @Test
    void a_run_that_logged_nothing_has_nothing() {
        assertThat(read()).isEqualTo(RunData.EMPTY);
        assertThat(history("loss")).isEmpty();
        assertThat(sample(5, null)).isEmpty();
        assertThat(world.inTransaction(() -> world.tracking().summaries(RUN))).isEmpty();
    }

    private static Metric point(double value, long timestamp, long step) {
        return new Metric("loss", value, timestamp, step);
    }

    private void log(Metric... points) {
        world.run(() -> world.tracking().log(RUN, new TrackingBatch(List.of(points), Map.of(), Map.of())));
    }

    private void param(String name, String value) {
        world.run(() -> world.tracking().log(RUN, new TrackingBatch(List.of(), Map.of(name, value), Map.of())));
    }

    private List<Metric> history(String key) {
        return world.inTransaction(() -> world.tracking().history(RUN, key, PageRequest.first(1000)))
                .items();
    }

    private List<Metric> pages(int size) {
        var points = new ArrayList<Metric>();
        String token = null;
        do {
            var page = new PageRequest(token, size);
            var found = world.inTransaction(() -> world.tracking().history(RUN, "loss", page));
            points.addAll(found.items());
            token = found.nextToken();
        } while (token != null);
        return points;
    }

    private List<Metric> sample(int most, Sampling.Steps steps) {
        return world.inTransaction(() -> world.tracking().sample(RUN, "loss", new Sampling(most, steps)));
    }

    private MetricSummary summary(String key) {
        return world.inTransaction(() -> world.tracking().summaries(RUN)).get(key);
    }

    private RunData read() {
        return world.inTransaction(() -> world.tracking().read(List.of(RUN))).get(RUN);
    }
}
