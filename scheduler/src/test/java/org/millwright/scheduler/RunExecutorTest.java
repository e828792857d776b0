package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.Authority;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.app.Credentials;
import org.millwright.access.app.RightsChanges;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.TokenLife;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.Isolation;
import org.millwright.compute.VmSize;
import org.millwright.compute.app.ComputeDrivers;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.compute.fake.InMemoryCompute;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunDispatch;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunState;
import org.millwright.secret.RunSecrets;
import org.millwright.secret.SecretName;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

@Timeout(60)
class RunExecutorTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final ContentDigest SNAPSHOT = new ContentDigest("ab".repeat(32));
    private static final SecretName PASSWORD = new SecretName("PASSWORD");
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final AttemptId ATTEMPT = new AttemptId("train", 1);
    private static final String SERVER = "server-1";
    private static final Isolation NOT_ISOLATED =
            new Isolation(Isolation.Kind.NONE, false, false, "", "it is not a machine");

    private final Steps steps = new Steps();
    private final SomeSecrets secrets = new SomeSecrets();
    private final InMemoryAccess access = new InMemoryAccess();
    private final OneRun database = new OneRun(queued(), steps);
    private final FakeDriver machine = new FakeDriver(steps);
    private final RunDispatch dispatch = new RunDispatch(database, database, CLOCK);
    private TestThreads threads = new TestThreads();
    private RunExecutor executor = server();

    @BeforeEach
    void letAdaGiveSecretsToJobs() {
        access.person(ADA, "Ada", Grant.allow(Role.CONTRIBUTOR, Scope.in(WorkspaceName.MAIN)));
    }

    @AfterEach
    void shutDown() {
        steps.release();
        threads.close(Duration.ofSeconds(5));
    }

    @Test
    void a_job_that_ends_well_is_completed_and_cleared_up() throws Exception {
        claim();
        awaitRunning();
        machine.exit(ATTEMPT, 0);
        awaitIdle();

        assertThat(database.states).containsExactly("Preparing", "Running", "Finalizing", "Completed");
        assertThat(database.run().state())
                .isEqualTo(new RunState.Completed(FakeDriver.STARTED_AT, FakeDriver.ENDED_AT));
        assertThat(machine.collections).hasValue(1);
        assertThat(machine.discarded).isTrue();
        assertThat(database.open()).isNull();
        assertThat(database.isSlotTaken()).isFalse();
    }

    @Test
    void a_job_is_told_where_to_log_and_what_it_is() throws Exception {
        claim();
        awaitRunning();
        var launch = Objects.requireNonNull(machine.launched);

        assertThat(launch.variables())
                .containsEntry("MLFLOW_TRACKING_URI", "https://127.0.0.1:8443")
                .containsEntry("MLFLOW_TRACKING_SERVER_CERT_PATH", "/data/ca.pem")
                .containsEntry("MLFLOW_RUN_ID", "train")
                .containsEntry("MLFLOW_EXPERIMENT_ID", "7")
                .containsEntry("AZUREML_RUN_ID", "train")
                .containsEntry("AZUREML_ARM_WORKSPACE_NAME", "main")
                .containsEntry("RATE", "0.1")
                .hasEntrySatisfying(
                        "MLFLOW_TRACKING_TOKEN", token -> assertThat(token).startsWith("mwr_"));
        assertThat(launch.command()).isEqualTo("python train.py inputs/rows outputs/model");
        assertThat(launch.files()).containsEntry("inputs/rows", new ArtifactPath("snapshots/" + SNAPSHOT + ".zip"));
        assertThat(launch.folders()).containsExactly("outputs/model");
        assertThat(launch.outputs()).isEqualTo(new ArtifactPath("7/train/artifacts"));
    }

    @Test
    void a_job_gets_the_secrets_that_it_asked_for_and_its_log_is_to_hide_them() throws Exception {
        secrets.opened = () -> Map.of("PGPASSWORD", "sesame");
        claim();
        awaitRunning();
        var launch = Objects.requireNonNull(machine.launched);

        assertThat(launch.variables()).containsEntry("PGPASSWORD", "sesame");
        assertThat(launch.masked()).contains("sesame");
        assertThat(launch.toString()).doesNotContain("sesame");
    }

    @Test
    void a_job_waits_for_the_key_of_its_secrets() throws Exception {
        var asked = new AtomicInteger();
        secrets.opened = () -> {
            if (asked.incrementAndGet() < 3) {
                throw new Refused(new Problem.Unavailable("the vault", "no answer"));
            }
            return Map.of("PGPASSWORD", "sesame");
        };
        claim();
        awaitRunning();

        assertThat(asked).hasValue(3);
    }

    @Test
    void a_job_whose_secret_is_gone_fails_and_says_which() throws Exception {
        secrets.opened = () -> {
            throw Refused.notFound("secret", "PASSWORD");
        };
        claim();
        awaitIdle();

        assertThat(reason()).isEqualTo("No secret 'PASSWORD'");
        assertThat(database.isSlotTaken()).isFalse();
    }

    @Test
    void a_job_gets_no_secrets_when_its_submitter_may_no_longer_give_them() throws Exception {
        secrets.opened = () -> {
            throw new AssertionError("They are not to be opened");
        };
        access.person(ADA, "Ada", Grant.deny(Role.OWNER, Scope.in(WorkspaceName.MAIN)));
        claim();
        awaitIdle();

        assertThat(reason()).startsWith("You may not give secrets to jobs");
    }

    @Test
    void secrets_are_opened_in_the_name_of_the_submitter_and_the_run() throws Exception {
        secrets.opened = () -> {
            var caller = Authority.current().caller().orElseThrow();
            return Map.of("WHO", caller.principal() + " by " + caller.run());
        };
        claim();
        awaitRunning();

        assertThat(Objects.requireNonNull(machine.launched).variables()).containsEntry("WHO", "ada by train");
    }

    @Test
    void a_script_that_fails_is_failed_with_its_exit_code() throws Exception {
        machine.log = "all went well until now\n";
        claim();
        awaitRunning();
        machine.exit(ATTEMPT, 3);
        awaitIdle();

        assertThat(database.run().state())
                .isEqualTo(new RunState.Failed(
                        FakeDriver.STARTED_AT, FakeDriver.ENDED_AT, "The script ended with exit code 3", 3));
        assertThat(machine.collections).hasValue(1);
        assertThat(machine.discarded).isTrue();
    }

    @Test
    void a_python_error_is_told_from_the_log_of_any_length() throws Exception {
        machine.log = "line of output\n".repeat(50_000)
                + "Traceback (most recent call last):\n  File \"train.py\", line 1, in <module>\n"
                + "ValueError: could not convert string to float: 'x'\ncleaning up\n";
        claim();
        awaitRunning();
        machine.exit(ATTEMPT, 1);
        awaitIdle();

        assertThat(reason())
                .isEqualTo("The script ended with exit code 1: ValueError: could not convert string to float: 'x'");
    }

    @Test
    void a_script_that_does_not_exist_is_told_in_the_shells_words() throws Exception {
        machine.log = "bash: line 1: trian: command not found\n";
        claim();
        awaitRunning();
        machine.exit(ATTEMPT, 127);
        awaitIdle();

        assertThat(reason()).isEqualTo("The script ended with exit code 127: bash: line 1: trian: command not found");
    }

    @Test
    void a_time_limit_is_named() throws Exception {
        claim();
        awaitRunning();
        machine.timeOut(ATTEMPT);
        awaitIdle();

        assertThat(reason()).isEqualTo("The time limit of 60 s was reached");
    }

    @Test
    void a_launch_that_fails_says_why_and_keeps_its_log() throws Exception {
        machine.refusal = new LaunchFailed("The environment could not be built: no such package");
        claim();
        awaitIdle();

        assertThat(database.run().state())
                .isEqualTo(
                        new RunState.Failed(null, NOON, "The environment could not be built: no such package", null));
        assertThat(machine.starts).hasValue(0);
        assertThat(machine.collections).hasValue(1);
    }

    @Test
    void a_process_that_vanished_is_tried_again_and_told_so() throws Exception {
        claim();
        awaitRunning();
        assertThat(machine.launched.variables()).doesNotContainKey("MW_RESUME");
        machine.vanish(ATTEMPT);
        awaitIdle();

        assertThat(database.run().state()).isEqualTo(new RunState.Queued());
        assertThat(database.queuedAgain).hasValue(1);
        assertThat(database.isSlotTaken()).isFalse();
        claim();
        var second = new AttemptId("train", 2);
        await(() -> machine.isRunning(second));
        assertThat(machine.launched.variables()).containsEntry("MW_RESUME", "1").containsEntry("MW_ATTEMPT", "2");
        machine.exit(second, 0);
        awaitIdle();
        assertThat(database.run().state()).isInstanceOf(RunState.Completed.class);
    }

    @Test
    void a_process_that_vanishes_each_time_is_a_failure_in_the_end() throws Exception {
        for (var number = 1; number <= 4; number++) {
            var attempt = new AttemptId("train", number);
            claim();
            await(() -> machine.isRunning(attempt));
            machine.vanish(attempt);
            awaitIdle();
        }

        assertThat(database.queuedAgain).hasValue(3);
        assertThat(reason()).isEqualTo("The process vanished: killed from outside, or the machine went down");
    }

    @Test
    void who_is_to_make_room_is_stopped_collected_and_queued_again() throws Exception {
        claim();
        awaitRunning();
        database.makesRoom = true;
        executor.makeRoom(ATTEMPT);
        awaitIdle();

        assertThat(database.run().state()).isEqualTo(new RunState.Queued());
        assertThat(machine.collections).hasValue(1);
        assertThat(database.queuedAgain).hasValue(1);
    }

    @Test
    void who_is_canceled_while_making_room_stays_canceled() throws Exception {
        claim();
        awaitRunning();
        database.makesRoom = true;
        database.cancel(NOON);
        executor.makeRoom(ATTEMPT);
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Canceled.class);
    }

    @Test
    void files_that_cannot_be_stored_fail_the_run_and_stay_where_they_are() throws Exception {
        machine.collectFailure = new IOException("No space left on device");
        claim();
        awaitRunning();
        machine.exit(ATTEMPT, 0);
        awaitIdle();

        assertThat(reason()).isEqualTo("Its files could not be stored: No space left on device");
        assertThat(machine.discarded).isFalse();
    }

    @Test
    void a_database_that_fails_for_a_while_loses_nothing() throws Exception {
        claim();
        awaitRunning();
        database.outages.set(4);
        machine.exit(ATTEMPT, 0);
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Completed.class);
        assertThat(machine.starts).hasValue(1);
    }

    @Test
    void a_cancel_interrupts_the_build() throws Exception {
        machine.buildsForever = true;
        claim();
        await(() -> steps.passed().contains("prepare"));
        database.cancel(NOON);
        executor.cancel(new RunId("train"));
        awaitIdle();

        assertThat(database.run().state()).isEqualTo(new RunState.Canceled(null, NOON));
        assertThat(machine.starts).hasValue(0);
        assertThat(machine.discarded).isTrue();
    }

    @Test
    void a_cancel_of_which_no_event_told_interrupts_the_build_too() throws Exception {
        machine.buildsForever = true;
        claim();
        await(() -> steps.passed().contains("prepare"));
        database.cancel(NOON);
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Canceled.class);
    }

    @Test
    void a_cancel_stops_the_process() throws Exception {
        claim();
        awaitRunning();
        database.cancel(NOON);
        executor.cancel(new RunId("train"));
        awaitIdle();

        assertThat(database.run().state()).isEqualTo(new RunState.Canceled(FakeDriver.STARTED_AT, FakeDriver.ENDED_AT));
        assertThat(machine.collections).hasValue(1);
    }

    @Test
    void a_cancel_of_which_no_event_told_stops_the_process_too() throws Exception {
        claim();
        awaitRunning();
        database.cancel(NOON);
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Canceled.class);
    }

    @Test
    void a_script_that_ends_in_order_because_it_was_asked_to_is_canceled() throws Exception {
        claim();
        awaitRunning();
        machine.endsWell = true;
        database.cancel(NOON);
        executor.cancel(new RunId("train"));
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Canceled.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepared", "start", "started"})
    void a_cancel_at_any_point_of_the_start_leaves_no_process(String point) throws Exception {
        steps.at(point, () -> database.cancel(NOON));
        claim();
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Canceled.class);
        assertThat(machine.isRunning(ATTEMPT)).isFalse();
        assertThat(machine.discarded).isTrue();
    }

    @Test
    void a_script_that_was_faster_than_the_cancel_is_completed() throws Exception {
        steps.at("await", () -> {
            machine.exit(ATTEMPT, 0);
            database.cancel(NOON);
        });
        claim();
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Completed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prepare",
                "prepared",
                "start",
                "started",
                "before Running",
                "after Running",
                "await",
                "before Finalizing",
                "after Finalizing",
                "collect",
                "before Completed",
                "after Completed"
            })
    void a_server_that_dies_at_any_point_finds_its_job_again(String point) throws Exception {
        steps.holdAt(point);
        machine.endsWell = true;
        claim();
        steps.awaitHeld();
        restart();
        awaitIdle();

        assertThat(database.run().state())
                .isEqualTo(new RunState.Completed(FakeDriver.STARTED_AT, FakeDriver.ENDED_AT));
        assertThat(machine.starts).hasValue(1);
        assertThat(machine.collections.get()).isPositive();
        assertThat(database.open()).isNull();
        assertThat(database.isSlotTaken()).isFalse();
    }

    @Test
    void a_job_goes_on_while_the_server_is_away() throws Exception {
        claim();
        awaitRunning();

        restart();

        assertThat(machine.isRunning(ATTEMPT)).isTrue();
        machine.exit(ATTEMPT, 0);
        awaitIdle();
        assertThat(database.run().state()).isInstanceOf(RunState.Completed.class);
        assertThat(machine.starts).hasValue(1);
    }

    @Test
    void a_job_that_was_canceled_while_the_server_was_away_is_stopped_at_its_start() throws Exception {
        claim();
        awaitRunning();
        threads.close(Duration.ofSeconds(5));
        database.cancel(NOON);

        restart();
        awaitIdle();

        assertThat(database.run().state()).isInstanceOf(RunState.Canceled.class);
        assertThat(machine.isRunning(ATTEMPT)).isFalse();
    }

    @Test
    void an_attempt_that_was_superseded_stops_its_process_and_stays_silent() throws Exception {
        claim();
        awaitRunning();
        var before = List.copyOf(database.states);
        database.superseded();
        awaitIdle();

        assertThat(machine.isRunning(ATTEMPT)).isFalse();
        assertThat(database.states).isEqualTo(before);
    }

    @Test
    void an_attempt_is_taken_once() throws Exception {
        var assignments = dispatch.claim(SERVER, 1);
        assignments.forEach(executor::take);
        assignments.forEach(executor::take);
        awaitRunning();

        assertThat(executor.attempts()).containsExactly(ATTEMPT);
        assertThat(steps.passed().stream().filter("prepare"::equals)).hasSize(1);
    }

    private void claim() {
        dispatch.claim(SERVER, 1).forEach(executor::take);
    }

    /** The old server dies where it is, and a new one finds what it left. */
    private void restart() {
        threads.close(Duration.ofSeconds(5));
        steps.release();
        threads = new TestThreads();
        executor = server();
        dispatch.recover(SERVER).forEach(executor::take);
    }

    private RunExecutor server() {
        var settings = new ServerSettings(
                Path.of("/data"), URI.create("https://127.0.0.1:8443"), Path.of("/data/ca.pem"), SERVER, 1);
        var launches = new Launches(
                new Credentials(
                        access, access, new RightsChanges(), SessionLife.USUAL, TokenLife.USUAL, new SomeIds(), CLOCK),
                new AccessQuestions(access, access),
                secrets,
                settings);
        var compute = new InMemoryCompute();
        compute.save(ComputeTarget.create(
                ComputeName.LOCAL,
                WorkspaceName.MAIN,
                ComputeKind.Cluster.ofShares(VmSize.share(1, 1L << 30), 1),
                null,
                NOON));
        var sites = new Sites(
                new ComputeTargets(compute, secrets, () -> NOT_ISOLATED, CLOCK),
                new ComputeDrivers(List.of(machine)),
                secrets);
        return new RunExecutor(dispatch, sites, machine, launches, threads, CLOCK, Duration.ofMillis(50));
    }

    private String reason() {
        return ((RunState.Failed) database.run().state()).reason();
    }

    private void awaitRunning() throws InterruptedException {
        await(() -> database.run().state() instanceof RunState.Running
                && steps.passed().contains("await"));
    }

    /** Until the run has ended, or was left to others, and nobody looks after it. */
    private void awaitIdle() throws InterruptedException {
        await(() -> executor.attempts().isEmpty());
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        while (!condition.holds()) {
            Thread.sleep(5);
        }
    }

    private static Run queued() {
        var job = new JobSpec(
                null,
                "python train.py ${{inputs.rows}} ${{outputs.model}}",
                new EnvironmentSpec(null, List.of()),
                Map.of("rows", new JobInput.Files(SNAPSHOT, "")),
                List.of("model"),
                Map.of("RATE", "0.1", "MLFLOW_RUN_ID", "another"),
                Map.of(PASSWORD, "PGPASSWORD"),
                ComputeName.LOCAL,
                Duration.ofSeconds(60),
                JobSpec.USUAL_PRIORITY);
        return Run.queue(new RunId("train"), WorkspaceName.MAIN, new ExperimentId(7), "train", ADA, job, NOON)
                .next();
    }

    /** Opens what a test says. */
    private static final class SomeSecrets implements RunSecrets {
        private Supplier<Map<String, String>> opened = Map::of;

        @Override
        public void requireKnown(WorkspaceName workspace, Collection<SecretName> names) {
            throw new AssertionError("Nothing is submitted here");
        }

        @Override
        public Map<String, String> openForRun(WorkspaceName workspace, String run, Map<SecretName, String> variables) {
            return opened.get();
        }
    }

    private static final class SomeIds implements IdSource {
        @Override
        public UUID nextId() {
            return UUID.randomUUID();
        }

        @Override
        public byte[] nextSecret(int length) {
            return new byte[length];
        }
    }
}
