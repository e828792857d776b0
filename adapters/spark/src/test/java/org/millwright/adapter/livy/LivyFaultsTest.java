package org.millwright.adapter.livy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.adapter.spark.ExchangeServer;
import org.millwright.adapter.spark.Launchers;
import org.millwright.adapter.spark.Paces;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

/** What a driver of a cluster does when its service, its cluster or our own server fails it. */
@Timeout(120)
class LivyFaultsTest {
    private static final AttemptId ATTEMPT = new AttemptId("run-1", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private final AttemptExchange exchange = new AttemptExchange(store, Clock.systemUTC());

    @TempDir
    private Path data;

    private ExchangeServer server;
    private Launchers launchers;
    private LivyStandIn livy;
    private ServerSettings settings;
    private LivyDriver driver;

    @BeforeEach
    void start() throws Exception {
        server = new ExchangeServer(exchange);
        launchers = new Launchers(data.resolve("cluster"), "python3");
        livy = new LivyStandIn(launchers);
        livy.start();
        settings = new ServerSettings(data, URI.create(server.url()), data.resolve("no-ca.pem"), "server-1", 1);
        driver = driver();
    }

    @AfterEach
    void stop() {
        launchers.close();
        livy.close();
        server.close();
    }

    private LivyDriver driver() {
        return new LivyDriver(
                settings, store, exchange, new ClusterHosts(Set.of(livy.host())), Clock.systemUTC(), Paces.QUICK);
    }

    @Test
    void a_service_that_is_away_for_a_while_fails_no_run() throws Exception {
        begin(launch("echo on; while [ ! -e %s ]; do sleep 0.05; done; exit 6".formatted(data.resolve("go"))));
        awaitLog("on");

        livy.fail(true);
        assertThat(driver.await(placement(), Duration.ofSeconds(1))).isInstanceOf(Observation.Running.class);
        livy.fail(false);
        java.nio.file.Files.createFile(data.resolve("go"));

        assertThat(driver.await(placement(), PATIENCE))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(6));
    }

