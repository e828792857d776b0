package org.millwright.adapter.localprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.adapter.attempt.FileTrees;
import org.millwright.compute.Isolation;
import org.millwright.compute.spi.ComputeDriverContract;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.shared.ServerSettings;

/** Jobs behave alike whatever isolates them, and each isolation keeps what it says. */
class IsolationTest {

    /** A driver whose operator wants one isolation, on a data folder with a secret in it. */
    abstract static class Wished extends ComputeDriverContract {
        protected final Map<String, String> server = new HashMap<>(System.getenv());
        private final String wish;

        @TempDir
        Path data;

        Wished(String wish) {
            this.wish = wish;
        }

        @BeforeEach
        void keepASecret() throws IOException {
            Files.createDirectories(data.resolve("secrets"));
            Files.writeString(data.resolve("secrets/key"), "sesame");
        }

        /** Folders that are the job's own user's are not in JUnit's power to delete on every machine. */
        @AfterEach
        void clear() throws IOException {
            FileTrees.delete(data.resolve("jobs"));
        }

        @Override
        protected LocalProcessDriver driver() {
            server.put(Jail.WISH, wish);
            // One that others than root may run.
            server.put("MILLWRIGHT_PYTHON", Files.exists(SYSTEM_PYTHON) ? SYSTEM_PYTHON.toString() : "python3");
            var settings =
                    new ServerSettings(data, URI.create("https://127.0.0.1:1"), data.resolve("ca.pem"), "server-1", 2);
            return new LocalProcessDriver(settings, store, server);
        }

        @Override
        protected void letGo() throws IOException {
            Files.createFile(data.resolve("jobs/run-1/1/work/go"));
        }

        protected String reading(Path file) throws Exception {
            var driver = driver();
            run(driver, launch("cat " + file));
            return log(driver);
        }

        @Test
        void a_command_that_takes_more_memory_than_it_may_ends_and_the_limit_is_told() throws Exception {
            server.put(JobLimits.MEMORY, "64M");

            var end = run(driver(), launch("python3 -c \"x = b'x' * (1 << 28); import time; time.sleep(120)\""));

            assertThat(end.exitCode()).isEqualTo(137);
            assertThat(end.exceeded()).isEqualTo("64 MiB of memory");
            assertThat(driver().isolation().limits()).contains("64 MiB of memory");
        }

        @Test
        void a_limit_that_no_command_reaches_is_not_told_of() throws Exception {
            server.put(JobLimits.MEMORY, "1G");

            assertThat(run(driver(), launch("exit 3")).exceeded()).isNull();
        }
    }

    /** What every isolation has that deserves the name. */
    abstract static class Isolated extends Wished {
        Isolated(String wish) {
            super(wish);
        }

        @BeforeEach
        void need() {
            var found = driver().isolation();
            assumeTrue(found.kind() != Isolation.Kind.REFUSED, () -> "not here: " + found.obstacle());
        }

        @Test
        void secrets_and_later_files_of_the_server_are_closed() throws Exception {
            Files.createDirectories(data.resolve("artifacts/1"));
            Files.writeString(data.resolve("artifacts/1/weights"), "sesame");

            assertThat(reading(data.resolve("secrets/key"))).doesNotContain("sesame");
            assertThat(reading(data.resolve("artifacts/1/weights"))).doesNotContain("sesame");
        }

        @Test
        void what_is_masked_does_not_stand_in_the_log_that_a_command_opens_itself() throws Exception {
            var driver = driver();
            var plain = launch("echo it is $PASSWORD; echo again $PASSWORD > /dev/stdout");

            run(
                    driver,
                    new Launch(
                            placement(attempt),
                            null,
                            Map.of(),
                            List.of(),
                            plain.command(),
                            plain.environment(),
                            Map.of("PASSWORD", "sesame -7c1"),
                            List.of("sesame -7c1"),
                            plain.outputs(),
                            null));

            assertThat(log(driver)).contains("it is ***\n", "again ***\n").doesNotContain("sesame");
        }

        @Test
        void the_number_of_processes_is_limited() throws Exception {
            server.put(JobLimits.PROCESSES, "40");
            var driver = driver();

            run(driver, launch("""
                    python3 -c '
                    import os, time
                    for _ in range(60):
                        if os.fork() == 0:
                            time.sleep(60)
                            os._exit(0)
                    print("all of them")
                    '
                    """));

            assertThat(log(driver)).contains("Resource temporarily unavailable").doesNotContain("all of them");
        }

