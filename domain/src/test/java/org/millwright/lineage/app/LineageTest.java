package org.millwright.lineage.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.ServedModels;
import org.millwright.endpoint.ServedModels.Serving;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RecordedRuns;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.ModelLink;
import org.millwright.fake.InMemoryWorld;
import org.millwright.lineage.model.LineageGraph;
import org.millwright.lineage.model.LineageGraph.Direction;
import org.millwright.lineage.model.Node;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.RecordedModels;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

class LineageTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn");
    private static final LoggedModelId LOGGED = new LoggedModelId("m-" + "a".repeat(32));

    private final InMemoryWorld world = new InMemoryWorld();
    private final ServedModels served = _ -> List.of(
            new Serving(
                    new EndpointName("scores"), new DeploymentName("blue"), new ModelRef(CHURN, 1), "Succeeded", 100),
            new Serving(
                    new EndpointName("scores"), new DeploymentName("green"), new ModelRef(CHURN, 2), "Succeeded", 0));
    private final Lineage lineage = new Lineage(
            new RecordedRuns(world.runs(), world.tracking(), world.dataUses()),
            new RecordedModels(world.models(), world.loggedModels()),
            served);

    /** A tracked run read d1 and logged the model of version 1; a job was given files and wrote version 2's. */
    @BeforeEach
    void from_data_to_deployments() {
        world.runs().save(Runs.track("notebook", NOON));
        world.runs().save(Runs.queue("job", NOON));
        world.runs().save(Runs.track("other", NOON));
        for (var run : List.of("notebook", "other")) {
            world.tracking()
                    .addDatasets(
                            new RunId(run),
                            List.of(new DatasetInput("train", "d1", "local", "train.csv", null, null, Map.of())));
        }
        world.loggedModels()
                .save(new LoggedModel(
                        LOGGED,
                        MAIN,
                        ExperimentId.DEFAULT,
                        "forest",
                        "",
                        new RunId("notebook"),
                        LoggedModel.Status.READY,
                        Map.of(),
                        Map.of(),
                        NOON,
                        NOON,
                        null,
                        Revision.UNSAVED));
        world.models().save(Change.of(RegisteredModel.create(MAIN, CHURN, "", Map.of(), NOON)));
        version(1, "notebook", LOGGED);
        version(2, "job", null);
    }

    @Test
    void a_deployment_leads_back_to_the_data_that_its_model_was_trained_on() {
        assertThat(keys(of("deployment:scores/blue", Direction.BACK)))
                .containsExactly(
                        "data:d1", "run:notebook", "logged-model:" + LOGGED, "model:churn:1", "deployment:scores/blue");
    }

    @Test
    void a_data_set_leads_to_the_deployments_that_use_it() {
        var graph = of("data:d1", Direction.FORWARD);
        assertThat(keys(graph))
                .contains("run:other", "deployment:scores/blue")
                .doesNotContain("deployment:scores/green");
        assertThat(graph.nodes().getFirst().title()).isEqualTo("train");
        assertThat(graph.edges())
                .extracting(edge -> edge.from() + " > " + edge.to())
                .contains("data:d1 > run:notebook", "logged-model:" + LOGGED + " > model:churn:1");
    }

    @Test
    void a_job_is_known_with_its_code_its_environment_and_the_files_that_it_was_given() {
        var graph = of("model:churn:2", Direction.BOTH);
        assertThat(keys(graph))
                .containsExactly("data:" + Jobs.SNAPSHOT, "run:job", "model:churn:2", "deployment:scores/green");
        assertThat(graph.nodes().get(1).facts())
                .containsEntry("kind", "job")
                .containsEntry("code", Jobs.SNAPSHOT.value())
                .containsKey("environment");
        assertThat(keys(of("data:" + Jobs.SNAPSHOT, Direction.FORWARD))).contains("deployment:scores/green");
    }

    @Test
    void what_only_has_the_same_data_is_no_lineage() {
        assertThat(keys(of("model:churn:1", Direction.BOTH))).doesNotContain("run:other");
    }

    @Test
    void a_run_that_read_a_model_came_of_it_even_when_both_read_each_other() {
        world.tracking()
                .addModels(new RunId("other"), List.of(new ModelLink(LOGGED.value(), 0, ModelLink.Direction.INPUT)));
        world.tracking()
                .addModels(new RunId("notebook"), List.of(new ModelLink(LOGGED.value(), 0, ModelLink.Direction.INPUT)));
        assertThat(keys(of("logged-model:" + LOGGED, Direction.BOTH)))
                .containsExactlyInAnyOrder(
                        "data:d1",
                        "run:notebook",
                        "run:other",
                        "logged-model:" + LOGGED,
                        "model:churn:1",
                        "deployment:scores/blue");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:nobody-read-it",
                "run:none",
                "logged-model:m-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "model:churn:9",
                "deployment:scores/red"
            })
    void what_is_not_there_is_not_found(String key) {
        assertRefused(Problem.NotFound.class, () -> of(key, Direction.BOTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "churn:1", "model:", "model:churn", "run:../x", "logged-model:x"})
    void what_names_nothing_is_invalid(String key) {
        assertRefused(Problem.Invalid.class, () -> of(key, Direction.BOTH));
    }

    private LineageGraph of(String key, Direction direction) {
        return lineage.of(MAIN, Node.Key.parse(key), direction);
    }

    private static List<String> keys(LineageGraph graph) {
        return graph.nodes().stream().map(node -> node.key().toString()).toList();
    }

    private void version(int number, String run, LoggedModelId logged) {
        world.models()
                .saveVersion(
                        new ModelVersion(
                                MAIN,
                                new ModelRef(CHURN, number),
                                "runs:/" + run + "/model",
                                null,
                                new RunId(run),
                                logged,
                                "",
                                "ada",
                                null,
                                "",
                                Map.of(),
                                Stage.NONE,
                                NOON,
                                NOON,
                                Revision.UNSAVED),
                        List.of());
    }
}
