package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.FileInfo;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.Page;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** The program of a user of MLflow's Java client, told as checks. Its only argument is a folder for files. */
final class MlflowJavaFlow {
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final MlflowClient client;
    private final Path folder;

    private MlflowJavaFlow(MlflowClient client, Path folder) {
        this.client = client;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        var credentials =
                new BasicMlflowHostCreds(System.getenv("MLFLOW_TRACKING_URI"), System.getenv("MLFLOW_TRACKING_TOKEN"));
        try (var client = new MlflowClient(credentials)) {
            var flow = new MlflowJavaFlow(client, Path.of(arguments[0]));
            flow.experiments();
            var run = flow.tracking();
            flow.fluent();
            flow.searches();
            flow.artifacts(run);
            flow.registry(run);
        }
    }

    private void experiments() {
        var name = "java-" + suffix;
        var id = client.createExperiment(name);
        client.setExperimentTag(id, "team", "forge");
        client.renameExperiment(id, name + "-renamed");
        var experiment = client.getExperimentByName(name + "-renamed").orElseThrow();
        assertThat(experiment.getExperimentId()).isEqualTo(id);
        assertThat(experiment.getTagsList()).extracting("key", "value").containsExactly(tuple("team", "forge"));
        assertThat(client.getExperimentByName("absent-" + suffix)).isEqualTo(Optional.empty());
        client.deleteExperiment(id);
        assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("deleted");
        client.restoreExperiment(id);
        assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("active");
        assertRefused(400, "RESOURCE_ALREADY_EXISTS", () -> client.createExperiment(name + "-renamed"));
        assertRefused(404, "RESOURCE_DOES_NOT_EXIST", () -> client.getExperiment("987654321"));
    }

