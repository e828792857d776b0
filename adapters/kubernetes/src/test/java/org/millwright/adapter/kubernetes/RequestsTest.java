package org.millwright.adapter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.PodSettings;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

/** What the driver asks of an API server, by one in memory that keeps what it is given and does nothing with it. */
@Timeout(120)
class RequestsTest {
    private static final String JOBS = "/apis/batch/v1/namespaces/jobs/jobs";

    @TempDir
    Path data;

    private final Map<ServerRequest, Queue<ServerResponse>> expected = new HashMap<>();
    private final KubernetesMockServer cluster = new KubernetesMockServer(
            new Context(), new MockWebServer(), expected, new KubernetesMixedDispatcher(expected), false);
    private KubernetesClient client;
    private KubernetesDriver driver;

    @BeforeEach
    void startCluster() {
        cluster.init();
        client = cluster.createClient(new JdkHttpClientFactory());
        var settings = new ServerSettings(data, URI.create("http://us:1"), data.resolve("no-ca.pem"), "test", 1);
        driver = new KubernetesDriver(settings, new InMemoryArtifactStore(), Clock.systemUTC());
    }

    @AfterEach
    void stopCluster() {
        driver.close();
        client.close();
        cluster.destroy();
    }

    @Test
    void what_a_job_needs_is_there_before_it_begins() throws Exception {
        var launch = launch(2);

        driver.prepare(launch);

        var job = job();
        assertThat(job.getSpec().getSuspend()).isTrue();
        assertThat(secrets()).singleElement().satisfies(secret -> {
            assertThat(secret.getData()).containsKeys("pod.py", "launch.json");
            assertThat(secret.getMetadata().getName())
                    .isEqualTo(job.getMetadata().getName());
        });
        assertThat(client.services()
                        .inNamespace("jobs")
                        .withName(job.getMetadata().getName())
                        .get()
                        .getSpec()
                        .getClusterIP())
                .isEqualTo("None");
        driver.start(launch);
        assertThat(job().getSpec().getSuspend()).isFalse();
    }

    @Test
    void a_job_that_was_made_before_gets_what_the_new_try_gives_it() throws Exception {
        driver.prepare(launch(1));
        var first = secrets().getFirst().getData();

        driver.prepare(launch(1, Map.of("MLFLOW_TRACKING_TOKEN", "fresh")));

        assertThat(client.batch().v1().jobs().inNamespace("jobs").list().getItems())
                .hasSize(1);
        assertThat(secrets()).singleElement().satisfies(secret -> assertThat(secret.getData())
                .isNotEqualTo(first));
    }

    @Test
    void a_job_that_was_started_is_left_as_it_is() throws Exception {
        driver.prepare(launch(1));
        driver.start(launch(1));
        var before = secrets();

        driver.prepare(launch(1, Map.of("MLFLOW_TRACKING_TOKEN", "fresh")));
        driver.start(launch(1));

        assertThat(secrets()).isEqualTo(before);
    }

    @Test
    void a_job_of_that_name_that_is_anothers_is_not_touched() throws Exception {
        driver.prepare(launch(1));
        var name = job().getMetadata().getName();
        client.batch().v1().jobs().inNamespace("jobs").withName(name).edit(job -> new JobBuilder(job)
                .editMetadata()
                .addToAnnotations(Manifests.RUN, "another")
                .endMetadata()
                .build());

        assertThatThrownBy(() -> driver.prepare(launch(1)))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("is another's");
    }

    @Test
    void a_job_that_is_stopped_before_it_begins_is_removed() throws Exception {
        driver.prepare(launch(1));

        driver.stop(placement(1), Duration.ZERO);

        assertThat(driver.observe(placement(1))).isInstanceOf(Observation.Vanished.class);
    }

    @Test
    void a_server_that_is_overloaded_is_asked_again() throws Exception {
        cluster.expect().post().withPath(JOBS).andReturn(503, "").once();
        cluster.expect().post().withPath(JOBS).andReturn(429, "").once();

        driver.prepare(launch(1));

        assertThat(job().getSpec().getSuspend()).isTrue();
    }

    @Test
    void a_refusal_is_the_reason_in_the_clusters_words() {
        var quota = new StatusBuilder()
                .withCode(403)
                .withReason("Forbidden")
                .withMessage("jobs.batch \"mw-1\" is forbidden: exceeded quota: small, requested: count/jobs.batch=1")
                .build();
        cluster.expect().post().withPath(JOBS).andReturn(403, quota).once();

        assertThatThrownBy(() -> driver.prepare(launch(1)))
                .isInstanceOf(LaunchFailed.class)
                .hasMessage(
                        "A quota of the cluster does not allow it: exceeded quota: small, requested: count/jobs.batch=1");
    }

    private Job job() {
        return client.batch().v1().jobs().inNamespace("jobs").list().getItems().getFirst();
    }

    private List<Secret> secrets() {
        return client.secrets().inNamespace("jobs").list().getItems();
    }

    private Launch launch(int nodes) {
        return launch(nodes, Map.of());
    }

    private Launch launch(int nodes, Map<String, String> variables) {
        return new Launch(
                placement(nodes),
                null,
                Map.of(),
                List.of(),
                "true",
                new EnvironmentSpec(null, List.of()),
                variables,
                new ArtifactPath("0/run-1/artifacts"),
                null);
    }

    private Placement placement(int nodes) {
        var kind = new ComputeKind.Kubernetes(
                "http://localhost:" + cluster.getPort(), null, 9, "jobs", null, null, PodSettings.of("p"));
        return new Placement(
                new AttemptId("run-1", 1), WorkspaceName.MAIN, new ComputeName("cluster"), kind, nodes, null);
    }
}