        @Test
        void the_database_and_metadata_services_are_out_of_reach() throws Exception {
            try (var database = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                    var other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                Files.createDirectories(data.resolve("postgres"));
                Files.writeString(
                        data.resolve("postgres/postmaster.pid"),
                        "1\n/data\n2\n%d\n".formatted(database.getLocalPort()));
                var driver = driver();
                assumeTrue(
                        driver.isolation().barred(),
                        () -> "not here: " + driver.isolation().obstacle());

                run(driver, launch("""
                        python3 -c '
                        import socket
                        for kind, protocol, address, port in (
                            (2, 0, "127.0.0.1", %1$d), (2, 0, "127.9.9.9", %1$d), (2, 0, "0.0.0.0", %1$d),
                            (10, 0, "::ffff:127.0.0.1", %1$d), (10, 0, "::", %1$d),
                            (2, 0, "169.254.169.254", 80), (10, 0, "::ffff:169.254.169.254", 80),
                            (2, 0, "169.254.170.2", 80), (2, 0, "168.63.129.16", 80), (2, 0, "100.100.100.200", 80),
                            (10, 0, "fd00:ec2::254", 80), (2, 262, "169.254.169.254", 80), (2, 0, "127.0.0.1", %2$d),
                        ):
                            try:
                                with socket.socket(kind, socket.SOCK_STREAM, protocol) as caller:
                                    caller.settimeout(10)
                                    caller.connect((address, port))
                                print(address, "REACHED")
                            except OSError as refused:
                                print(address, "refused" if refused.errno in (1, 93, 97) else refused)
                        '
                        """.formatted(database.getLocalPort(), other.getLocalPort())));

                var answers = log(driver)
                        .lines()
                        .filter(line -> line.contains(" REACHED") || line.contains(" refused"))
                        .toList();
                assertThat(answers).hasSize(13);
                assertThat(answers.subList(0, 12)).allMatch(line -> line.endsWith(" refused"));
                assertThat(answers.getLast()).isEqualTo("127.0.0.1 REACHED");
            }
        }
    }

    private static final Path SYSTEM_PYTHON = Path.of("/usr/bin/python3");

    @Nested
    class WithoutAny extends Wished {
        WithoutAny() {
            super("none");
        }

        @Test
        void it_says_that_the_servers_secrets_are_open() throws Exception {
            assertThat(driver().isolation().summary()).contains("secrets");
            assertThat(driver().isolation().obstacle()).contains(Jail.WISH);
            assertThat(reading(data.resolve("secrets/key"))).contains("sesame");
        }
    }

    @Nested
    class InASandbox extends Isolated {
        InASandbox() {
            super("sandbox");
        }

        @Test
        void no_process_but_its_own_can_be_seen_and_none_survives() throws Exception {
            var driver = driver();
            run(driver, launch("(trap '' TERM HUP; setsid sleep 6543 &) ; cat /proc/*/cmdline | tr '\\0' ' '"));

            assertThat(log(driver)).doesNotContain("surefire", "java");
            assertThat(ProcessHandle.allProcesses()
                            .map(process -> process.info().commandLine().orElse("")))
                    .noneMatch(line -> line.endsWith("sleep 6543"));
        }
    }

    @Nested
    class AsAUserOfItsOwn extends Isolated {
        AsAUserOfItsOwn() {
            super("user");
        }

        @Test
        void each_attempt_is_another_user() throws Exception {
            var driver = driver();
            run(driver, launch("id -u"));
            var first = log(driver);
            driver.discard(placement());
            run(driver, launch("id -u"));

            assertThat(log(driver)).isNotEqualTo(first).doesNotContain("\n0\n");
        }
    }

    @Test
    void a_wish_that_cannot_be_met_starts_no_job(@TempDir Path data) {
        var settings =
                new ServerSettings(data, URI.create("https://127.0.0.1:1"), data.resolve("ca.pem"), "server-1", 2);
        var environments = new Environments(data, new ServerEnvironment(Map.of()), "python3", Duration.ZERO);
        var jail = new Jail(settings, environments, new RunnerScripts(data), Map.of(Jail.WISH, "fortress"));

        assertThatThrownBy(jail::require).isInstanceOf(LaunchFailed.class).hasMessageContaining("fortress");
        assertThat(jail.isolation().kind()).isEqualTo(Isolation.Kind.REFUSED);
    }

    @Test
    void a_limit_that_cannot_be_understood_starts_no_job(@TempDir Path data) {
        var settings =
                new ServerSettings(data, URI.create("https://127.0.0.1:1"), data.resolve("ca.pem"), "server-1", 2);
        var environments = new Environments(data, new ServerEnvironment(Map.of()), "python3", Duration.ZERO);
        var jail = new Jail(settings, environments, new RunnerScripts(data), Map.of(JobLimits.MEMORY, "plenty"));

        assertThatThrownBy(jail::require)
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("MILLWRIGHT_JOB_MEMORY is 'plenty'");
    }

    /** Of version 2 a machine of tests may have none, so this is a folder that looks like it. */
    @Test
    void control_groups_of_version_2_get_their_limits_and_tell_what_was_exceeded(@TempDir Path group) throws Exception {
        var script = Path.of(Jail.class.getResource("limits.py").toURI());

        var python = new ProcessBuilder(
                        "python3", "-B", "-c", """
                import sys, os
                sys.path.insert(0, sys.argv[1])
                import limits
                place = sys.argv[2]
                group = limits.Group(
                    {"memory": 1 << 30, "processes": 50, "cpus": 1.5}, dict.fromkeys(("", "memory", "pids", "cpu"), place))
                folder = group.folders[""]
                for name in ("memory.max", "pids.max", "cpu.max"):
                    print(name, open(os.path.join(folder, name)).read())
                print(group.exceeded())
                limits.write(os.path.join(folder, "pids.events"), "max 3\\n")
                print(group.exceeded())
                limits.write(os.path.join(folder, "memory.events"), "low 0\\nmax 9\\noom 1\\noom_kill 1\\n")
                print(group.exceeded())
                """, script.getParent().toString(), group.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "memory.max 1073741824",
                        "pids.max 50",
                        "cpu.max 150000 100000",
                        "None",
                        "50 processes and threads",
                        "1 GiB of memory");
    }
}
