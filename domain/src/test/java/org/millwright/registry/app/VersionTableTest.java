package org.millwright.registry.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RecordedRuns;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.fake.InMemoryWorld;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.ModelRegistry.Registration;
import org.millwright.registry.app.VersionTable.Difference;
import org.millwright.registry.model.BetterMetric;
import org.millwright.registry.model.LoggedModel;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class VersionTableTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn");
    private static final LoggedModelId LOGGED = new LoggedModelId("m-" + "a".repeat(32));

    private final InMemoryWorld world = new InMemoryWorld();
    private final SettableClock clock = new SettableClock();
    private final ModelRegistry registry = new ModelRegistry(
            world.models(),
            new ModelSources(
                    new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), clock),
                    world.loggedModels(),
                    world.models()),
            world.modelBin(),
            new ModelPlaces(world.models(), world.promotions(), clock),
            clock);
    private final VersionTable table =
            new VersionTable(registry, new RecordedRuns(world.runs(), world.tracking(), world.dataUses()));

    @BeforeEach
    void two_versions_of_two_runs_and_one_of_none() {
        log("r1", Map.of("depth", "3"), new Metric("auc", 0.8, 1, 1), new Metric("loss", 0.3, 1, 1));
        log(
                "r2",
                Map.of("depth", "4"),
                new Metric("auc", 0.7, 1, 1),
                new Metric("auc", 0.9, 2, 2),
                new Metric("loss", 0.4, 1, 1));
        registry.create(MAIN, CHURN, "", Map.of());
        register("r1", null, "ada");
        register("r2", null, "ada");
        register(null, null, "ben");
    }

    @Test
    void each_version_stands_with_the_last_values_of_its_run_and_the_best_are_known() {
        var found = table.of(MAIN, CHURN);
        assertThat(found.rows()).extracting(row -> row.metrics().get("auc")).containsExactly(null, 0.9, 0.8);
        assertThat(found.metrics()).containsExactly("auc", "loss");
        assertThat(found.best()).isEqualTo(Map.of("auc", new ModelRef(CHURN, 2), "loss", new ModelRef(CHURN, 1)));
    }

    @Test
    void what_was_measured_on_the_logged_model_itself_goes_before_its_run() {
        world.loggedModels()
                .save(new LoggedModel(
                        LOGGED,
                        MAIN,
                        ExperimentId.DEFAULT,
                        "forest",
                        "",
                        new RunId("r1"),
                        LoggedModel.Status.READY,
                        Map.of(),
                        Map.of(),
                        NOON,
                        NOON,
                        null,
                        Revision.UNSAVED));
        log("r2", Map.of(), new Metric("auc", 0.95, 3, 3, LOGGED.value(), null, null));
        var version = register("r1", LOGGED, "ada");
        assertThat(table.row(MAIN, version).metrics())
                .containsEntry("auc", 0.95)
                .containsEntry("loss", 0.3);
    }

    @Test
    void two_versions_are_told_apart_by_what_differs() {
        registry.tagVersion(MAIN, new ModelRef(CHURN, 2), "checked", "yes");
        var before = table.row(MAIN, new ModelRef(CHURN, 1));
        var after = table.row(MAIN, new ModelRef(CHURN, 2));
        assertThat(table.differences(before, after))
                .containsExactly(
                        new Difference("metric", "auc", "0.8", "0.9"),
                        new Difference("metric", "loss", "0.3", "0.4"),
                        new Difference("parameter", "depth", "3", "4"),
                        new Difference("tag", "checked", null, "yes"),
                        new Difference("origin", "run", "r1", "r2"));
        assertThat(table.differences(after, after)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "auc, false",
        "f1_score, false",
        "val_loss, true",
        "training_log_loss, true",
        "RMSE, true",
        "test-mae, true",
        "latency_ms, true",
        "closeness, false",
        "valid_0-multi_logloss, true"
    })
    void less_of_a_loss_is_better(String metric, boolean lessIsBetter) {
        assertThat(BetterMetric.isLessBetter(metric)).isEqualTo(lessIsBetter);
    }

    private void log(String run, Map<String, String> parameters, Metric... metrics) {
        if (world.runs().find(new RunId(run)).isEmpty()) {
            world.runs().save(Runs.track(run, NOON));
        }
        world.tracking().log(new RunId(run), new TrackingBatch(List.of(metrics), parameters, Map.of()));
    }

    private ModelRef register(String run, LoggedModelId logged, String user) {
        return registry.register(
                        MAIN,
                        new Registration(
                                CHURN,
                                run == null ? "s3://elsewhere/model" : "runs:/" + run + "/model",
                                run == null ? null : new RunId(run),
                                logged,
                                "",
                                user,
                                null,
                                "",
                                Map.of()))
                .id();
    }
}
