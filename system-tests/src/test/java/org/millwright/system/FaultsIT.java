package org.millwright.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Jobs under faults at random moments: the server, the database, all of it or a job's processes are killed, the database does not
 * answer, the disk is full, and orders come twice and late. In the end each accepted run has ended exactly once, none of its
 * processes is left, and the log has everything that the server ever showed of it.
 *
 * <p>{@code ./millwright test --faults} plays hundreds of rounds; otherwise there are a few. A failure names its round and seed.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS)
class FaultsIT {
    private static final int ROUNDS = Integer.getInteger("millwright.faults.rounds", 4);
    private static final long SEED = Long.getLong("millwright.faults.seed", 1);
    private static final Duration DATABASE_AWAY =
            Duration.ofSeconds(Integer.getInteger("millwright.faults.away.seconds", 8));
    private static final Set<String> ENDED = Set.of("Completed", "Failed", "Canceled");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How each run ended. It must stay so, whatever comes after. */
    private static final Map<String, String> ENDS = new LinkedHashMap<>();

    private static RunningServer server;
    private static TrustingHttp http;

    /** Whether the folders of jobs are on a file system of their own, which can be filled. */
    private static boolean smallDisk;

    /** What goes wrong in a round. */
    private enum Fault {
        KILL_JOB,
        DATABASE_SILENT,
        FULL_DISK,
        KILL_SERVER,
        KILL_POSTGRES,
        KILL_EVERYTHING
    }

    @BeforeAll
    static void start() throws Exception {
        server = new RunningServer(Files.createTempDirectory("millwright-faults-test"));
        http = server.http();
        smallDisk = run(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=32m",
                        "tmpfs",
                        jobsFolder().toString())
                == 0;
    }

