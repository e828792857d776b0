package org.millwright.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.PodSettings;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.workspace.WorkspaceName;

class ManifestsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "s3cret-of-the-owner";

    private static final PodSettings PODS = new PodSettings(
            "registry.example.com/team/train:1",
            PodSettings.PullPolicy.ALWAYS,
            List.of("registry"),
            "trainer",
            Map.of("gpu", "a100"),
            List.of(new PodSettings.Toleration("nvidia.com/gpu", null, "NoSchedule")),
            20L << 30,
            "nvidia.com/gpu",
            List.of(new PodSettings.Volume("data", "/data", true)));

    @Test
    void the_job_is_one_try_of_so_many_pods_that_waits_for_what_it_needs() {
        var spec = new Manifests(launch(3, new JobType.Command()), kind(PODS))
                .job("https://us")
                .getSpec();

        assertThat(spec.getSuspend()).isTrue();
        assertThat(spec.getParallelism()).isEqualTo(3);
        assertThat(spec.getCompletions()).isEqualTo(3);
        assertThat(spec.getCompletionMode()).isEqualTo("Indexed");
        assertThat(spec.getBackoffLimit()).isZero();
        assertThat(spec.getTtlSecondsAfterFinished()).isEqualTo(7 * 24 * 3600);
        assertThat(spec.getTemplate().getSpec().getSubdomain()).startsWith("mw-");
    }

    @Test
    void a_pod_is_given_what_the_job_asks_for_and_is_where_the_target_says() {
        var pod = new Manifests(launch(1, new JobType.Command()), kind(PODS))
                .job("https://us")
                .getSpec()
                .getTemplate()
                .getSpec();
        var amounts = Map.of(
                "cpu",
                new Quantity("1500m"),
                "memory",
                new Quantity("2147483648"),
                "nvidia.com/gpu",
                new Quantity("2"));

        assertThat(pod.getContainers()).singleElement().satisfies(container -> {
            assertThat(container.getImage()).isEqualTo("registry.example.com/team/train:1");
            assertThat(container.getImagePullPolicy()).isEqualTo("Always");
            assertThat(container.getResources().getRequests()).isEqualTo(amounts);
            assertThat(container.getResources().getLimits()).isEqualTo(amounts);
            assertThat(container.getVolumeMounts())
                    .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/data"));
        });
        assertThat(pod.getNodeSelector()).isEqualTo(Map.of("gpu", "a100"));
        assertThat(pod.getTolerations()).singleElement().satisfies(toleration -> assertThat(toleration.getOperator())
                .isEqualTo("Exists"));
        assertThat(pod.getImagePullSecrets()).extracting("name").containsExactly("registry");
        assertThat(pod.getServiceAccountName()).isEqualTo("trainer");
        assertThat(pod.getSubdomain()).isNull();
        assertThat(pod.getActiveDeadlineSeconds()).isGreaterThan(60);
    }

    @Test
    void a_pod_keeps_to_the_strictest_of_kubernetes_standards() {
        var pod = new Manifests(launch(1, new JobType.Command()), kind(PodSettings.of("python:3.12")))
                .job("https://us")
                .getSpec()
                .getTemplate()
                .getSpec();

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getInitContainers()).hasSize(1);
        assertThat(List.of(
                        pod.getInitContainers().getFirst(), pod.getContainers().getFirst()))
                .allSatisfy(container -> {
                    var context = container.getSecurityContext();
                    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
                    assertThat(context.getPrivileged()).isFalse();
                    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
                });
    }

    @Test
    void secrets_are_in_the_secret_and_nowhere_else() throws Exception {
        var launch = launch(2, new JobType.Command());
        var manifests = new Manifests(launch, kind(PODS));
        var job = manifests.job("https://us");
        job.getMetadata().setUid("1");
        var files = new PodFiles(launch, "https://us", null).content();

        assertThat(JSON.writeValueAsString(job)).doesNotContain(SECRET, "run-token", "train.py");
        assertThat(JSON.writeValueAsString(manifests.service(job))).doesNotContain(SECRET, "run-token");
        assertThat(new String(files.get("launch.json"), UTF_8)).contains(SECRET, "run-token", "train.py");
        assertThat(manifests.secret(files, job).getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo("1"));
    }

    @Test
    void each_process_is_told_its_rank_and_where_the_others_are() throws Exception {
        var launch = launch(2, new JobType.Distributed(JobType.Framework.PYTORCH, 2));
        var instructions = instructions(launch);
        var host = ObjectNames.of(launch.placement()).host(0);

        assertThat(instructions.at("/variables/MASTER_ADDR").asText()).isEqualTo(host);
        assertThat(instructions.at("/variables/WORLD_SIZE").asText()).isEqualTo("4");
        assertThat(instructions.get("nodes")).hasSize(2);
        assertThat(instructions.at("/nodes/1/0/RANK").asText()).isEqualTo("2");
        assertThat(instructions.at("/nodes/1/1/LOCAL_RANK").asText()).isEqualTo("1");
        assertThat(instructions.at("/nodes/0/0/MASTER_ADDR").isMissingNode()).isTrue();
    }

    @Test
    void a_pod_fetches_snapshots_by_the_run_and_other_files_as_artifacts() throws Exception {
        var instructions = instructions(launch(1, new JobType.Command()));

        assertThat(instructions.at("/code/url").asText()).isEqualTo("/api/v1/workspaces/main/jobs/run_1/snapshots/abc");
        assertThat(instructions.at("/files/0/url").asText())
                .isEqualTo("/api/2.0/mlflow-artifacts/artifacts/7/run%20a/artifacts/model.bin");
        assertThat(instructions.at("/variables/MLFLOW_TRACKING_URI").asText()).isEqualTo("https://us");
        assertThat(instructions
                        .at("/variables/MLFLOW_TRACKING_SERVER_CERT_PATH")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void what_does_not_fit_into_a_secret_is_refused() {
        var launch = new Launch(
                placement(1),
                null,
                Map.of(),
                List.of(),
                "true",
                new EnvironmentSpec(null, List.of()),
                Map.of("LARGE", "x".repeat(1_100_000)),
                new ArtifactPath("0/run_1/artifacts"),
                null);

        assertThatThrownBy(() -> new PodFiles(launch, "https://us", null).content())
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("bytes");
    }

    @Test
    void names_are_the_same_each_time_and_fit_whatever_the_run_is_called() {
        var first = ObjectNames.of(placement(1));
        var other = new Placement(
                new AttemptId("A_very-long_Name".repeat(10), 12),
                WorkspaceName.MAIN,
                new ComputeName("cluster"),
                kind(PODS),
                1,
                null);

        assertThat(first).isEqualTo(ObjectNames.of(placement(1)));
        assertThat(first.name()).matches("mw-run-1-1-[0-9a-f]{10}");
        assertThat(ObjectNames.of(other).host(999).split("\\.")[0])
                .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
                .hasSizeLessThan(64);
    }

    private static JsonNode instructions(Launch launch) throws Exception {
        return JSON.readTree(new PodFiles(launch, "https://us", null).content().get("launch.json"));
    }

    private static Launch launch(int nodes, JobType type) {
        return new Launch(
                placement(nodes),
                new JobResources(nodes, 1.5, 2L << 30, 2),
                type,
                new ArtifactPath("snapshots/abc.zip"),
                Map.of("inputs/model.bin", new ArtifactPath("7/run a/artifacts/model.bin")),
                List.of("outputs"),
                "python train.py",
                new EnvironmentSpec(null, List.of("numpy==2.0")),
                Map.of(
                        "MLFLOW_TRACKING_TOKEN", "run-token",
                        "PASSWORD", SECRET,
                        "MLFLOW_TRACKING_URI", "https://elsewhere",
                        "MLFLOW_TRACKING_SERVER_CERT_PATH", "/here/ca.pem"),
                List.of(SECRET),
                new ArtifactPath("0/run_1/artifacts"),
                Duration.ofMinutes(1));
    }

    private static Placement placement(int nodes) {
        return new Placement(
                new AttemptId("run_1", 1), WorkspaceName.MAIN, new ComputeName("cluster"), kind(PODS), nodes, null);
    }

    private static ComputeKind.Kubernetes kind(PodSettings pods) {
        return new ComputeKind.Kubernetes("https://cluster:6443", null, 10, "jobs", null, null, pods);
    }
}
