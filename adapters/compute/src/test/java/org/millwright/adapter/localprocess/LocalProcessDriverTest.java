package org.millwright.adapter.localprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.adapter.attempt.Archive;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.adapter.attempt.FileTrees;
import org.millwright.compute.AttemptId;
import org.millwright.compute.EnvironmentBuilds;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.Isolation;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.ComputeDriverContract;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.shared.ServerSettings;

class LocalProcessDriverTest extends ComputeDriverContract {
    /** The tests share it as jobs do, so that the bare environment is built once. */
    private static final Path SHARED = Path.of("target/local-process").toAbsolutePath();

    @TempDir
    Path folder;

    private final Map<String, String> server = new HashMap<>(System.getenv());
    private Path data = SHARED;

    @BeforeEach
    void clear() throws IOException {
        FileTrees.delete(SHARED.resolve("jobs"));
    }

    @Override
    protected LocalProcessDriver driver() {
        return new LocalProcessDriver(settings(), store, server);
    }

    /** A driver that finds no environments but has to build its own. */
    private ComputeDriver ownDriver() {
        data = folder;
        return driver();
    }

    private ServerSettings settings() {
        return settingsIn(data);
    }

    private static ServerSettings settingsIn(Path data) {
        return new ServerSettings(data, URI.create("https://127.0.0.1:1"), data.resolve("ca.pem"), "server-1", 2);
    }

    private Path attemptFolder() {
        return data.resolve("jobs/run-1/1");
    }

    @Override
    protected void letGo() throws IOException {
        Files.createFile(attemptFolder().resolve("work/go"));
    }

    @Test
    void stopping_reaches_grandchildren_even_those_with_a_session_of_their_own() throws Exception {
        var driver = driver();
        var launch = launch("""
                sh -c 'sleep 300 & echo $! > child; wait' &
                python -c "import os, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        open('daemon', 'w').write(str(os.getpid()))
                        time.sleep(300)
                "
                while [ ! -s daemon ] || [ ! -s child ]; do sleep 0.02; done
                echo ready; wait
                """);
        driver.prepare(launch);
        driver.start(launch);
        await(() -> log(driver).contains("ready"));
        var child = pid("work/child");
        var daemon = pid("work/daemon");
        assertThat(child).matches(LocalProcessDriverTest::lives);
        assertThat(daemon).matches(LocalProcessDriverTest::lives);

        driver.stop(placement(), GRACE);

        assertThat(child).matches(pid -> !lives(pid));
        assertThat(daemon).matches(pid -> !lives(pid));
    }

    @Test
    void secrets_do_not_stand_in_the_log_however_they_come() throws Exception {
        var driver = driver();
        var launch = secretive("""
                echo "it is $PASSWORD, and again: $PASSWORD"
                printf sesame; sleep 0.3; printf ' -'; sleep 0.3; printf '7c1\n'
                printf 'sesame and sesame -7c1, sesa'
                printf 'me\n' >&2
                python -c 'import os; [print(os.environ["PASSWORD"] * 3) for _ in range(5000)]'
                printf 'sesame -7c'
                """);

        assertThat(run(driver, launch).exitCode()).isZero();

        var log = new String(logs(driver).readLog(attempt, 0, 1_000_000), UTF_8);
        assertThat(log)
                .startsWith("it is ***, and again: ***\n***\nsesame and ***, sesame\n")
                .endsWith("*********\nsesame -7c")
                .doesNotContain("sesame -7c1");
        assertThat(log.lines().filter("*********"::equals)).hasSize(5000);
        driver.collect(launch);
        try (var kept = store.read(path("0/run-1/artifacts/user_logs/std_log.txt"), 0)) {
            assertThat(new String(kept.readAllBytes(), UTF_8)).isEqualTo(log);
        }
    }

    @Test
    void a_command_with_secrets_is_stopped_and_found_like_any_other() throws Exception {
        var driver = driver();
        var launch = secretive("echo $PASSWORD; sleep 300 & wait");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> log(driver).contains("***"));

        var later = driver();
        assertThat(later.observe(placement())).isInstanceOf(Observation.Running.class);
        later.stop(placement(), GRACE);

