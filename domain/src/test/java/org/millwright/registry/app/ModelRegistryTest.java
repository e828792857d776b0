package org.millwright.registry.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.fake.Runs;
import org.millwright.fake.InMemoryWorld;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelAliasDeleted;
import org.millwright.registry.ModelAliasSet;
import org.millwright.registry.ModelCreated;
import org.millwright.registry.ModelDeleted;
import org.millwright.registry.ModelDescribed;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.ModelRenamed;
import org.millwright.registry.ModelTagDeleted;
import org.millwright.registry.ModelTagSet;
import org.millwright.registry.ModelVersionDeleted;
import org.millwright.registry.ModelVersionDescribed;
import org.millwright.registry.ModelVersionMoved;
import org.millwright.registry.ModelVersionRegistered;
import org.millwright.registry.ModelVersionTagDeleted;
import org.millwright.registry.ModelVersionTagSet;
import org.millwright.registry.app.ModelRegistry.Registration;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Stage;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class ModelRegistryTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn");
    private static final LoggedModelId LOGGED = new LoggedModelId("m-" + "a".repeat(32));

    private final InMemoryWorld world = new InMemoryWorld();
    private final SettableClock clock = new SettableClock();
    private final RunLifecycle runs =
            new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), clock);
    private final ModelRegistry registry = new ModelRegistry(
            world.models(),
            new ModelSources(runs, world.loggedModels(), world.models()),
            world.modelBin(),
            new ModelPlaces(world.models(), world.promotions(), clock),
            clock);

    @BeforeEach
    void there_are_a_run_a_logged_model_and_a_name() {
        world.runs().save(Runs.track("r1", NOON));
        world.runs().save(Runs.track("r2", NOON));
        world.loggedModels()
                .save(new LoggedModel(
                        LOGGED,
                        MAIN,
                        ExperimentId.DEFAULT,
                        "logged",
                        "",
                        new RunId("r1"),
                        LoggedModel.Status.READY,
                        Map.of(),
                        Map.of(),
                        NOON,
                        NOON,
                        null,
                        Revision.UNSAVED));
        registry.create(MAIN, CHURN, "", Map.of());
    }

    @ParameterizedTest(name = "{0} is made of {1}")
    @CsvSource(textBlock = """
            runs:/r1/model                                                          , 0/r1/artifacts/model
            runs:/r1                                                                , 0/r1/artifacts
            runs:/r1/100%/model                                                     , 0/r1/artifacts/100%/model
            runs:/r1//deep/model/                                                   , 0/r1/artifacts/deep/model
            models:/m-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                              , 0/models/m-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/artifacts
            mlflow-artifacts:/0/r1/artifacts/model                                  , 0/r1/artifacts/model
            mlflow-artifacts:/0/models/m-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/artifacts , 0/models/m-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/artifacts
            """)
    void a_source_leads_to_its_files_and_its_run(String source, String files) {
        var version = register(source, "r1");
        assertThat(registry.filesOf(MAIN, version.id()).value()).isEqualTo(files);
        assertThat(version.run()).isEqualTo(new RunId("r1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "model.pkl",
                "file:///etc/passwd",
                "FILE:///etc/passwd",
                "%66ile:///etc/passwd",
                "/etc/passwd",
                "c:\\models",
                "http://169.254.169.254/latest",
                "https://host/api/2.0/mlflow-artifacts/artifacts/0/r1/artifacts",
                "ftp://host/model",
                "hdfs://host/model",
                "s3://bucket/../other",
                "s3://bucket/%2e%2e/other",
                "runs:/r2/model",
                "runs://r1/model",
                "runs:/r1/%2e%2e/r2",
                "runs:/r1/a%00b",
                "RUNS:/r1/model",
                "mlflow-artifacts://host/0/r1/artifacts/model",
                "mlflow-artifacts:/0/r1/artifacts/%2E%2E/r2",
                "mlflow-artifacts:/0/r1/artifacts/%252e%252e/r2",
                "mlflow-artifacts:/0/r1/artifacts/..%5cr2",
                "runs:/r1/../r2/artifacts/model",
                "mlflow-artifacts:/0/r2/artifacts/model",
                "mlflow-artifacts:/0/r1/artifacts/../../r2/artifacts",
                "mlflow-artifacts:/snapshots"
            })
    void a_source_that_is_no_uri_or_leads_to_what_is_not_the_runs_own_is_refused(String source) {
        assertRefused(Problem.Invalid.class, () -> register(source, "r1"));
        assertThat(registry.versions(MAIN, CHURN)).isEmpty();
    }

    @Test
    void runs_and_models_that_are_not_there_are_not_found() {
        assertRefused(Problem.NotFound.class, () -> register("runs:/nobody/model", null));
        assertRefused(Problem.NotFound.class, () -> register("models:/m-" + "b".repeat(32), null));
        assertRefused(Problem.NotFound.class, () -> register("models:/churn/7", null));
    }

    @Test
    void a_version_made_of_another_has_its_files_and_origin() {
        var first = register("models:/" + LOGGED, null);
        var second = register("models:/churn/1", null);
        assertThat(second.files()).isEqualTo(first.files());
        assertThat(second.loggedModel()).isEqualTo(LOGGED);
        assertThat(second.id()).isEqualTo(new ModelRef(CHURN, 2));
    }

    @Test
    void a_version_made_of_another_is_not_said_to_be_of_a_different_run() {
        register("models:/" + LOGGED, null);
        assertRefused(Problem.Invalid.class, () -> register("models:/churn/1", "r2"));
        assertThat(register("models:/churn/1", "r1").run()).isEqualTo(new RunId("r1"));
    }

    @Test
    void a_prompt_has_a_word_for_a_source_and_no_files() {
        var prompt = registry.register(MAIN, prompt("dummy-source"));
        assertThat(prompt.source()).isEqualTo("dummy-source");
        assertThat(prompt.files()).isNull();
        assertRefused(Problem.Invalid.class, () -> registry.register(MAIN, prompt("/etc/passwd")));
        assertRefused(Problem.Invalid.class, () -> registry.register(MAIN, prompt("file:///etc/passwd")));
    }

    private static Registration prompt(String source) {
        return new Registration(
                CHURN, source, null, null, "", "ada", null, "", Map.of("mlflow.prompt.is_prompt", "true"));
    }

    @Test
    void files_that_are_kept_elsewhere_cannot_be_read_here() {
        var version = register("s3://bucket/model", "r1");
        assertThat(version.files()).isNull();
        assertRefused(Problem.WrongState.class, () -> registry.filesOf(MAIN, version.id()));
    }

    @Test
    void moving_a_version_to_production_may_send_the_other_to_the_archive() {
        register("runs:/r1/model", null);
        register("runs:/r2/model", null);
        registry.moveTo(MAIN, new ModelRef(CHURN, 1), Stage.PRODUCTION, false, Runs.OWNER);
        registry.moveTo(MAIN, new ModelRef(CHURN, 2), Stage.PRODUCTION, true, Runs.OWNER);
        assertThat(registry.versions(MAIN, CHURN))
                .extracting(ModelVersion::stage)
                .isEqualTo(List.of(Stage.PRODUCTION, Stage.ARCHIVED));
    }

    @Test
    void an_alias_goes_with_its_version() {
        register("runs:/r1/model", null);
        registry.alias(MAIN, "champion", new ModelRef(CHURN, 1), Runs.OWNER);
        assertThat(registry.getByAlias(MAIN, CHURN, "champion").id().version()).isEqualTo(1);
        registry.deleteVersion(MAIN, new ModelRef(CHURN, 1), Runs.OWNER);
        assertRefused(Problem.NotFound.class, () -> registry.getByAlias(MAIN, CHURN, "champion"));
        assertRefused(
                Problem.NotFound.class, () -> registry.alias(MAIN, "champion", new ModelRef(CHURN, 9), Runs.OWNER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "Latest", "v7", "", "a b"})
    void an_alias_that_means_something_else_is_refused(String alias) {
        register("runs:/r1/model", null);
        assertRefused(Problem.Invalid.class, () -> registry.alias(MAIN, alias, new ModelRef(CHURN, 1), Runs.OWNER));
    }

    @Test
    void what_happens_to_a_model_is_told_with_the_change() {
        var fraud = new ModelName("fraud");
        var attrition = new ModelName("attrition");
        world.models().told();
        registry.create(MAIN, fraud, "who cheats", Map.of("team", "risk"));
        registry.describe(MAIN, fraud, "who cheats us");
        registry.tag(MAIN, fraud, "team", "audit");
        registry.untag(MAIN, fraud, "team");
        registry.rename(MAIN, fraud, attrition);
        registry.delete(MAIN, attrition);
        assertThat(world.models().told())
                .containsExactly(
                        new ModelCreated(MAIN, fraud, "who cheats", Map.of("team", "risk"), false, NOON),
                        new ModelDescribed(MAIN, fraud, "who cheats us", false, NOON),
                        new ModelTagSet(MAIN, fraud, "team", "audit", false, NOON),
                        new ModelTagDeleted(MAIN, fraud, "team", false, NOON),
                        new ModelRenamed(MAIN, fraud, attrition, false, NOON),
                        new ModelDeleted(MAIN, attrition, false, NOON));
    }

    @Test
    void what_happens_to_a_version_is_told_with_the_change() {
        var first = new ModelRef(CHURN, 1);
        world.models().told();
        register("runs:/r1/model", null);
        registry.describeVersion(MAIN, first, "good");
        registry.tagVersion(MAIN, first, "checked", "yes");
        registry.untagVersion(MAIN, first, "checked");
        registry.moveTo(MAIN, first, Stage.PRODUCTION, true, Runs.OWNER);
        registry.moveTo(MAIN, first, Stage.PRODUCTION, true, Runs.OWNER);
        registry.alias(MAIN, "champion", first, Runs.OWNER);
        registry.deleteVersion(MAIN, first, Runs.OWNER);
        assertThat(world.models().told())
                .containsExactly(
                        new ModelVersionRegistered(
                                MAIN, first, "runs:/r1/model", new RunId("r1"), "", Map.of(), false, NOON),
                        new ModelVersionDescribed(MAIN, first, "good", false, NOON),
                        new ModelVersionTagSet(MAIN, first, "checked", "yes", false, NOON),
                        new ModelVersionTagDeleted(MAIN, first, "checked", false, NOON),
                        new ModelVersionMoved(MAIN, first, "None", "Production", NOON),
                        new ModelAliasSet(MAIN, CHURN, "champion", 1, false, NOON),
                        new ModelAliasDeleted(MAIN, CHURN, "champion", false, NOON),
                        new ModelVersionDeleted(MAIN, first, false, NOON));
    }

    @Test
    void a_model_that_the_other_versions_are_sent_away_from_tells_of_each() {
        register("runs:/r1/model", null);
        register("runs:/r2/model", null);
        registry.moveTo(MAIN, new ModelRef(CHURN, 1), Stage.PRODUCTION, false, Runs.OWNER);
        world.models().told();
        registry.moveTo(MAIN, new ModelRef(CHURN, 2), Stage.PRODUCTION, true, Runs.OWNER);
        assertThat(world.models().told())
                .containsExactly(
                        new ModelVersionMoved(MAIN, new ModelRef(CHURN, 1), "Production", "Archived", NOON),
                        new ModelVersionMoved(MAIN, new ModelRef(CHURN, 2), "None", "Production", NOON));
    }

    @Test
    void a_model_that_holds_a_prompt_says_so_in_what_it_tells() {
        var prompt = new ModelName("greeting");
        world.models().told();
        registry.create(MAIN, prompt, "", Map.of("mlflow.prompt.is_prompt", "true"));
        registry.tag(MAIN, prompt, "tone", "friendly");
        assertThat(world.models().told())
                .containsExactly(
                        new ModelCreated(MAIN, prompt, "", Map.of("mlflow.prompt.is_prompt", "true"), true, NOON),
                        new ModelTagSet(MAIN, prompt, "tone", "friendly", true, NOON));
    }

    private ModelVersion register(String source, String run) {
        return registry.register(
                MAIN,
                new Registration(
                        CHURN, source, run == null ? null : new RunId(run), null, "", "ada", Runs.OWNER, "", Map.of()));
    }
}
