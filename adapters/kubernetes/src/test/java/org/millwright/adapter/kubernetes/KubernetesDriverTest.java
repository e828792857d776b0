package org.millwright.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.PodSettings;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.ComputeDriverContract;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

/**
 * The driver against a real API server, with the real controllers and scheduler. Only the node is ours: it runs containers as
 * processes.
 */
class KubernetesDriverTest extends ComputeDriverContract {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Path RIGHTS = Path.of("../../docs/kubernetes/rbac.yaml");

    @TempDir
    static Path shared;

    private static ControlPlane plane;
    private static KubernetesClient admin;
    private static ProcessNode node;
    private static ServerStandIn server;
    private static int namespaces;

    @TempDir
    Path data;

    private final List<KubernetesDriver> drivers = new ArrayList<>();
    private String namespace;

    @BeforeAll
    static void startCluster() throws Exception {
        plane = ControlPlane.startOrSkip(shared.resolve("plane"));
        admin = plane.client(ControlPlane.ADMIN);
        node = new ProcessNode(admin, "node-1", shared.resolve("node"));
        server = new ServerStandIn();
    }

    @AfterAll
    static void stopCluster() {
        if (plane != null) {
            node.close();
            server.close();
            admin.close();
            plane.close();
        }
    }

    @BeforeEach
    void makeNamespace() {
        namespace = "test-" + ++namespaces;
        admin.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        letServerIn();
        server.serve(store);
    }