        assertThat(later.observe(placement())).isInstanceOf(Observation.Exited.class);
        assertThat(log(later)).isEqualTo("***\n");
    }

    private Launch secretive(String command) {
        return new Launch(
                placement(attempt),
                null,
                Map.of(),
                List.of(),
                command,
                NO_PACKAGES,
                Map.of("PASSWORD", "sesame -7c1"),
                List.of("sesame -7c1"),
                path("0/run-1/artifacts"),
                null);
    }

    @Test
    void what_a_command_leaves_in_the_background_ends_with_it() throws Exception {
        var driver = driver();

        run(driver, launch("(sleep 300 & echo $! > child); exit 0"));

        assertThat(pid("work/child")).matches(pid -> !lives(pid));
    }

    @Test
    void a_process_group_that_is_killed_from_outside_has_vanished() throws Exception {
        var driver = driver();
        var launch = launch("sleep 300");
        driver.prepare(launch);
        driver.start(launch);
        var started = folder().started().orElseThrow();

        kill(started.runner().pid());
        assertThat(driver.observe(placement())).isInstanceOf(Observation.Running.class);
        kill(-started.commands().getFirst().pid());

        assertThat(driver.await(placement(), PATIENCE)).isInstanceOf(Observation.Vanished.class);
        assertThat(driver().observe(placement())).isInstanceOf(Observation.Vanished.class);
    }

    @Test
    void a_command_whose_runner_was_killed_can_still_be_stopped() throws Exception {
        var driver = driver();
        var launch = launch("sleep 300 & echo $! > child; wait");
        driver.prepare(launch);
        driver.start(launch);
        await(() -> Files.exists(attemptFolder().resolve("work/child")) && pid("work/child") > 0);
        kill(folder().started().orElseThrow().runner().pid());

        driver.stop(placement(), GRACE);

        assertThat(driver.observe(placement())).isInstanceOf(Observation.Vanished.class);
        assertThat(pid("work/child")).matches(pid -> !lives(pid));
    }

    @Test
    void another_process_with_the_same_number_is_not_taken_for_ours() throws Exception {
        var driver = driver();
        run(driver, launch("true"));
        Files.delete(attemptFolder().resolve("state/exit.json"));
        var us = ProcessHandle.current().pid();
        Files.writeString(attemptFolder().resolve("state/process.json"), """
                {"runner": {"pid": %d, "identity": "earlier"}, "command": {"pid": %d, "identity": "earlier"}, "startedAt": 1}
                """.formatted(us, us));

        assertThat(driver.observe(placement())).isInstanceOf(Observation.Vanished.class);
        driver.stop(placement(), GRACE);
        assertThat(us).matches(LocalProcessDriverTest::lives);
    }

    @Test
    void the_servers_own_environment_stays_with_the_server() throws Exception {
        server.put("MILLWRIGHT_DB_PASSWORD", "hidden");
        server.put("MILLWRIGHT_KEYSTORE_PASSWORD", "hidden");
        server.put("PIP_INDEX_URL", "https://user:hidden@index");
        server.put("HTTPS_PROXY", "http://proxy:1");
        var driver = driver();

        run(driver, launch("env; cat /proc/$PPID/environ /proc/$PPID/cmdline"));

        assertThat(log(driver))
                .doesNotContain("hidden", "MILLWRIGHT_")
                .contains("HTTPS_PROXY=http://proxy:1", "PYTHONUNBUFFERED=1", "VIRTUAL_ENV=");
    }

    @Test
    void variables_of_a_job_are_in_no_command_line_and_in_no_file() throws Exception {
        var driver = driver();
        var launch = new Launch(
                placement(attempt),
                null,
                Map.of(),
                List.of(),
                "test \"$TOKEN\" = sesame-7c1 && cat /proc/$PPID/cmdline /proc/$$/cmdline",
                NO_PACKAGES,
                Map.of("TOKEN", "sesame-7c1"),
                path("0/run-1/artifacts"),
                null);

        assertThat(run(driver, launch).exitCode()).isZero();

        assertThat(log(driver).replace("= sesame-7c1 ", "")).doesNotContain("sesame-7c1");
        try (var files = Files.walk(attemptFolder().resolve("state"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file).content().doesNotContain("sesame-7c1");
            }
        }
        assertThat(Files.getPosixFilePermissions(attemptFolder())).hasSize(3);
    }

    @Test
    void a_package_that_does_not_exist_fails_with_the_resolvers_words() {
        var driver = ownDriver();

        assertThatThrownBy(() -> driver.prepare(launchWith(missingPackage())))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageStartingWith("The environment could not be built: error: ")
                .hasMessageContaining("millwright_missing");

        assertThat(folder.resolve("environments/" + missingPackage().digest())).doesNotExist();
    }

    @Test
    void an_unknown_python_version_is_refused_in_words() {
        server.put("UV_PYTHON_DOWNLOADS", "never");
        var driver = ownDriver();

        assertThatThrownBy(() -> driver.prepare(launchWith(new EnvironmentSpec("3.77", List.of()))))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("3.77");
    }

    @Test
    void a_server_without_python_says_how_to_get_one() {
        server.put("MILLWRIGHT_PYTHON", "/no/such/python");

        assertThatThrownBy(() -> ownDriver().prepare(launch("true")))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("MILLWRIGHT_PYTHON");
    }

    @Test
    void an_environment_is_built_once_and_shared_by_attempts_that_start_together() throws Exception {
        var spec = new EnvironmentSpec(null, List.of("millwright-tiny @ " + wheel().toUri()));
        var first = ownDriver();
        var second = ownDriver();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var attempts = new ArrayList<Future<String>>();
            for (var number = 1; number <= 4; number++) {
                var driver = number % 2 == 0 ? first : second;
                var id = new AttemptId("shared", number);
                attempts.add(threads.submit((Callable<String>) () -> {
                    var launch = new Launch(
                            placement(id),
                            null,
                            Map.of(),
                            List.of(),
                            "python -c 'import millwright_tiny; print(millwright_tiny.WORD)'",
                            spec,
                            Map.of(),
                            path("0/shared/artifacts/" + id.number()),
                            null);
                    run(driver, launch);
                    driver.collect(launch);
                    return new String(logs(driver).readLog(id, 0, 100_000), UTF_8);
                }));
            }
            var logs = new ArrayList<String>();
            for (var each : attempts) {
                logs.add(each.get());
            }
            assertThat(logs).allMatch(log -> log.endsWith("tiny\n"));
            assertThat(Files.readString(folder.resolve("environments/" + spec.digest() + ".log")))
                    .containsOnlyOnce("Building an environment");
        }
        assertThat(text("0/shared/artifacts/1/environment/packages.txt")).contains("millwright-tiny");
    }

    @Test
    void what_a_build_prints_is_kept_and_its_packages_are_known() throws Exception {
        var driver = new LocalProcessDriver(settingsIn(folder), store, server);
        var spec = new EnvironmentSpec(null, List.of("millwright-tiny @ " + wheel().toUri()));
        assertThat(driver.find(spec.digest()).state()).isEqualTo(EnvironmentBuilds.State.NOT_BUILT);

        driver.prepare(launchWith(spec));

        var build = driver.find(spec.digest());
        assertThat(build.state()).isEqualTo(EnvironmentBuilds.State.BUILT);
        assertThat(build.packages()).contains("millwright-tiny");
        assertThat(new String(driver.readLog(spec.digest(), 0, 100_000), UTF_8)).contains("Building an environment");
        assertThat(new String(driver.readLog(attempt, 0, 100_000), UTF_8)).contains("Building an environment");
        assertThat(text("0/run-1/artifacts/environment/packages.txt")).contains("millwright-tiny");
        assertThatThrownBy(() -> driver.prepare(launchWith(missingPackage()))).isInstanceOf(LaunchFailed.class);
        assertThat(driver.find(missingPackage().digest()).state()).isEqualTo(EnvironmentBuilds.State.FAILED);
    }

    @Test
    void an_environment_goes_after_some_days_without_use_unless_an_attempt_has_it() throws Exception {
        server.put(LocalProcessDriver.ENVIRONMENT_DAYS, "7");
        var driver = new LocalProcessDriver(settingsIn(folder), store, server);
        driver.prepare(launch("true"));
        assertThat(driver.removeUnused()).isZero();
        Files.setLastModifiedTime(
                folder.resolve("environments/" + NO_PACKAGES.digest() + "/.complete"),
                FileTime.from(Instant.now().minus(Duration.ofDays(8))));

        assertThat(driver.removeUnused()).isZero();
        driver.discard(placement());
        assertThat(driver.removeUnused()).isOne();

        assertThat(driver.find(NO_PACKAGES.digest()).state()).isEqualTo(EnvironmentBuilds.State.NOT_BUILT);
        assertThat(folder.resolve("environments/" + NO_PACKAGES.digest())).doesNotExist();
        assertThat(run(driver, launch("python -c 'print(1)'")).exitCode()).isZero();
    }

    @Test
    void an_image_alone_is_refused_in_words_where_there_are_no_containers() {
        var image = new EnvironmentSpec(null, List.of(), "registry.example/base:1", null);

        assertThatThrownBy(() -> driver().prepare(launchWith(image)))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("registry.example/base:1")
                .hasMessageContaining("Kubernetes");
    }

    @Test
    void an_environment_that_a_crash_left_unfinished_is_built_anew() throws Exception {
        var environment = Files.createDirectories(
                folder.resolve("environments/" + NO_PACKAGES.digest()).resolve("bin"));
        Files.writeString(environment.resolve("python"), "half a file");

        assertThat(run(ownDriver(), launch("python -c 'print(1)'")).exitCode()).isZero();
    }

    @Test
    void interrupting_ends_the_build_and_leaves_nothing_half_made() throws Exception {
        var slow = Files.writeString(folder.resolve("python-slow"), """
                #!/bin/sh
                case "$*" in *venv*) echo $$ > %1$s.part; mv %1$s.part %1$s; sleep 300 ;; esac
                exec python3 "$@"
                """.formatted(folder.resolve("builder")));
        slow.toFile().setExecutable(true);
        var log = new BuildLog(folder.resolve("log"));
        var thread = Thread.ofPlatform().start(() -> {
            try {
                log.run(List.of(slow.toString(), "venv"), server);
            } catch (IOException | InterruptedException ended) {
                // As it is meant to.
            }
        });
        await(() -> Files.exists(folder.resolve("builder")));

        thread.interrupt();
        thread.join();

        var builder = Long.parseLong(Files.readString(folder.resolve("builder")).strip());
        assertThat(builder).matches(pid -> !lives(pid));
    }

    @Test
    void a_zip_that_leads_out_of_the_folder_is_refused() throws Exception {
        for (var name : List.of("../outside.txt", "a/../../outside.txt", "..")) {
            keep("snapshots/code.zip", zip(Map.of(name, "x")));

            assertThatThrownBy(() -> driver().prepare(launchOfCode()))
                    .as(name)
                    .isInstanceOf(LaunchFailed.class)
                    .hasMessageContaining("The code folder");
        }
        try (var files = Files.walk(data)) {
            assertThat(files.filter(file -> file.endsWith(Path.of("outside.txt"))))
                    .isEmpty();
        }
    }

    @Test
    void an_absolute_name_in_a_zip_stays_in_the_folder() throws Exception {
        keep("snapshots/code.zip", zip(Map.of("/etc/millwright-absolute", "x")));

        driver().prepare(launchOfCode());

        assertThat(Path.of("/etc/millwright-absolute")).doesNotExist();
        assertThat(attemptFolder().resolve("work/etc/millwright-absolute")).hasContent("x");
    }

    @Test
    void a_zip_that_unpacks_to_too_much_is_refused() throws Exception {
        var bomb = Files.write(folder.resolve("bomb.zip"), zip(Map.of("zeros", "0".repeat(1_000_000))));
        var many = Files.write(folder.resolve("many.zip"), zip(Map.of("a", "", "b", "", "c", "")));
        var limits = new Archive.Limits(2, 999_999);

        assertThatThrownBy(() -> new Archive(bomb, "The code folder", limits).unpack(folder.resolve("out")))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("999999 bytes");
        assertThatThrownBy(() -> new Archive(many, "The code folder", limits).unpack(folder.resolve("out")))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("2 files");
    }

    @Test
    void a_script_that_was_executable_stays_so() throws Exception {
        var zip = folder.resolve("scripts.zip");
        var python = "import zipfile, sys\n"
                + "z = zipfile.ZipFile(sys.argv[1], 'w')\n"
                + "i = zipfile.ZipInfo('run.sh'); i.external_attr = 0o755 << 16; z.writestr(i, '#!/bin/sh\\necho ran')\n"
                + "z.close()\n";
        assertThat(new ProcessBuilder("python3", "-c", python, zip.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        keep("snapshots/code.zip", Files.readAllBytes(zip));
        var code = launchOfCode();
        var launch = new Launch(
                placement(attempt),
                code.code(),
                Map.of(),
                List.of(),
                "./run.sh",
                NO_PACKAGES,
                Map.of(),
                code.outputs(),
                null);
        var driver = driver();

        assertThat(run(driver, launch).exitCode()).isZero();
        assertThat(log(driver)).contains("ran");
    }

    @Test
    void links_to_places_outside_the_working_folder_are_not_collected() throws Exception {
        Files.writeString(folder.resolve("secret"), "secret");
        var driver = driver();
        var launch = launch("ln -s %s outputs/leak; ln -s inside outputs/kept; echo in > outputs/inside"
                .formatted(folder.resolve("secret")));
        run(driver, launch);

        driver.collect(launch);

        assertThat(store.find(path("0/run-1/artifacts/outputs/leak"))).isEmpty();
        assertThat(text("0/run-1/artifacts/outputs/kept")).isEqualTo("in\n");
    }

    private ProcessFolder folder() {
        return new ProcessFolder(new AttemptFolder(attemptFolder()));
    }

    /** The number that a script wrote down, as the machine knows it; 0 when none is there or no such process lives. */
    private long pid(String file) throws IOException {
        var text = Files.readString(attemptFolder().resolve(file)).strip();
        if (text.isEmpty() || driver().isolation().kind() != Isolation.Kind.SANDBOX) {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        }
        var first = Path.of("/proc/%d/ns/pid"
                .formatted(
                        folder().started().orElseThrow().commands().getFirst().pid()));
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process ->
                            process.getFileName().toString().matches("\\d+") && hasNumber(process, text, first))
                    .mapToLong(process -> Long.parseLong(process.getFileName().toString()))
                    .findFirst()
                    .orElse(0);
        }
    }

    private static boolean hasNumber(Path process, String number, Path namespace) {
        try {
            return Files.readAllLines(process.resolve("status")).stream()
                            .anyMatch(line -> line.startsWith("NSpid:") && line.endsWith("\t" + number))
                    && Files.readSymbolicLink(process.resolve("ns/pid")).equals(Files.readSymbolicLink(namespace));
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private static void kill(long pidOrGroup) throws Exception {
        var command = List.of("/bin/sh", "-c", "kill -s KILL -- " + pidOrGroup);
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private Launch launchWith(EnvironmentSpec spec) {
        return new Launch(
                placement(attempt),
                null,
                Map.of(),
                List.of(),
                "true",
                spec,
                Map.of(),
                path("0/run-1/artifacts"),
                Duration.ofMinutes(1));
    }

    private EnvironmentSpec missingPackage() {
        return new EnvironmentSpec(
                null,
                List.of("millwright-missing @ "
                        + folder.resolve("millwright_missing-1.0-py3-none-any.whl")
                                .toUri()));
    }

    /** The smallest package there is, so that building needs no network. */
    private Path wheel() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            var files = new ArrayList<>(List.of(
                    Map.entry("millwright_tiny.py", "WORD = 'tiny'\n"),
                    Map.entry(
                            "millwright_tiny-1.0.dist-info/METADATA",
                            "Metadata-Version: 2.1\nName: millwright-tiny\nVersion: 1.0\n"),
                    Map.entry(
                            "millwright_tiny-1.0.dist-info/WHEEL",
                            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")));
            files.add(Map.entry(
                    "millwright_tiny-1.0.dist-info/RECORD",
                    "millwright_tiny.py,,\nmillwright_tiny-1.0.dist-info/METADATA,,\n"
                            + "millwright_tiny-1.0.dist-info/WHEEL,,\nmillwright_tiny-1.0.dist-info/RECORD,,\n"));
            for (var file : files) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(UTF_8));
                zip.closeEntry();
            }
        }
        return Files.write(folder.resolve("millwright_tiny-1.0-py3-none-any.whl"), bytes.toByteArray());
    }
}