    @Test
    void a_server_of_ours_that_is_away_for_a_while_loses_no_line() throws Exception {
        begin(launch("for i in 1 2 3 4 5 6 7 8 9; do echo line $i; sleep 0.2; done"));
        awaitLog("line 1");

        server.fail(true);
        Thread.sleep(700);
        server.fail(false);

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.Exited.class);
        assertThat(log()).endsWith("line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9\n");
    }

    @Test
    void a_driver_that_its_cluster_lost_is_a_lost_node() throws Exception {
        begin(launch("echo on; sleep 60"));
        awaitLog("on");

        launchers.kill(1);

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.NodeLost.class);
    }

    @Test
    void a_batch_that_its_service_forgot_is_a_lost_node() throws Exception {
        begin(launch("echo on; sleep 60"));
        awaitLog("on");

        livy.forget(1);

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.NodeLost.class);
    }

    @Test
    void a_job_whose_launcher_never_gets_to_us_never_started_and_its_log_says_why() throws Exception {
        var launch = launch(
                "echo on",
                new ComputeKind.Livy(
                        livy.address(), null, 2, data.resolve("none.py").toString()));
        driver.prepare(launch);
        driver.start(launch);

        assertThat(driver.await(launch.placement(), PATIENCE)).isInstanceOf(Observation.NotStarted.class);
        assertThat(log()).contains("can't open file");
    }

    @Test
    void a_job_that_was_handed_over_before_its_server_went_down_is_found_and_not_started_again() throws Exception {
        var launch = launch("echo once; sleep 1");
        begin(launch);
        store.delete(new ArtifactPath("attempts/run-1/1/note-submitted")); // it went down before it wrote that down

        var other = driver();
        other.start(launch);

        assertThat(other.await(placement(), PATIENCE)).isInstanceOf(Observation.Exited.class);
        assertThat(launchers.count()).isEqualTo(1);
        assertThat(log()).containsOnlyOnce("once");
    }

    @Test
    void of_two_launchers_one_runs_the_program() throws Exception {
        var launch = launch("echo once >> %s; sleep 1".formatted(data.resolve("marks")));
        begin(launch);
        var ticket = livy.asked().stream()
                .filter(asked -> asked.method().equals("POST"))
                .findFirst()
                .orElseThrow()
                .body()
                .at("/conf/spark.millwright.ticket.token")
                .asText();
        var second = launchers.start(
                server.url() + "/api/v1/launcher/millwright_launcher.py", List.of("--ticket=" + ticket), Map.of());

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.Exited.class);
        while (launchers.exitCode(second) == null) {
            Thread.sleep(20);
        }
        assertThat(data.resolve("marks")).hasContent("once");
    }

    @Test
    void what_the_service_refuses_is_said_and_nothing_bars_the_name() throws Exception {
        var launch = launch("echo on", new ComputeKind.Livy(livy.address(), null, 2, "file:/etc/passwd"));
        driver.prepare(launch);

        assertThatThrownBy(() -> driver.start(launch))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("requirement failed: Local path");
        begin(launch("exit 7"));
        assertThat(driver.await(placement(), PATIENCE))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(7));
    }

    @Test
    void a_log_that_was_half_written_when_the_server_went_down_is_whole_again() throws Exception {
        begin(launch("echo one; sleep 2; echo two"));
        awaitLog("one");
        AttemptFolder.of(settings.workFolder(), ATTEMPT).appendLog(0, "tw".getBytes(UTF_8)); // and not counted

        assertThat(driver().await(placement(), PATIENCE)).isInstanceOf(Observation.Exited.class);
        assertThat(log()).endsWith("one\ntwo\n").doesNotContain("tw\n");
    }

    @Test
    void secrets_are_masked_also_where_a_piece_of_the_log_ends_in_them() throws Exception {
        begin(launch("printf 'a hun'; sleep 1; printf 'ter2 b hunt'; sleep 1; echo ing", List.of("hunter2")));

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.Exited.class);
        assertThat(log()).contains("a *** b hunting").doesNotContain("hunter2");
    }

    @Test
    void spark_is_asked_for_what_the_job_asks_for() throws Exception {
        var type = new JobType.Spark(
                "main.py",
                List.of("abfss://c@a.dfs.core.windows.net/lib.zip"),
                List.of("lib/own.jar"),
                List.of(),
                List.of(),
                Map.of("spark.executor.instances", "3", "spark.executor.memory", "2g", "spark.ui.enabled", "false"));
        driver.start(launch(type.command("--x 1"), kind(), type, List.of()));

        var batch = livy.asked().stream()
                .filter(asked -> asked.method().equals("POST"))
                .findFirst()
                .orElseThrow()
                .body();
        assertThat(batch.path("numExecutors").asInt()).isEqualTo(3);
        assertThat(batch.path("executorMemory").asText()).isEqualTo("2g");
        assertThat(batch.at("/conf/spark.ui.enabled").asText()).isEqualTo("false");
        assertThat(batch.path("pyFiles").path(0).asText()).startsWith("abfss://");
        assertThat(batch.has("jars")).isFalse(); // the launcher brings what lies in the code folder
    }

    @Test
    void a_check_says_what_is_wrong_with_a_target() throws Exception {
        assertThat(driver.obstacles(kind(), null)).isEmpty();
        var nobody = new ComputeKind.Livy("http://127.0.0.1:1", null, 2);
        var plain = new ComputeKind.Livy("http://livy.example.com", null, 2);
        var inside = new ComputeKind.Livy("https://127.0.0.1:8998", null, 2);
        livy.fail(true);

        assertThat(driver.obstacles(kind(), null)).singleElement().asString().contains("cannot be reached");
        assertThat(driver.obstacles(nobody, null)).singleElement().asString().contains("MILLWRIGHT_COMPUTE_HOSTS");
        assertThat(driver.obstacles(plain, null)).singleElement().asString().contains("does not speak TLS");
        assertThat(driver.obstacles(inside, null)).singleElement().asString().contains("not on the public network");
    }

    private void begin(Launch launch) throws Exception {
        driver.prepare(launch);
        driver.start(launch);
    }

    private String log() throws Exception {
        driver.observe(placement());
        return new String(AttemptFolder.of(settings.workFolder(), ATTEMPT).readLog(0, 0, 1_000_000), UTF_8);
    }

    private void awaitLog(String text) throws Exception {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!log().contains(text)) {
            assertThat(System.nanoTime()).as("the log to contain " + text).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private ComputeKind kind() {
        return new ComputeKind.Livy(livy.address(), null, 2);
    }

    private Placement placement() {
        return placement(kind());
    }

    private static Placement placement(ComputeKind kind) {
        return new Placement(ATTEMPT, WorkspaceName.MAIN, new ComputeName("cluster"), kind, 1, null);
    }

    private Launch launch(String command) {
        return launch(command, List.of());
    }

    private Launch launch(String command, List<String> masked) {
        return launch(command, kind(), new JobType.Command(), masked);
    }

    private Launch launch(String command, ComputeKind kind) {
        return launch(command, kind, new JobType.Command(), List.of());
    }

    private static Launch launch(String command, ComputeKind kind, JobType type, List<String> masked) {
        return new Launch(
                placement(kind),
                JobResources.ONE_NODE,
                type,
                null,
                Map.of(),
                List.of(),
                command,
                new EnvironmentSpec(null, List.of()),
                Map.of("MLFLOW_TRACKING_TOKEN", "token-of-run-1"),
                masked,
                new ArtifactPath("0/run-1/artifacts"),
                null);
    }
}