    private static Path jobsFolder() {
        return server.data().resolve("jobs");
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            if (smallDisk) {
                run("umount", "-l", jobsFolder().toString());
            }
            server.close();
        }
    }

    @Test
    void every_accepted_run_ends_once_and_leaves_neither_a_process_nor_a_gap_in_its_log() throws Exception {
        for (var number = 0; number < ROUNDS; number++) {
            new Round(number, new Random(SEED + number)).play();
        }
    }

    /** A job of a round, and what the server has shown of its log. */
    private static final class Watched {
        private final String name;
        private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

        Watched(String name) {
            this.name = name;
        }

        /** Reads on where it was. What is not answered was not shown. */
        void read() throws Exception {
            HttpResponse<String> answer;
            try {
                answer = http.get(
                        "/api/v1/workspaces/main/jobs/%s/log?offset=%d".formatted(name, shown.size()),
                        bearer(server.token()));
            } catch (IOException away) {
                return;
            }
            if (answer.statusCode() == 200) {
                shown.writeBytes(answer.body().getBytes(UTF_8));
            }
        }
    }

    private static final class Round {
        private final int number;
        private final Random random;
        private final Fault fault;
        private final Map<String, Watched> jobs = new LinkedHashMap<>();

        Round(int number, Random random) {
            this.number = number;
            this.random = random;
            this.fault = Fault.values()[number % Fault.values().length];
        }

        void play() throws Exception {
            var lines = 15 + random.nextInt(40);
            submit(
                    "counts",
                    "sleep 1000 & n=0; while [ $n -lt %d ]; do n=$((n+1)); echo \"line $n\"; sleep 0.1; done; echo the end"
                            .formatted(lines));
            submit("fails", "seq 1 2000; sleep %d; exit 3".formatted(random.nextInt(4)));
            submit("canceled", "trap '' TERM; echo begun; sleep 1000 & while true; do sleep 0.2; done");
            submit("killed", "n=0; while [ $n -lt 100 ]; do n=$((n+1)); echo \"line $n\"; sleep 0.1; done");
            var before = random.nextInt(4000);
            watch(before);
            strike();
            watch(500 + random.nextInt(1500));
            order(name("canceled"), "cancel");
            order(name("canceled"), "cancel");
            for (var job : jobs.keySet()) {
                Eventually.see(as(job) + " ends", () -> status(job), ENDED::contains);
            }
            // Late ones, at runs that are over, change nothing.
            for (var job : jobs.keySet()) {
                var state = status(job);
                order(job, "cancel");
                assertThat(status(job)).as(as(job)).isEqualTo(state);
            }
            check();
        }

        private void submit(String kind, String command) throws Exception {
            var name = name(kind);
            var body = JSON.writeValueAsString(Map.of("name", name, "experiment_name", "faults", "command", command));
            Eventually.see(as(name) + " is accepted", () -> post(body), status -> status == 201 || status == 409);
            jobs.put(name, new Watched(name));
        }

        /** @return 0 when nobody answered */
        private static int post(String body) throws Exception {
            try {
                return http.postJson("/api/v1/workspaces/main/jobs", body, bearer(server.token()))
                        .statusCode();
            } catch (IOException away) {
                return 0;
            }
        }

        private void watch(int millis) throws Exception {
            var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            do {
                for (var job : jobs.values()) {
                    job.read();
                }
                Thread.sleep(50);
            } while (System.nanoTime() < until);
        }

        private void strike() throws Exception {
            switch (fault) {
                case KILL_SERVER -> kill("server");
                case KILL_POSTGRES -> kill("postgres");
                case KILL_EVERYTHING -> {
                    // The launcher first: it would start the others again.
                    kill("launcher", "server", "postgres");
                    Thread.sleep(random.nextInt(3000));
                    server.up().requireSuccess();
                }
                case KILL_JOB -> killJob();
                case DATABASE_SILENT -> silenceDatabase();
                case FULL_DISK -> fillDisk();
            }
            Eventually.see(
                    as("the server") + " answers", () -> status(name("counts")), state -> !state.startsWith("not"));
        }

        private void kill(String... parts) throws Exception {
            var status = server.json("status");
            for (var part : parts) {
                var process = ProcessHandle.of(status.get(part).asLong()).orElseThrow();
                process.destroyForcibly();
                process.onExit().get(1, TimeUnit.MINUTES);
            }
        }

        private void killJob() throws Exception {
            var job = new JobOnDisk(server, name("killed"));
            var processes = Eventually.see("the job runs", job::processes, found -> !found.isEmpty());
            for (var process : processes) {
                ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
            }
        }

        /** As when the network between server and database is cut: nothing is refused, and nothing is answered. */
        private void silenceDatabase() throws Exception {
            var postgres = ProcessHandle.of(
                            server.json("status").get("postgres").asLong())
                    .orElseThrow();
            var all = Stream.concat(Stream.of(postgres), postgres.descendants())
                    .map(process -> Long.toString(process.pid()))
                    .toList();
            signal("-STOP", all);
            try {
                Thread.sleep(DATABASE_AWAY);
            } finally {
                signal("-CONT", all);
            }
        }

        private static void signal(String which, List<String> processes) throws Exception {
            var command = new ArrayList<>(List.of("kill", which));
            command.addAll(processes);
            run(command.toArray(String[]::new));
        }

        /** No room where the jobs' folders are, for a while. Where no file system can be mounted, the round says so. */
        private void fillDisk() throws Exception {
            if (!smallDisk) {
                System.out.println(as("the machine") + " lets no file system be mounted: no full disk is tried");
                return;
            }
            var filling = jobsFolder().resolve("filling");
            try {
                try (var file = Files.newOutputStream(filling)) {
                    var block = new byte[4096];
                    while (true) {
                        file.write(block);
                    }
                } catch (IOException full) {
                    // That is what was wanted.
                }
                submit("without-room", "seq 1 100000; echo done");
                watch(3000);
            } finally {
                Files.delete(filling);
            }
        }

        private void order(String job, String what) throws Exception {
            try {
                var answer = http.postJson(
                        "/api/v1/workspaces/main/jobs/%s/%s".formatted(job, what), "{}", bearer(server.token()));
                assertThat(answer.statusCode())
                        .as("%s: %s", as(job), answer.body())
                        .isNotEqualTo(500);
            } catch (IOException away) {
                // The server is coming back; the order was not taken.
                Eventually.see(as(job) + " can be told", () -> status(job), state -> !state.startsWith("not"));
                order(job, what);
            }
        }

        private void check() throws Exception {
            for (var job : jobs.values()) {
                ENDS.put(job.name, end(job.name));
                assertThat(openAttempts(job.name))
                        .as("%s has open attempts", as(job.name))
                        .isEqualTo("0");
                Eventually.see(
                        as(job.name) + " leaves no process",
                        () -> new JobOnDisk(server, job.name).processes(),
                        List::isEmpty);
                var log = server.command("job", "logs", job.name).output();
                assertThat(log)
                        .as("%s: what was shown of its log", as(job.name))
                        .startsWith(job.shown.toString(UTF_8));
            }
            for (var ended : ENDS.entrySet()) {
                assertThat(end(ended.getKey()))
                        .as("%s ended once", ended.getKey())
                        .isEqualTo(ended.getValue());
            }
            assertThat(status(name("fails"))).as(as("fails")).isEqualTo("Failed");
            if (fault != Fault.FULL_DISK) {
                assertThat(status(name("counts"))).as(as("counts")).isEqualTo("Completed");
                assertThat(server.command("job", "logs", name("counts")).output())
                        .as(as("counts"))
                        .contains("the end");
            }
        }

        private String name(String kind) {
            return "faults-%d-%s".formatted(number, kind);
        }

        private String as(String what) {
            return "Round %d (seed %d, %s), %s".formatted(number, SEED + number, fault, what);
        }

        private static String status(String job) throws Exception {
            try {
                var answer = http.get("/api/v1/workspaces/main/jobs/" + job, bearer(server.token()));
                return answer.statusCode() == 200
                        ? JSON.readTree(answer.body()).get("status").asText()
                        : "not answered: " + answer.body();
            } catch (IOException away) {
                return "not answered: " + away;
            }
        }

        /** In which state, when and in which attempt it ended. */
        private static String end(String job) throws IOException, SQLException {
            return query(
                    "SELECT state || ' at ' || ended_at || ' in attempt ' || attempt FROM experiment.run WHERE id = ?",
                    job);
        }

        private static String openAttempts(String job) throws IOException, SQLException {
            return query("SELECT count(*)::text FROM experiment.run_attempt WHERE run = ? AND ended_at IS NULL", job);
        }

        private static String query(String sql, String job) throws IOException, SQLException {
            try (var database = server.database();
                    var statement = database.prepareStatement(sql)) {
                statement.setString(1, job);
                try (var row = statement.executeQuery()) {
                    row.next();
                    return row.getString(1);
                }
            }
        }
    }
}