    private String tracking() {
        var experiment = client.createExperiment("java-tracking-" + suffix);
        var run = client.createRun(experiment).getRunId();
        client.logParam(run, "depth", "3");
        client.logMetric(run, "loss", 0.5, 1_000, 1);
        client.logMetric(run, "loss", 0.25, 2_000, 2);
        client.setTag(run, "kind", "trial");
        client.setTag(run, "passing", "1");
        client.deleteTag(run, "passing");
        client.logBatch(
                run,
                IntStream.range(0, 500).mapToObj(MlflowJavaFlow::point).toList(),
                List.of(Param.newBuilder().setKey("rate").setValue("0.1").build()),
                List.of(RunTag.newBuilder().setKey("batch").setValue("yes").build()));
        client.setTerminated(run);

        var logged = client.getRun(run);
        assertThat(logged.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
        assertThat(logged.getInfo().getEndTime()).isPositive();
        assertThat(logged.getData().getParamsList())
                .extracting("key", "value")
                .containsExactlyInAnyOrder(tuple("depth", "3"), tuple("rate", "0.1"));
        assertThat(logged.getData().getTagsList())
                .extracting("key", "value")
                .contains(tuple("kind", "trial"), tuple("batch", "yes"));
        assertThat(logged.getData().getMetricsList())
                .extracting("key", "value")
                .containsExactlyInAnyOrder(tuple("loss", 0.25), tuple("curve", 499.0));
        assertThat(client.getMetricHistory(run, "loss"))
                .extracting("value", "timestamp", "step")
                .containsExactly(tuple(0.5, 1_000L, 1L), tuple(0.25, 2_000L, 2L));
        assertThat(client.getMetricHistory(run, "curve")).hasSize(500);
        client.deleteRun(run);
        assertRefused(400, "INVALID_PARAMETER_VALUE", () -> client.logParam(run, "late", "1"));
        client.restoreRun(run);
        assertRefused(400, "INVALID_PARAMETER_VALUE", () -> client.logParam(run, "depth", "4"));
        assertRefused(404, "RESOURCE_DOES_NOT_EXIST", () -> client.getRun("f".repeat(32)));
        return run;
    }

    private void fluent() {
        var context = new MlflowContext(client);
        context.setExperimentId(client.createExperiment("java-fluent-" + suffix));
        context.withActiveRun("outer", run -> {
            run.logParams(Map.of("a", "1", "b", "2"));
            run.logMetrics(Map.of("loss", 0.5, "accuracy", Double.NaN), 3);
            var inner = context.startRun("inner", run.getId());
            inner.endRun(RunStatus.FAILED);
            assertThat(client.getRun(inner.getId()).getInfo().getStatus()).isEqualTo(RunStatus.FAILED);
        });
        var runs = client.searchRuns(
                        List.of(context.getExperimentId()), "tags.mlflow.runName = 'outer'", ViewType.ACTIVE_ONLY, 10)
                .getItems();
        assertThat(runs).hasSize(1);
        assertThat(runs.getFirst().getData().getMetricsList())
                .extracting("key", "value", "step")
                .containsExactlyInAnyOrder(tuple("loss", 0.5, 3L), tuple("accuracy", Double.NaN, 3L));
    }

    private void searches() {
        var experiment = client.createExperiment("java-searched-" + suffix);
        var runs = new ArrayList<String>();
        for (var index = 0; index < 5; index++) {
            var run = client.createRun(experiment).getRunId();
            client.logMetric(run, "score", index);
            runs.add(run);
        }
        Page<Run> page = client.searchRuns(
                List.of(experiment), "metrics.score >= 1", ViewType.ACTIVE_ONLY, 2, List.of("metrics.score DESC"));
        assertThat(everything(page).stream().map(run -> run.getInfo().getRunId()))
                .containsExactlyElementsOf(runs.subList(1, 5).reversed());
        Page<Experiment> experiments = client.searchExperiments(
                "name LIKE 'java-%' AND name ILIKE '%" + suffix + "%'", ViewType.ALL, 2, List.of("name ASC"));
        assertThat(everything(experiments))
                .extracting(Experiment::getName)
                .containsExactly(
                        "java-%s-renamed".formatted(suffix),
                        "java-fluent-" + suffix,
                        "java-searched-" + suffix,
                        "java-tracking-" + suffix);
    }

    /** This client reaches the server's files by MLflow's Python package alone. */
    private void artifacts(String run) throws IOException {
        var tree = Files.createDirectories(folder.resolve("tree/deep"));
        var file = Files.writeString(folder.resolve("one file.txt"), "one");
        Files.writeString(tree.resolve("two.txt"), "two");
        client.logArtifact(run, file.toFile());
        client.logArtifacts(run, folder.resolve("tree").toFile(), "model");
        assertThat(client.listArtifacts(run)).extracting(FileInfo::getPath).containsExactly("model", "one file.txt");
        var copy = client.downloadArtifacts(run, "model").toPath();
        assertThat(copy.resolve("deep/two.txt")).hasContent("two");
    }

    private void registry(String run) {
        var name = "java-" + suffix;
        client.sendPost("registered-models/create", "{\"name\":\"%s\"}".formatted(name));
        for (var index = 0; index < 3; index++) {
            client.sendPost(
                    "model-versions/create",
                    "{\"name\":\"%s\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(name, run, run));
        }
        client.sendPost(
                "model-versions/transition-stage",
                "{\"name\":\"%s\",\"version\":\"2\",\"stage\":\"Production\"}".formatted(name));
        client.sendPatch("registered-models/update", "{\"name\":\"%s\",\"description\":\"described\"}".formatted(name));
        assertThat(client.getRegisteredModel(name).getDescription()).isEqualTo("described");
        assertThat(client.getModelVersion(name, "2").getCurrentStage()).isEqualTo("Production");
        assertThat(client.getLatestVersions(name, List.of("Production")))
                .extracting(ModelVersion::getVersion)
                .containsExactly("2");
        assertThat(client.getLatestVersions(name)).hasSize(2);
        assertThat(client.getModelVersionDownloadUri(name, "1")).endsWith(run + "/artifacts/model");
        Page<ModelVersion> found =
                client.searchModelVersions("name = '%s'".formatted(name), 2, List.of("version_number DESC"));
        assertThat(everything(found)).extracting(ModelVersion::getVersion).containsExactly("3", "2", "1");
        assertThat(client.downloadModelVersion(name, "1").toPath().resolve("deep/two.txt"))
                .hasContent("two");
        assertRefused(404, "RESOURCE_DOES_NOT_EXIST", () -> client.getModelVersion(name, "9"));
    }

    private static Metric point(int index) {
        return Metric.newBuilder()
                .setKey("curve")
                .setValue(index)
                .setTimestamp(10_000 + index)
                .setStep(index)
                .build();
    }

    private static <T> List<T> everything(Page<T> first) {
        var found = new ArrayList<T>();
        first.getItems().forEach(found::add);
        for (var page = first; page.hasNextPage(); ) {
            assertThat(page.getPageSize()).isEqualTo(2);
            page = page.getNextPage();
            page.getItems().forEach(found::add);
        }
        return found;
    }

    private static void assertRefused(int status, String code, Runnable action) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(MlflowHttpException.class, refused -> {
            assertThat(refused.getStatusCode()).isEqualTo(status);
            assertThat(refused.getBodyMessage()).contains(code);
        });
    }
}
