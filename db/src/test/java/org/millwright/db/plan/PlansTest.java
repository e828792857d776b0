package org.millwright.db.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.shared.Criterion.Subject.ATTRIBUTE;
import static org.millwright.shared.Criterion.Subject.DATASET;
import static org.millwright.shared.Criterion.Subject.METRIC;
import static org.millwright.shared.Criterion.Subject.PARAMETER;
import static org.millwright.shared.Criterion.Subject.TAG;
import static org.millwright.workspace.WorkspaceName.MAIN;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.fake.Acting;
import org.millwright.db.OutboxDeliveries;
import org.millwright.db.PostgresForTests;
import org.millwright.db.PostgresWorld;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.RunRepository.RunQuery;
import org.millwright.experiment.model.Sampling;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.ServerSettings;
import org.millwright.shared.View;

/** What users and the server ask again and again reads no table from its first row to its last, however much there is. */
class PlansTest {
    /** These have a row for each thing that users do, or several. */
    private static final Set<String> GROWING = Set.of(
            "experiment.experiment",
            "experiment.run",
            "experiment.run_attempt",
            "experiment.run_parameter",
            "experiment.run_tag",
            "experiment.run_dataset",
            "experiment.run_model",
            "experiment.metric_key",
            "experiment.metric_point",
            "experiment.metric_summary",
            "experiment.model_metric",
            "registry.logged_model",
            "registry.registered_model",
            "registry.model_version",
            "compute.run_queue",
            "outbox.event",
            "outbox.delivery");

    private static final ExperimentId LARGE = new ExperimentId(GrownDatabase.LARGE_EXPERIMENT);
    private static final RunId RUN = new RunId("run5");
    private static final String MODEL = "m-1679091c5a880faf6fb5e6087eb1b2dc";
    private static final Ordering BY_METRIC = new Ordering(METRIC, "metric2", false);
    private static final Criterion GOOD = new Criterion(METRIC, "metric2", Operator.GREATER, List.of(0.5));

    private static final ServerSettings SETTINGS =
            new ServerSettings(Path.of("data"), URI.create("https://localhost"), Path.of("ca.pem"), "server", 1);

    private static PostgresWorld world;

    /** Something that is asked, by the words that a failure shows. */
    private record Question(String name, Runnable ask) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void grow() {
        world = new PostgresWorld();
        GrownDatabase.seed(PostgresForTests.get());
    }

