package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;

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
    void a_point_that_is_there_already_is_ignored_in_one_batch_and_in_the_next() {
        var point = new Metric("loss", 0.5, 1, 1);
        log(point, point);
        log(point);
        assertThat(history("loss")).containsExactly(point);
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
        var points = new ArrayList<Metric>();
        String token = null;
        do {
            var page = new PageRequest(token, 3);
            var found = world.inTransaction(() -> world.tracking().history(RUN, "loss", page));
            points.addAll(found.items());
            token = found.nextToken();
        } while (token != null);
        assertThat(points).isEqualTo(history("loss")).hasSize(10);
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
        assertThat(world.inTransaction(() -> world.tracking().ofModel(model)))
                .hasSize(2)
                .last()
                .isEqualTo(measured);
        assertThat(history("auc")).hasSize(3);
    }

    @Test
    void a_run_that_logged_nothing_has_nothing() {
        assertThat(read()).isEqualTo(RunData.EMPTY);
        assertThat(history("loss")).isEmpty();
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

    private RunData read() {
        return world.inTransaction(() -> world.tracking().read(List.of(RUN))).get(RUN);
    }
}
