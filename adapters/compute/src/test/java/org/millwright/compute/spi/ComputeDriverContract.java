package org.millwright.compute.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.VmSize;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.workspace.WorkspaceName;

/** What every driver does alike, whatever runs the work; a driver's test extends it. */
@Timeout(120)
public abstract class ComputeDriverContract {
    protected static final EnvironmentSpec NO_PACKAGES = new EnvironmentSpec(null, List.of());
    /** Longer where jobs start on a real cluster. */
    protected static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("millwright.patience", 60));

    protected static final Duration GRACE = Duration.ofSeconds(10);

    protected final InMemoryArtifactStore store = new InMemoryArtifactStore();
    protected final AttemptId attempt = new AttemptId("run-1", 1);

    /** A driver on {@link #store}. Each call makes another one, as a restart of the server does. */
    protected abstract ComputeDriver driver() throws Exception;

    @Test
    void a_command_that_ends_well_has_exit_code_0_and_its_output_in_the_log() throws Exception {
        var driver = driver();
        var before = Instant.now();

        var end = run(driver, launch("echo hello; echo to the other >&2"));

        assertThat(end.exitCode()).isZero();
        assertThat(end.timedOut()).isFalse();
        assertThat(end.startedAt()).isBetween(before.minusSeconds(1), Instant.now());
        assertThat(end.endedAt()).isBetween(end.startedAt(), Instant.now().plusSeconds(1));
        assertThat(log(driver)).endsWith("hello\nto the other\n");
    }

    @Test
    void the_exit_code_is_the_commands_own() throws Exception {
        assertThat(run(driver(), launch("exit 3")).exitCode()).isEqualTo(3);
    }

    @Test
    void a_command_that_does_not_exist_ends_with_127_and_says_so() throws Exception {
        var driver = driver();

        assertThat(run(driver, launch("no-such-program")).exitCode()).isEqualTo(127);
        assertThat(log(driver)).contains("no-such-program");
    }

    @Test
    void a_command_that_kills_itself_ends_with_128_and_the_signal() throws Exception {
        assertThat(run(driver(), launch("kill -9 $$")).exitCode()).isEqualTo(137);
    }

    @Test
    void python_runs_the_code_with_its_inputs_and_variables() throws Exception {
        var driver = driver();
        keep("snapshots/code.zip", zip(Map.of("src/train.py", """
                import os, sys
                print(open("inputs/data/rows.csv").read(), open("inputs/one.txt").read(), os.environ["RATE"], sys.argv[1])
                """)));
        keep("snapshots/data.zip", zip(Map.of("rows.csv", "1,2,3")));
        keep("files/one", "single".getBytes(UTF_8));
        var launch = new Launch(
                placement(attempt),
                path("snapshots/code.zip"),
                Map.of("inputs/data", path("snapshots/data.zip"), "inputs/one.txt", path("files/one")),
                List.of("outputs/model"),
                "python src/train.py last && test -d outputs/model",
                NO_PACKAGES,
                Map.of("RATE", "0.1"),
                path("0/run-1/artifacts"),
                null);

        assertThat(run(driver, launch).exitCode()).isZero();
        assertThat(log(driver)).contains("1,2,3 single 0.1 last");
    }

    @Test
    void what_python_prints_is_in_the_log_while_it_runs() throws Exception {
        var driver = driver();
        var launch = launch("python -c 'import time; print(\"now\"); time.sleep(60)'");
        driver.prepare(launch);
        driver.start(launch);

        await(() -> log(driver).contains("now"));

        assertThat(driver.observe(placement())).isInstanceOf(Observation.Running.class);
        driver.stop(placement(), Duration.ZERO);
    }

    @Test
    void the_log_is_read_on_from_an_offset() throws Exception {
        var driver = driver();
        run(driver, launch("printf 0123456789"));
        var start = log(driver).indexOf("0123456789");

        assertThat(logs(driver).readLog(attempt, start + 3, 4)).asString(UTF_8).isEqualTo("3456");
        assertThat(logs(driver).readLog(attempt, start + 10, 4)).isEmpty();
        assertThat(logs(driver).readLog(attempt, start + 1000, 4)).isEmpty();
        assertThat(logs(driver).readLog(attempt, 0, start + 3, 4))
                .asString(UTF_8)
                .isEqualTo("3456");
        assertThat(logs(driver).readLog(attempt, 1, 0, 4)).isEmpty();
        assertThat(logs(driver).readLog(new AttemptId("other", 1), 0, 4)).isEmpty();
    }

    @Test
    void preparing_and_starting_twice_starts_once() throws Exception {
        var driver = driver();
        var launch = launch("echo started >> marks; sleep 0.3; cat marks");
        driver.prepare(launch);
        driver.start(launch);
        driver.prepare(launch);
        driver.start(launch);

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.Exited.class);
        assertThat(log(driver)).containsOnlyOnce("started");
    }

    @Test
    void waiting_ends_with_the_time_when_the_command_does_not() throws Exception {
        var driver = driver();
        var launch = launch("sleep 60");
        driver.prepare(launch);
        driver.start(launch);

        assertThat(driver.await(placement(), Duration.ofMillis(50)).isEnd()).isFalse();
        driver.stop(placement(), Duration.ZERO);
    }

    @Test
    void a_stopped_command_ends_by_the_signal() throws Exception {
        var driver = driver();
        var launch = launch("sleep 60");
        driver.prepare(launch);
        driver.start(launch);

        driver.stop(placement(), GRACE);

        assertThat(driver.observe(placement()))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(143));
        driver.stop(placement(), GRACE);
    }

    @Test
    void a_command_that_is_asked_to_stop_may_end_in_order() throws Exception {
        var driver = driver();
        var launch = launch("trap 'echo tidy; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> log(driver).contains("ready"));

        driver.stop(placement(), GRACE);

        assertThat(log(driver)).contains("tidy");
        assertThat(driver.observe(placement()))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(5));
    }

    @Test
    void a_command_that_does_not_listen_is_killed_after_the_grace_time() throws Exception {
        var driver = driver();
        var launch = launch("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> log(driver).contains("ready"));

        driver.stop(placement(), Duration.ofMillis(300));

        assertThat(driver.observe(placement()))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(137));
    }

    @Test
    void a_time_limit_ends_the_command_and_is_told() throws Exception {
        var driver = driver();
        var launch = new Launch(
                placement(attempt),
                null,
                Map.of(),
                List.of(),
                "sleep 60",
                NO_PACKAGES,
                Map.of(),
                path("0/run-1/artifacts"),
                Duration.ofMillis(400));

        var end = run(driver, launch);

        assertThat(end.timedOut()).isTrue();
        assertThat(end.exitCode()).isEqualTo(143);
    }

    @Test
    void a_new_driver_finds_what_the_old_one_started() throws Exception {
        var launch = launch("echo before; while [ ! -e go ]; do sleep 0.05; done; touch outputs/x; exit 4");
        var old = driver();
        old.prepare(launch);
        old.start(launch);
        await(() -> log(old).contains("before"));

        var driver = driver();

        await(() -> driver.observe(placement()) instanceof Observation.Running seen
                && seen.equals(old.observe(placement())));
        driver.start(launch);
        letGo();
        assertThat(driver.await(placement(), PATIENCE))
                .isInstanceOfSatisfying(Observation.Exited.class, end -> assertThat(end.exitCode())
                        .isEqualTo(4));
        driver.collect(launch);
        assertThat(store.find(path("0/run-1/artifacts/outputs/x"))).isPresent();
    }

    /** Makes the file {@code go} in the working folder of the attempt. */
    protected abstract void letGo() throws IOException;

    @Test
    void an_attempt_that_nobody_started_has_vanished() throws Exception {
        assertThat(driver().observe(placement())).isInstanceOf(Observation.Vanished.class);
    }

    @Test
    void outputs_logs_and_the_log_are_collected_and_then_discarded() throws Exception {
        var driver = driver();
        var launch =
                launch("mkdir -p outputs/deep logs; echo m > outputs/deep/model.txt; echo l > logs/l.txt; echo said");
        run(driver, launch);

        driver.collect(launch);
        driver.collect(launch);
        driver.discard(placement());
        driver.discard(placement());

        assertThat(text("0/run-1/artifacts/outputs/deep/model.txt")).isEqualTo("m\n");
        assertThat(text("0/run-1/artifacts/logs/l.txt")).isEqualTo("l\n");
        assertThat(text("0/run-1/artifacts/user_logs/std_log.txt")).endsWith("said\n");
        assertThat(logs(driver).readLog(attempt, 0, 10)).isEmpty();
    }

    @Test
    void two_attempts_at_a_run_do_not_meet() throws Exception {
        var driver = driver();
        run(driver, launch("touch mine; echo first"));
        var second = new AttemptId("run-1", 2);
        var launch = launch(second, "ls; echo second");

        driver.prepare(launch);
        driver.start(launch);
        driver.await(placement(second), PATIENCE);

        assertThat(logs(driver).readLog(second, 0, 1000)).asString(UTF_8).doesNotContain("mine", "first");
    }

    @Test
    void code_that_is_no_zip_is_refused_in_words() throws Exception {
        var driver = driver();
        keep("snapshots/code.zip", "this is no zip".getBytes(UTF_8));

        assertThatThrownBy(() -> driver.prepare(launchOfCode()))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("The code folder cannot be unpacked");
    }

    @Test
    void code_that_is_not_there_is_refused_in_words() throws Exception {
        var driver = driver();

        assertThatThrownBy(() -> driver.prepare(launchOfCode()))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("code folder is not in the artifact store");
    }

    protected interface Condition {
        boolean holds() throws Exception;
    }

    protected static void await(Condition condition) throws Exception {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("It did not come to that within " + PATIENCE);
            }
            Thread.sleep(10);
        }
    }

    protected Observation.Exited run(ComputeDriver driver, Launch launch) throws Exception {
        driver.prepare(launch);
        driver.start(launch);
        var end = driver.await(launch.placement(), PATIENCE);
        assertThat(end).isInstanceOf(Observation.Exited.class);
        return (Observation.Exited) end;
    }

    protected String log(ComputeDriver driver) throws IOException {
        return new String(logs(driver).readLog(attempt, 0, 1_000_000), UTF_8);
    }

    /** What reads the logs of the driver's attempts. */
    protected AttemptLog logs(ComputeDriver driver) {
        return (AttemptLog) driver;
    }

    /** The kind of target that the driver is for. */
    protected ComputeKind kind() {
        return ComputeKind.Cluster.ofShares(VmSize.share(1, 1L << 30), 2);
    }

    protected Placement placement() {
        return placement(attempt);
    }

    protected Placement placement(AttemptId of) {
        return new Placement(of, WorkspaceName.MAIN, ComputeName.LOCAL, kind(), 1, null);
    }

    protected Launch launch(String command) {
        return launch(attempt, command);
    }

    protected Launch launch(AttemptId attempt, String command) {
        return new Launch(
                placement(attempt),
                null,
                Map.of(),
                List.of("outputs", "logs"),
                command,
                NO_PACKAGES,
                Map.of(),
                path("0/run-1/artifacts"),
                null);
    }

    protected Launch launchOfCode() {
        return new Launch(
                placement(attempt),
                path("snapshots/code.zip"),
                Map.of(),
                List.of(),
                "true",
                NO_PACKAGES,
                Map.of(),
                path("0/run-1/artifacts"),
                null);
    }

    protected void keep(String path, byte[] content) throws IOException {
        store.write(path(path), new ByteArrayInputStream(content));
    }

    protected String text(String path) throws IOException {
        try (var in = store.read(path(path), 0)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    protected static byte[] zip(Map<String, String> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : new LinkedHashMap<>(files).entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    protected static ArtifactPath path(String value) {
        return new ArtifactPath(value);
    }
}