    static Stream<Question> questions() {
        return Stream.of(
                        runSearches(),
                        Stream.of(
                                new Question("a run", () -> world.runs().find(RUN)),
                                new Question("the attempts of a run", () -> world.runs()
                                        .attempts(RUN)),
                                new Question("the open attempts of a server", () -> world.runs()
                                        .openAttempts("server")),
                                new Question("what a thousand runs logged", () -> world.tracking()
                                        .read(runs(1000))),
                                new Question("what one run logged", () -> world.tracking()
                                        .read(runs(1))),
                                new Question("a metric's history", () -> world.tracking()
                                        .history(RUN, "metric2", PageRequest.first(1000))),
                                new Question("a history that came out of order", () -> world.tracking()
                                        .history(RUN, "metric1", PageRequest.first(1000))),
                                new Question("a metric's chart", () -> world.tracking()
                                        .sample(RUN, "metric2", new Sampling(5, new Sampling.Steps(3, 7)))),
                                new Question("a run's summaries", () -> world.tracking()
                                        .summaries(RUN)),
                                new Question("a run that is logged to", () -> world.runs()
                                        .holdForLogging(RUN)),
                                new Question("a logged model's metrics", () -> world.tracking()
                                        .ofModel(MODEL)),
                                new Question("logging a batch", () -> world.tracking()
                                        .log(RUN, batch())),
                                new Question("a tag's removal", () -> world.tracking()
                                        .deleteTag(RUN, "t1"))),
                        experimentSearches(),
                        modelSearches(),
                        searchesOfSomebody(),
                        Stream.of(
                                new Question("a run's wait", () -> world.queue().withdraw("run77")),
                                new Question(
                                        "claiming runs", () -> world.queue().claim("server", 10)),
                                new Question(
                                        "claiming deliveries",
                                        () -> new OutboxDeliveries(world.database(), SETTINGS).claimDue(100))))
                .flatMap(questions -> questions);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("questions")
    void no_growing_table_is_scanned_for(Question question) throws Exception {
        assertNoScan(question);
    }

    @Test
    void a_scan_is_noticed_wherever_it_stands_in_a_plan() {
        for (var sql : List.of(
                "SELECT count(*) FROM experiment.run WHERE user_name = ?",
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM experiment.metric_point WHERE last_step > 1 AND 'x' = ?)",
                "WITH old AS (SELECT id FROM experiment.run WHERE user_name = ?) SELECT 1 FROM experiment.run_attempt WHERE run IN (SELECT id FROM old)")) {
            assertThatThrownBy(() -> assertNoScan(
                            new Question("planted", () -> world.database().query(sql, _ -> 1, "x"))))
                    .as(sql)
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void each_table_that_is_watched_has_rows() {
        for (var table : GROWING) {
            var rows = world.inTransaction(() -> world.database()
                    .query("SELECT count(*) FROM " + table, row -> row.getLong(1))
                    .getFirst());
            assertThat(rows).as(table).isGreaterThanOrEqualTo(GrownDatabase.FEWEST_ROWS);
        }
    }

    private static void assertNoScan(Question question) throws Exception {
        var plans = WatchedDataSource.plansOf(() -> world.inTransaction(() -> {
            question.ask().run();
            return true;
        }));
        assertThat(plans).as("statements of: %s", question).isNotEmpty();
        for (var plan : plans) {
            assertThat(plan.scannedTables()).as(plan.toString()).doesNotContainAnyElementsOf(GROWING);
        }
    }

    private static Stream<Question> runSearches() {
        var one = List.of(LARGE);
        var three = List.of(LARGE, new ExperimentId(2), new ExperimentId(3));
        var many = LongStream.rangeClosed(1, 60).mapToObj(ExperimentId::new).toList();
        return Stream.of(
                search("the newest runs of an experiment", one, List.of(), List.of()),
                search("the newest runs of a workspace", List.of(), List.of(), List.of()),
                search("the newest runs of three experiments", three, List.of(), List.of()),
                search("the newest runs of many experiments", many, List.of(), List.of()),
                search("the best runs above a limit", one, List.of(GOOD), List.of(BY_METRIC)),
                search("the best runs of three experiments", three, List.of(GOOD), List.of(BY_METRIC)),
                search("the best runs of many experiments", many, List.of(GOOD), List.of(BY_METRIC)),
                search("all runs by a metric", one, List.of(), List.of(BY_METRIC)),
                search("the newest runs above a limit", one, List.of(GOOD), List.of()),
                search(
                        "runs between two limits of two metrics",
                        one,
                        List.of(GOOD, new Criterion(METRIC, "metric1", Operator.LESS, List.of(0.01))),
                        List.of(BY_METRIC)),
                search("runs with a parameter's value", one, List.of(equal(PARAMETER, "p1", "value 7")), List.of()),
                search("runs with a tag's value", one, List.of(equal(TAG, "t2", "value 7")), List.of()),
                search(
                        "the best runs with a parameter's value",
                        one,
                        List.of(GOOD, equal(PARAMETER, "p1", "value 7")),
                        List.of(BY_METRIC)),
                search("runs by name", one, List.of(equal(ATTRIBUTE, "run_name", "name 77")), List.of()),
                search("runs by part of a name", one, List.of(like("run_name", "%77%")), List.of()),
                search(
                        "runs by id",
                        one,
                        List.of(new Criterion(ATTRIBUTE, "run_id", Operator.IN, List.of("run1", "run2"))),
                        List.of()),
                search(
                        "runs since a time",
                        one,
                        List.of(new Criterion(ATTRIBUTE, "start_time", Operator.GREATER, List.of((double)
                                Instant.now().minusSeconds(3600).toEpochMilli()))),
                        List.of()),
                search("failed runs", one, List.of(equal(ATTRIBUTE, "status", "Failed")), List.of()),
                search("runs on a dataset", one, List.of(equal(DATASET, "name", "dataset 7")), List.of()),
                search("runs on a dataset's state", one, List.of(equal(DATASET, "digest", "d7")), List.of()),
                new Question("deleted runs", () -> world.runs()
                        .search(
                                new RunQuery(MAIN, List.of(LARGE), View.DELETED, List.of(), List.of()),
                                PageRequest.first(100))));
    }

    private static Stream<Question> experimentSearches() {
        return Stream.of(
                experiments("the newest experiments", List.of(), List.of()),
                experiments("the experiments of a tag", List.of(equal(TAG, "team", "team 7")), List.of()),
                experiments(
                        "the experiments by their last change",
                        List.of(),
                        List.of(new Ordering(ATTRIBUTE, "last_update_time", false))),
                new Question("an experiment's name", () -> world.experiments().findByName(MAIN, "experiment 7")),
                new Question("an experiment", () -> world.experiments().find(LARGE)));
    }

    private static Stream<Question> modelSearches() {
        return Stream.of(
                models("registered models by name", List.of(), List.of()),
                models("registered models of a tag", List.of(equal(TAG, "team", "team 7")), List.of()),
                models(
                        "registered models by their last change",
                        List.of(),
                        List.of(new Ordering(ATTRIBUTE, "last_updated_timestamp", false))),
                new Question("a registered model", () -> world.models().find(MAIN, new ModelName("model 7"))),
                new Question("the newest versions of a hundred models", () -> world.models()
                        .newestByStage(
                                MAIN,
                                IntStream.rangeClosed(1, 100)
                                        .mapToObj(i -> new ModelName("model " + i))
                                        .toList())),
                new Question("a model's versions", () -> world.models().versions(MAIN, new ModelName("model 7"))),
                new Question(
                        "a version", () -> world.models().findVersion(MAIN, new ModelRef(new ModelName("model 7"), 1))),
                new Question("the versions of a run", () -> world.models().versionsOf(RUN)),
                versions("versions by name", List.of(), List.of()),
                versions("versions of a model", List.of(equal(ATTRIBUTE, "name", "model 7")), List.of()),
                versions("versions that a run made", List.of(equal(ATTRIBUTE, "run_id", "run7")), List.of()),
                versions("versions of a source", List.of(equal(ATTRIBUTE, "source_path", "source x")), List.of()),
                versions("versions of a tag", List.of(equal(TAG, "sign-off", "by 7")), List.of()),
                versions(
                        "versions by their last change",
                        List.of(),
                        List.of(new Ordering(ATTRIBUTE, "last_updated_timestamp", false))),
                new Question("a logged model", () -> world.loggedModels().find(new LoggedModelId(MODEL))),
                loggedModels("the newest logged models", List.of(LARGE)),
                loggedModels("the newest logged models of two", List.of(LARGE, new ExperimentId(2))));
    }

    /** Who holds roles on some resources, or is denied some, asks for everything. */
    private static Stream<Question> searchesOfSomebody() {
        var reader = Grant.allow(Role.READER, Scope.in(MAIN));
        var some = new Grant[] {
            on(Effect.ALLOW, ResourceKind.EXPERIMENT, LARGE.value()),
            on(Effect.ALLOW, ResourceKind.EXPERIMENT, 2),
            on(Effect.ALLOW, ResourceKind.MODEL, "model 7"),
            on(Effect.ALLOW, ResourceKind.MODEL, "model 8")
        };
        var butOne = new Grant[] {
            reader, on(Effect.DENY, ResourceKind.EXPERIMENT, 3), on(Effect.DENY, ResourceKind.MODEL, "model 7")
        };
        return Stream.of(some, butOne).flatMap(grants -> Stream.of(
                        search("the newest runs", List.of(), List.of(), List.of()),
                        search("the newest runs of an experiment", List.of(LARGE), List.of(), List.of()),
                        experiments("the newest experiments", List.of(), List.of()),
                        models("registered models by name", List.of(), List.of()),
                        versions("versions by name", List.of(), List.of()),
                        loggedModels("the newest logged models of two", List.of(LARGE, new ExperimentId(3))))
                .map(question -> new Question(
                        "%s, %s".formatted(question, grants == some ? "of some" : "but one"),
                        () -> Acting.by(Permission.WORKSPACE_READ, grants).get(() -> {
                            question.ask().run();
                            return true;
                        }))));
    }

    private static Grant on(Effect effect, ResourceKind kind, Object id) {
        return new Grant(Role.READER, effect, Scope.on(Resource.of(kind, MAIN, id)));
    }

    /** The page, and the one behind it. */
    private static Question search(
            String name, List<ExperimentId> experiments, List<Criterion> filter, List<Ordering> order) {
        return paged(
                name, page -> world.runs().search(new RunQuery(MAIN, experiments, View.ACTIVE, filter, order), page));
    }

    private static Question experiments(String name, List<Criterion> filter, List<Ordering> order) {
        return paged(name, page -> world.experiments().search(MAIN, View.ACTIVE, filter, order, page));
    }

    private static Question models(String name, List<Criterion> filter, List<Ordering> order) {
        return paged(name, page -> world.models().search(MAIN, filter, order, page));
    }

    private static Question versions(String name, List<Criterion> filter, List<Ordering> order) {
        return paged(name, page -> world.models().searchVersions(MAIN, filter, order, page));
    }

    private static Question loggedModels(String name, List<ExperimentId> experiments) {
        return loggedModels(name, new LoggedModelQuery(experiments, List.of(), List.of(), List.of()));
    }

    private static Question loggedModels(String name, LoggedModelQuery query) {
        return paged(name, page -> world.loggedModels().search(MAIN, query, page));
    }

    @FunctionalInterface
    private interface Paged {
        Page<?> read(PageRequest page);
    }

    private static Question paged(String name, Paged search) {
        return new Question(name, () -> {
            var token = search.read(PageRequest.first(20)).nextToken();
            if (token != null) {
                search.read(new PageRequest(token, 20));
            }
        });
    }

    private static Criterion equal(Criterion.Subject subject, String key, String value) {
        return new Criterion(subject, key, Operator.EQUAL, List.of(value));
    }

    private static Criterion like(String attribute, String pattern) {
        return new Criterion(ATTRIBUTE, attribute, Operator.LIKE, List.of(pattern));
    }

    private static List<RunId> runs(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new RunId("run" + i))
                .toList();
    }

    private static TrackingBatch batch() {
        var metrics = new ArrayList<Metric>();
        for (var i = 0; i < 10; i++) {
            metrics.add(new Metric("metric" + i % 5, i, i, i));
        }
        return new TrackingBatch(metrics, Map.of("p1", "value 5", "new", "1"), Map.of("t1", "changed"));
    }
}
