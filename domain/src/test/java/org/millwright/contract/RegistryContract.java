package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.PrincipalId;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.registry.model.LoggedModelQuery.MeasuredOn;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** What every repository of models and logged models does. */
public abstract class RegistryContract {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn");

    private static final PrincipalId ADA = new PrincipalId("ada");

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        create("churn");
    }

    @Test
    void a_model_keeps_its_tags_and_aliases() {
        save(find(CHURN).tag("team", "risk", NOON));
        save(find(CHURN).alias("champion", 3, NOON));
        assertThat(find(CHURN).tags()).isEqualTo(Map.of("team", "risk"));
        assertThat(find(CHURN).aliases()).isEqualTo(Map.of("champion", 3));
    }

    @Test
    void a_name_that_is_taken_is_refused() {
        assertRefused(Problem.AlreadyExists.class, () -> create("churn"));
    }

    @Test
    void version_numbers_count_up_and_are_never_given_again() {
        register("churn");
        register("churn");
        world.run(() -> world.models().deleteVersion(MAIN, new ModelRef(CHURN, 2)));
        assertThat(register("churn").id()).isEqualTo(new ModelRef(CHURN, 3));
        assertThat(versions(CHURN)).containsExactly(3, 1);
    }

    @Test
    void numbers_that_were_reserved_are_not_given_to_versions() {
        register("churn");
        world.run(() -> world.models().reserveVersions(MAIN, CHURN, 4));
        world.run(() -> world.models().reserveVersions(MAIN, CHURN, 2));
        assertThat(world.inTransaction(() -> world.models().lastVersion(MAIN, CHURN)))
                .isEqualTo(4);
        assertThat(register("churn").id()).isEqualTo(new ModelRef(CHURN, 5));
    }

    @Test
    void a_version_is_found_as_it_was_saved() {
        var version = register("churn");
        var found = world.inTransaction(() -> world.models().findVersion(MAIN, version.id()))
                .orElseThrow();
        assertThat(found).usingRecursiveComparison().ignoringFields("revision").isEqualTo(version);
        world.run(() -> world.models().saveVersion(found.moveTo(Stage.PRODUCTION, NOON), List.of()));
        assertRefused(
                Problem.Stale.class,
                () -> world.run(() -> world.models().saveVersion(found.moveTo(Stage.STAGING, NOON), List.of())));
        assertThat(world.inTransaction(() -> world.models().versionsOf(new RunId("some-run"))))
                .extracting(ModelVersion::stage)
                .containsExactly(Stage.PRODUCTION);
    }

    @Test
    void the_newest_version_of_each_stage_is_found_for_several_models_at_once() {
        create("empty");
        create("other");
        var one = register("churn");
        register("churn");
        register("churn");
        world.run(() -> {
            var found = world.models().findVersion(MAIN, one.id()).orElseThrow();
            world.models().saveVersion(found.moveTo(Stage.PRODUCTION, NOON), List.of());
        });
        register("other");
        var names = List.of(CHURN, new ModelName("other"), new ModelName("empty"), new ModelName("unknown"));
        var newest = world.inTransaction(() -> world.models().newestByStage(MAIN, names));
        assertThat(newest).containsOnlyKeys(CHURN, new ModelName("other"));
        assertThat(newest.get(CHURN))
                .extracting(version -> version.id().version(), ModelVersion::stage)
                .containsExactly(tuple(1, Stage.PRODUCTION), tuple(3, Stage.NONE));
        assertThat(world.inTransaction(() -> world.models().newestByStage(MAIN, List.of())))
                .isEmpty();
    }

    @Test
    void a_renamed_model_takes_its_versions_and_numbers_along() {
        register("churn");
        create("taken");
        var to = new ModelName("attrition");
        assertRefused(
                Problem.AlreadyExists.class,
                () -> world.run(() -> world.models().rename(MAIN, CHURN, new ModelName("taken"))));
        world.run(() -> {
            find(CHURN);
            world.models().rename(MAIN, CHURN, to);
            assertThat(world.models().find(MAIN, CHURN)).isEmpty();
            assertThat(world.models().find(MAIN, to)).isPresent();
        });
        assertThat(versions(to)).containsExactly(1);
        assertThat(register("attrition").id()).isEqualTo(new ModelRef(to, 2));
    }

    @Test
    void a_deleted_model_is_gone_with_its_versions() {
        register("churn");
        world.run(() -> world.models().delete(MAIN, CHURN));
        assertThat(world.inTransaction(() -> world.models().find(MAIN, CHURN))).isEmpty();
        assertThat(versions(CHURN)).isEmpty();
    }

    @Test
    void models_are_searched_by_name_and_tags() {
        create("Churn2");
        create("fraud");
        save(find(new ModelName("fraud")).tag("team", "risk", NOON));
        assertThat(models(clause("name", Operator.ILIKE, "churn%"))).containsExactly("Churn2", "churn");
        assertThat(models(new Criterion(Criterion.Subject.TAG, "team", Operator.EQUAL, List.of("risk"))))
                .containsExactly("fraud");
        assertRefused(Problem.Invalid.class, () -> models(clause("colour", Operator.EQUAL, "red")));
    }

    @Test
    void versions_are_searched_by_name_then_the_newest_first_page_by_page() {
        create("a-model");
        register("churn");
        register("churn");
        register("a-model");
        var first = world.inTransaction(
                () -> world.models().searchVersions(MAIN, List.of(), List.of(), PageRequest.first(2)));
        var second = world.inTransaction(
                () -> world.models().searchVersions(MAIN, List.of(), List.of(), new PageRequest(first.nextToken(), 2)));
        assertThat(first.items())
                .extracting(version -> version.id().toString())
                .containsExactly("a-model:1", "churn:2");
        assertThat(second.items())
                .extracting(version -> version.id().toString())
                .containsExactly("churn:1");
        assertThat(second.nextToken()).isNull();
        assertThat(world.inTransaction(() -> world.models()
                        .searchVersions(
                                MAIN,
                                List.of(
                                        clause("run_id", Operator.IN, "some-run"),
                                        new Criterion(
                                                Criterion.Subject.ATTRIBUTE,
                                                "version_number",
                                                Operator.GREATER,
                                                List.of(1.0))),
                                List.of(new Ordering(Criterion.Subject.ATTRIBUTE, "version_number", false)),
                                PageRequest.first(9))
                        .items()))
                .extracting(ModelVersion::id)
                .containsExactly(new ModelRef(CHURN, 2));
    }

    @Test
    void logged_models_are_kept_and_searched_by_what_was_measured_on_them() {
        world.run(() -> world.runs().save(Runs.track("some-run", NOON)));
        var good = logged('a', "good");
        var poor = logged('b', "poor");
        world.run(() -> world.loggedModels().save(good));
        world.run(() -> world.loggedModels().save(poor));
        world.run(() -> world.tracking()
                .log(
                        new RunId("some-run"),
                        new TrackingBatch(
                                List.of(
                                        new Metric("auc", 0.9, 1, 1, good.id().value(), null, null),
                                        new Metric("auc", 0.4, 1, 1, poor.id().value(), null, null)),
                                Map.of(),
                                Map.of())));
        assertThat(found(good.id()))
                .usingRecursiveComparison()
                .ignoringFields("revision")
                .isEqualTo(good);
        assertThat(loggedModels(new Criterion(Criterion.Subject.METRIC, "auc", Operator.GREATER, List.of(0.5))))
                .containsExactly("good");
        assertThat(loggedModels(new Criterion(Criterion.Subject.PARAMETER, "depth", Operator.EQUAL, List.of("4"))))
                .containsExactly("good", "poor");
        world.run(() -> world.loggedModels().save(found(good.id()).delete(NOON)));
        assertThat(loggedModels()).containsExactly("poor");
    }

    @Test
    void a_search_of_logged_models_speaks_of_points_that_were_measured_on_the_data_sets_named() {
        world.run(() -> world.runs().save(Runs.track("some-run", NOON)));
        var first = logged('1', "first");
        var second = logged('2', "second");
        var unmeasured = logged('3', "unmeasured");
        for (var model : List.of(first, second, unmeasured)) {
            world.run(() -> world.loggedModels().save(model));
        }
        world.run(() -> world.tracking()
                .log(
                        new RunId("some-run"),
                        new TrackingBatch(
                                List.of(
                                        new Metric("auc", 0.9, 1, 1, first.id().value(), "train", "d1"),
                                        new Metric("auc", 0.5, 2, 2, first.id().value(), "test", "d2"),
                                        new Metric("auc", 0.8, 1, 1, second.id().value(), "train", "d1"),
                                        new Metric("auc", 0.7, 2, 2, second.id().value(), "test", "d2")),
                                Map.of(),
                                Map.of())));
        var good = new Criterion(Criterion.Subject.METRIC, "auc", Operator.GREATER, List.of(0.85));
        var train = new MeasuredOn("train", null);
        var test = new MeasuredOn("test", "d2");
        var none = List.<LoggedModelQuery.By>of();

        // Any point that fits is enough, not the last alone.
        assertThat(loggedModels(measured(List.of(), none, good))).containsExactly("first");
        assertThat(loggedModels(measured(List.of(train), none, good))).containsExactly("first");
        assertThat(loggedModels(measured(List.of(test), none, good))).isEmpty();
        assertThat(loggedModels(measured(List.of(new MeasuredOn("train", "other")), none, good)))
                .isEmpty();
        // Without a metric clause: what was measured on one of them at all.
        assertThat(loggedModels(measured(List.of(train, test), none))).containsExactly("first", "second");

        // The last point decides the order, on the data set named or on any; what has none comes last.
        assertThat(loggedModels(measured(List.of(), List.of(byAuc(false, null)))))
                .containsExactly("second", "first", "unmeasured");
        assertThat(loggedModels(measured(List.of(), List.of(byAuc(false, train)))))
                .containsExactly("first", "second", "unmeasured");
        assertThat(loggedModels(measured(List.of(), List.of(byAuc(true, test), byAuc(true, train)))))
                .containsExactly("first", "second", "unmeasured");
        var firstPage = world.inTransaction(() -> world.loggedModels()
                .search(WorkspaceName.MAIN, measured(List.of(), List.of(byAuc(true, train))), PageRequest.first(1)));
        var token = firstPage.nextToken();
        assertThat(firstPage.items()).extracting(LoggedModel::name).containsExactly("second");
        assertThat(world.inTransaction(() -> world.loggedModels()
                                .search(
                                        WorkspaceName.MAIN,
                                        measured(List.of(), List.of(byAuc(true, train))),
                                        new PageRequest(token, 9)))
                        .items())
                .extracting(LoggedModel::name)
                .containsExactly("first", "unmeasured");
    }

    private LoggedModel found(LoggedModelId id) {
        return world.inTransaction(() -> world.loggedModels().find(id)).orElseThrow();
    }

    private List<String> loggedModels(Criterion... filter) {
        return world.inTransaction(() -> world
                .loggedModels()
                .search(
                        WorkspaceName.MAIN,
                        new LoggedModelQuery(List.of(ExperimentId.DEFAULT), List.of(filter), List.of(), List.of()),
                        PageRequest.first(9))
                .items()
                .stream()
                .map(LoggedModel::name)
                .toList());
    }

    private List<String> loggedModels(LoggedModelQuery query) {
        return world
                .inTransaction(() -> world.loggedModels().search(WorkspaceName.MAIN, query, PageRequest.first(9)))
                .items()
                .stream()
                .map(LoggedModel::name)
                .toList();
    }

    private static LoggedModelQuery measured(
            List<MeasuredOn> datasets, List<LoggedModelQuery.By> order, Criterion... filter) {
        return new LoggedModelQuery(List.of(ExperimentId.DEFAULT), List.of(filter), datasets, order);
    }

    private static LoggedModelQuery.By byAuc(boolean ascending, MeasuredOn dataset) {
        return new LoggedModelQuery.By(new Ordering(Criterion.Subject.METRIC, "auc", ascending), dataset);
    }

    private static LoggedModel logged(char digit, String name) {
        return new LoggedModel(
                new LoggedModelId("m-" + String.valueOf(digit).repeat(32)),
                MAIN,
                ExperimentId.DEFAULT,
                name,
                "sklearn",
                new RunId("some-run"),
                LoggedModel.Status.PENDING,
                Map.of("depth", "4"),
                Map.of(),
                NOON,
                NOON,
                null,
                Revision.UNSAVED);
    }

    private static Criterion clause(String key, Operator operator, String value) {
        return new Criterion(Criterion.Subject.ATTRIBUTE, key, operator, List.of(value));
    }

    private List<String> models(Criterion... filter) {
        return world.inTransaction(
                () -> world.models().search(MAIN, List.of(filter), List.of(), PageRequest.first(9)).items().stream()
                        .map(model -> model.name().value())
                        .toList());
    }

    private List<Integer> versions(ModelName name) {
        return world.inTransaction(() -> world.models().versions(MAIN, name).stream()
                .map(version -> version.id().version())
                .toList());
    }

    private ModelVersion register(String model) {
        return world.inTransaction(() -> {
            var name = new ModelName(model);
            var version = new ModelVersion(
                    MAIN,
                    new ModelRef(name, world.models().nextVersion(MAIN, name)),
                    "runs:/some-run/model",
                    new ArtifactPath("0/some-run/artifacts/model"),
                    new RunId("some-run"),
                    null,
                    "",
                    "ada",
                    null,
                    "described",
                    Map.of("a", "b"),
                    Stage.NONE,
                    NOON,
                    NOON,
                    Revision.UNSAVED);
            world.models().saveVersion(version, List.of());
            return version;
        });
    }

    private void create(String name) {
        save(Change.of(RegisteredModel.create(MAIN, new ModelName(name), "", Map.of(), NOON)));
    }

    private RegisteredModel find(ModelName name) {
        return world.inTransaction(() -> world.models().find(MAIN, name)).orElseThrow();
    }

    private void save(Change<RegisteredModel> change) {
        world.run(() -> world.models().save(change));
    }

    @Test
    void who_must_approve_is_kept_for_each_place() {
        var production = new Target.OfStage(Stage.PRODUCTION);
        var policy = new ApprovalPolicy(
                MAIN, CHURN, production, 2, Set.of(new PrincipalId("ben"), new PrincipalId("cleo")), ADA, NOON);
        world.run(() -> world.promotions().save(policy));
        var anyone = new ApprovalPolicy(MAIN, CHURN, new Target.OfAlias("champion"), 1, Set.of(), ADA, NOON);
        world.run(() -> world.promotions().save(anyone));
        assertThat(world.inTransaction(() -> world.promotions().policies(MAIN, CHURN)))
                .containsExactly(anyone, policy);
        var looser = new ApprovalPolicy(MAIN, CHURN, production, 1, Set.of(), ADA, NOON);
        world.run(() -> world.promotions().save(looser));
        assertThat(world.inTransaction(() -> world.promotions().policy(MAIN, CHURN, production)))
                .contains(looser);
        assertThat(world.inTransaction(() -> world.promotions().removePolicy(MAIN, CHURN, production)))
                .isTrue();
        assertThat(world.inTransaction(() -> world.promotions().removePolicy(MAIN, CHURN, production)))
                .isFalse();
    }

    @Test
    void a_request_is_kept_with_what_everybody_said_and_the_same_is_asked_for_once() {
        var version = register("churn");
        var target = new Target.OfAlias("champion");
        var id = new PromotionRequestId(new UUID(0, 7));
        var asked = PromotionRequest.ask(id, version, target, ADA, "please", NOON);
        world.run(() -> world.promotions().save(asked));
        assertRefused(
                Problem.AlreadyExists.class,
                () -> world.run(() -> world.promotions()
                        .save(PromotionRequest.ask(
                                new PromotionRequestId(new UUID(0, 8)), version, target, ADA, "", NOON))));
        var open = world.inTransaction(() -> world.promotions().findOpen(MAIN, version.id(), target))
                .orElseThrow();
        var approved = open.approve(new PrincipalId("ben"), "good", null, NOON.plusSeconds(1));
        world.run(() -> world.promotions().save(approved));
        var found = world.inTransaction(() -> world.promotions().findForUpdate(MAIN, id))
                .orElseThrow();
        assertThat(found).usingRecursiveComparison().ignoringFields("revision").isEqualTo(approved.next());
        assertThat(world.inTransaction(() -> world.promotions().open(MAIN, 9))).isEmpty();
        assertThat(world.inTransaction(() -> world.promotions().requests(MAIN, CHURN, 9)))
                .containsExactly(found);
        assertRefused(
                Problem.Stale.class, () -> world.run(() -> world.promotions().save(approved)));
        assertThat(world.inTransaction(() -> world.promotions().find(new WorkspaceName("other"), id)))
                .isEmpty();
    }

    @Test
    void the_history_of_a_place_is_read_from_its_newest_line() {
        var production = new Target.OfStage(Stage.PRODUCTION);
        var first = line(production, 1, null, Promotion.How.PROMOTED);
        var left = line(production, null, 1, Promotion.How.LEFT);
        var other = line(new Target.OfAlias("champion"), 1, null, Promotion.How.MOVED);
        for (var line : List.of(first, left, other)) {
            world.run(() -> world.promotions().record(line, List.of()));
        }
        assertThat(world.inTransaction(() -> world.promotions().history(MAIN, CHURN, production, 9)))
                .containsExactly(left, first);
        assertThat(world.inTransaction(() -> world.promotions().history(MAIN, CHURN, null, 2)))
                .containsExactly(other, left);
    }

    private static Promotion line(Target target, Integer version, Integer previous, Promotion.How how) {
        return new Promotion(
                MAIN, CHURN, target, version, previous, how, ADA, "why", new PromotionRequestId(new UUID(0, 7)), NOON);
    }

    @Test
    void those_in_a_stage_are_found_the_newest_first() {
        for (var number = 0; number < 3; number++) {
            var version = register("churn");
            world.run(() -> world.models().saveVersion(saved(version).moveTo(Stage.STAGING, NOON), List.of()));
        }
        world.run(() -> world.models()
                .saveVersion(
                        world.models()
                                .findVersionForUpdate(MAIN, new ModelRef(CHURN, 2))
                                .orElseThrow()
                                .moveTo(Stage.NONE, NOON),
                        List.of()));
        assertThat(world.inTransaction(() -> world.models().inStageForUpdate(MAIN, CHURN, Stage.STAGING)))
                .extracting(version -> version.id().version())
                .containsExactly(3, 1);
        assertThat(world.inTransaction(() -> world.models().findForUpdate(MAIN, CHURN)))
                .isPresent();
    }

    private ModelVersion saved(ModelVersion version) {
        return world.models().findVersion(MAIN, version.id()).orElseThrow();
    }
}