    /** With the rights of the manifest that we ship, and no others. */
    private void letServerIn() {
        try (var manifest = Files.newInputStream(RIGHTS)) {
            for (var object : admin.load(manifest).items()) {
                if (object instanceof Role role) {
                    role.getMetadata().setNamespace(namespace);
                    admin.resource(role).create();
                } else if (object instanceof RoleBinding binding) {
                    binding.getMetadata().setNamespace(namespace);
                    binding.setSubjects(List.of(new SubjectBuilder()
                            .withKind("User")
                            .withName("millwright")
                            .build()));
                    admin.resource(binding).create();
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @AfterEach
    void closeDrivers() {
        drivers.forEach(KubernetesDriver::close);
        admin.namespaces().withName(namespace).delete();
    }

    @Override
    protected ComputeDriver driver() {
        return driver(Duration.ofSeconds(30));
    }

    private ComputeDriver driver(Duration beginning) {
        var settings = new ServerSettings(data, server.address(), data.resolve("no-ca.pem"), "test", 1);
        var driver = new KubernetesDriver(settings, store, Clock.systemUTC(), beginning);
        drivers.add(driver);
        return driver;
    }

    @Override
    protected ComputeKind kind() {
        try {
            return new ComputeKind.Kubernetes(
                    plane.address(), null, 10, namespace, plane.authority(), null, PodSettings.of("python:3.12-slim"));
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    @Override
    protected Placement placement(AttemptId of) {
        return new Placement(of, WorkspaceName.MAIN, new ComputeName("cluster"), kind(), 1, ControlPlane.SERVER);
    }

    @Override
    protected AttemptLog logs(ComputeDriver driver) {
        return (of, number, offset, most) ->
                AttemptFolder.of(data.resolve("jobs"), of).readLog(number, offset, most);
    }

    @Override
    protected void letGo() throws IOException {
        Files.createFile(node.work(namespace).resolve("go"));
    }

    @Test
    void an_api_server_that_is_away_ends_no_run_and_loses_no_line() throws Exception {
        var driver = driver();
        var launch = launch("for i in $(seq 1 300); do echo line $i; sleep 0.05; done; echo m > outputs/m; exit 4");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> !driver.await(placement(), TICK).isEnd() && log(driver).contains("line 10\n"));

        plane.killServer();
        assertThat(driver.await(placement(), Duration.ofSeconds(2)).isEnd()).isFalse();
        var next = driver(); // which has never seen the cluster
        assertThat(next.observe(placement()).isEnd()).isFalse();
        plane.restartServer();

        assertThat(next.await(placement(), PATIENCE))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(4));
        assertThat(log(next).lines().filter(line -> line.startsWith("line ")))
                .isEqualTo(IntStream.rangeClosed(1, 300)
                        .mapToObj(number -> "line " + number)
                        .toList());
        next.collect(launch);
        assertThat(text("0/run-1/artifacts/outputs/m")).isEqualTo("m\n");
    }

    @Test
    void a_job_that_ends_while_the_api_server_is_away_has_its_end_and_its_log() throws Exception {
        var driver = driver();
        var launch = launch("echo before; while [ ! -e go ]; do sleep 0.05; done; echo after");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> driver.await(placement(), TICK) instanceof Observation.Running
                && log(driver).contains("before"));

        plane.killServer();
        letGo();
        assertThat(driver.await(placement(), Duration.ofSeconds(3)).isEnd()).isFalse();
        plane.restartServer();

        assertThat(driver.await(placement(), PATIENCE))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isZero());
        assertThat(log(driver)).containsOnlyOnce("before").containsOnlyOnce("after");
    }

    @Test
    void a_job_is_stopped_once_the_api_server_is_back() throws Exception {
        var driver = driver();
        var launch = launch("sleep 600");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> driver.await(placement(), TICK) instanceof Observation.Running);
        plane.killServer();
        var stop = CompletableFuture.runAsync(() -> {
            try {
                driver.stop(placement(), GRACE);
            } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException(failed);
            }
        });

        plane.restartServer();
        stop.join();

        assertThat(driver().observe(placement()))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(143));
    }

    @Test
    void a_server_that_dies_between_making_a_job_and_starting_it_starts_it_once() throws Exception {
        var launch = launch("echo started");
        driver().prepare(launch);
        var next = driver();
        next.prepare(launch);
        next.start(launch);
        driver().start(launch);

        assertThat(next.await(placement(), PATIENCE)).isInstanceOf(Observation.Exited.class);
        assertThat(log(next)).containsOnlyOnce("started");
        assertThat(node.starts(namespace, "job")).isEqualTo(1);
    }

    @Test
    void a_pod_that_is_evicted_is_a_lost_node() throws Exception {
        var driver = driver();
        var launch = launch("sleep 600");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> driver.await(placement(), TICK) instanceof Observation.Running);

        admin.pods().inNamespace(namespace).list().getItems().forEach(pod -> admin.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .evict());

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.NodeLost.class);
        await(() -> admin.pods().inNamespace(namespace).list().getItems().isEmpty());
        assertThat(driver().observe(placement())).isInstanceOf(Observation.NodeLost.class);
    }

    @Test
    void a_node_that_must_be_left_is_a_lost_node() throws Exception {
        var second = new ProcessNode(admin, "node-2", shared.resolve("node-2"));
        var pods = new PodSettings(
                "python:3",
                null,
                List.of(),
                null,
                Map.of("kubernetes.io/hostname", "node-2"),
                List.of(),
                null,
                "nvidia.com/gpu",
                List.of());
        var placement = placement(pods);
        var launch = launch(placement, "sleep 600");
        var driver = driver();
        driver.prepare(launch);
        driver.start(launch);
        await(() -> driver.await(placement, TICK) instanceof Observation.Running);

        admin.nodes().withName("node-2").edit(found -> new NodeBuilder(found)
                .editSpec()
                .addNewTaint("NoExecute", "broken", null, "yes")
                .endSpec()
                .build());

        assertThat(driver.await(placement, PATIENCE))
                .isInstanceOfSatisfying(Observation.NodeLost.class, lost -> assertThat(lost.node())
                        .contains("node-2"));
        second.close();
        admin.nodes().withName("node-2").delete();
    }

    @Test
    void a_command_that_needs_more_memory_than_it_has_says_so() throws Exception {
        var launch = launch(placement(PodSettings.of("python:oom")), "kill -9 $$");

        assertThat(run(driver(), launch).cause()).isEqualTo(Observation.Cause.OUT_OF_MEMORY);
    }

    @Test
    void a_job_that_no_node_takes_says_why() throws Exception {
        var pods = new PodSettings(
                "python:3",
                null,
                List.of(),
                null,
                Map.of("disk", "none-such"),
                List.of(),
                null,
                "nvidia.com/gpu",
                List.of());
        assertWaits(pods, "No node of the cluster takes it yet: 0/1 nodes are available");
    }

    @Test
    void a_job_whose_image_cannot_be_pulled_says_so() throws Exception {
        assertWaits(PodSettings.of("absent/image:1"), "The image cannot be pulled: Back-off pulling image");
    }

    @Test
    void a_job_that_a_quota_keeps_from_its_pods_says_so() throws Exception {
        admin.resourceQuotas()
                .inNamespace(namespace)
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("none")
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("pods", new Quantity("0")))
                        .endSpec()
                        .build())
                .create();
        await(() -> admin.resourceQuotas()
                        .inNamespace(namespace)
                        .withName("none")
                        .get()
                        .getStatus()
                        .getHard()
                != null);

        assertWaits(PodSettings.of("python:3"), "The cluster makes no pod for it: ");
    }

    /** And says so in the log too; and can be stopped. */
    private void assertWaits(PodSettings pods, String why) throws Exception {
        var driver = driver();
        var placement = placement(pods);
        var launch = launch(placement, "true");
        driver.prepare(launch);
        driver.start(launch);

        await(() -> driver.await(placement, TICK) instanceof Observation.Waiting(var said) && said.contains(why));

        assertThat(log(driver)).contains("millwright: " + why);
        driver.stop(placement, GRACE);
        assertThat(driver.observe(placement).isEnd()).isTrue();
    }

    @Test
    void a_job_that_the_cluster_forbids_is_refused_in_words() {
        var placement = new Placement(
                attempt, WorkspaceName.MAIN, new ComputeName("cluster"), kind(), 1, ControlPlane.STRANGER);

        assertThatThrownBy(() -> driver(Duration.ZERO).prepare(launch(placement, "true")))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("The cluster forbids it")
                .hasMessageContaining("stranger");
    }

    @Test
    void a_cluster_is_tried_before_it_is_used() throws Exception {
        var driver = driver();

        assertThat(driver.obstacles(kind(), ControlPlane.SERVER)).isEmpty();
        assertThat(driver.obstacles(kind(), plane.kubeConfig(ControlPlane.SERVER)))
                .isEmpty();
        assertThat(driver.obstacles(kind(), ControlPlane.STRANGER))
                .contains("In namespace '%s' the credential may not create, delete secrets".formatted(namespace));
        assertThat(driver.obstacles(kind(), "of-nobody"))
                .singleElement(STRING)
                .startsWith("The cluster does not accept the credential");
        var elsewhere = new ComputeKind.Kubernetes(
                "https://127.0.0.1:" + ControlPlane.freePort(), null, 1, namespace, null, null, PodSettings.of("x"));
        assertThat(driver.obstacles(elsewhere, ControlPlane.SERVER))
                .singleElement(STRING)
                .startsWith("The cluster cannot be reached");
    }

    @Test
    void the_processes_of_two_pods_find_each_other() throws Exception {
        keep("snapshots/code.zip", zip(Map.of("sum.py", """
                import os, socket, time
                rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
                place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
                if rank == 0:
                    server = socket.create_server(place)
                    others = [server.accept()[0] for _ in range(size - 1)]
                    total = sum(int(other.recv(100)) for other in others)
                    for other in others:
                        other.sendall(str(total).encode())
                else:
                    for _ in range(600):
                        try:
                            server = socket.create_connection(place)
                            break
                        except OSError:
                            time.sleep(0.1)
                    server.sendall(str(rank).encode())
                    total = int(server.recv(100))
                print("rank", rank, "of", size, "sum", total)
                """)));
        var placement =
                new Placement(attempt, WorkspaceName.MAIN, new ComputeName("cluster"), kind(), 2, ControlPlane.SERVER);
        var launch = new Launch(
                placement,
                JobResources.nodes(2),
                new JobType.Distributed(JobType.Framework.PYTORCH, 2),
                path("snapshots/code.zip"),
                Map.of(),
                List.of("outputs"),
                "python sum.py",
                NO_PACKAGES,
                Map.of(),
                List.of(),
                path("0/run-1/artifacts"),
                null);
        var driver = driver();

        assertThat(run(driver, launch).exitCode()).isZero();

        var second = new String(logs(driver).readLog(attempt, 1, 0, 10_000), UTF_8);
        assertThat(log(driver)).contains("rank 0 of 4 sum 6", "rank 1 of 4 sum 6");
        assertThat(second).contains("rank 2 of 4 sum 6", "rank 3 of 4 sum 6");
    }

    @Test
    void a_pod_that_fails_ends_the_others() throws Exception {
        var placement =
                new Placement(attempt, WorkspaceName.MAIN, new ComputeName("cluster"), kind(), 2, ControlPlane.SERVER);
        var launch = new Launch(
                placement,
                JobResources.nodes(2),
                new JobType.Command(),
                null,
                Map.of(),
                List.of("outputs"),
                "test $RANK = 1 && exit 9; sleep 600",
                NO_PACKAGES,
                Map.of(),
                List.of(),
                path("0/run-1/artifacts"),
                null);

        assertThat(run(driver(), launch).exitCode()).isEqualTo(9);
    }

    @Test
    void nothing_is_left_in_the_cluster() throws Exception {
        var driver = driver();
        var launch = launch("true");
        run(driver, launch);
        driver.collect(launch);

        driver.discard(placement());

        await(() -> admin.batch()
                        .v1()
                        .jobs()
                        .inNamespace(namespace)
                        .list()
                        .getItems()
                        .isEmpty()
                && admin.secrets().inNamespace(namespace).list().getItems().isEmpty()
                && admin.pods().inNamespace(namespace).list().getItems().isEmpty());
        await(() -> driver.observe(placement()) instanceof Observation.Vanished);
    }

    private Placement placement(PodSettings pods) {
        var usual = (ComputeKind.Kubernetes) kind();
        var kind = new ComputeKind.Kubernetes(
                usual.address(), null, 10, namespace, usual.certificateAuthority(), null, pods);
        return new Placement(attempt, WorkspaceName.MAIN, new ComputeName("cluster"), kind, 1, ControlPlane.SERVER);
    }

    private static Launch launch(Placement placement, String command) {
        return new Launch(
                placement,
                null,
                Map.of(),
                List.of("outputs"),
                command,
                NO_PACKAGES,
                Map.of(),
                path("0/run-1/artifacts"),
                null);
    }
}
