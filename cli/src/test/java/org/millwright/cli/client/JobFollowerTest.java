package org.millwright.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.FakeServer.Answer;
import org.millwright.cli.client.FakeServer.Asked;

class JobFollowerTest {
    private static final byte[] LOG = "début\nstep 1\nstep 2 ✓\n".getBytes(StandardCharsets.UTF_8);

    private final StringWriter log = new StringWriter();
    private final StringWriter news = new StringWriter();
    private final SteppingClock clock = new SteppingClock();

    @Test
    void the_log_and_each_change_of_state_are_printed_once() throws Exception {
        var looks = new AtomicInteger();
        var states = new String[] {"Queued", "Queued", "Preparing", "Running", "Running", "Completed"};
        try (var server = new FakeServer(asked -> asked.path().endsWith("/log")
                ? part(asked, looks.get() < 4 ? 0 : LOG.length)
                : job(states[Math.min(looks.getAndIncrement(), states.length - 1)], ""))) {
            var job = follow(server, null);
            assertThat(job.status()).isEqualTo("Completed");
            assertThat(log).hasToString(new String(LOG, StandardCharsets.UTF_8));
            assertThat(news.toString().lines().map(line -> line.substring(line.indexOf(' ') + 1)))
                    .containsExactly("Queued", "Preparing", "Running", "Completed");
            assertThat(server.asked)
                    .allSatisfy(asked -> assertThat(asked.authorization()).isEqualTo("Bearer secret"));
        }
    }

    @Test
    void a_broken_connection_is_taken_up_at_the_byte_where_it_broke() throws Exception {
        var reads = new AtomicInteger();
        var done = new AtomicInteger();
        try (var server = new FakeServer(asked -> {
            if (!asked.path().endsWith("/log")) {
                return job(done.get() > 0 ? "Completed" : "Running", "");
            }
            return switch (reads.getAndIncrement()) {
                case 0 -> part(asked, 2).cutOff(); // in the middle of a letter
                case 1 -> new Answer(503, "text/html", new byte[0], 0, java.util.List.of());
                case 2 -> part(asked, 9).cutOff();
                default -> {
                    done.set(1);
                    yield part(asked, LOG.length);
                }
            };
        })) {
            follow(server, null);
            assertThat(log).hasToString(new String(LOG, StandardCharsets.UTF_8));
            assertThat(news.toString()).contains("The connection is lost").contains("Connected again.");
        }
    }

    @Test
    void what_there_is_of_a_log_comes_in_pieces() throws Exception {
        try (var server = new FakeServer(asked -> part(asked, Math.min(LOG.length, offset(asked) + 5)))) {
            assertThat(server.workspace().logSoFar("j", 0, 0)).isEqualTo(new String(LOG, StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_server_that_stays_away_ends_it_with_unreachable() throws Exception {
        var looks = new AtomicInteger();
        try (var server = new FakeServer(asked -> looks.getAndIncrement() == 0
                ? job("Running", "")
                : new Answer(404, "text/html", new byte[0], 0, java.util.List.of()))) {
            assertThatThrownBy(() -> follow(server, null)).isInstanceOfSatisfying(CommandFailed.class, failed -> {
                assertThat(failed.exit()).isEqualTo(ExitCode.UNREACHABLE);
                assertThat(failed.advice())
                        .isEqualTo("The job goes on. Follow it again with ./millwright job stream j");
            });
        }
    }

    @Test
    void patience_ends_it_while_the_job_goes_on() throws Exception {
        try (var server = new FakeServer(
                asked -> asked.path().endsWith("/log") ? Answer.log(new byte[0], false) : job("Running", ""))) {
            assertThatThrownBy(() -> follow(server, Duration.ofSeconds(30)))
                    .isInstanceOfSatisfying(CommandFailed.class, late -> {
                        assertThat(late.exit()).isEqualTo(ExitCode.LATE);
                        assertThat(late.sentence()).isEqualTo("Job j is still Running; it goes on");
                    });
        }
    }

    @Test
    void a_wrong_name_is_told_at_once() throws Exception {
        try (var server = new FakeServer(asked -> Answer.json(404, "{\"detail\":\"No run 'j'\"}"))) {
            assertThatThrownBy(() -> follow(server, null)).isInstanceOfSatisfying(CommandFailed.class, refused -> {
                assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
                assertThat(refused.sentence()).isEqualTo("No run 'j'");
            });
        }
    }

    @Test
    void a_failed_job_says_why() throws Exception {
        try (var server = new FakeServer(asked -> asked.path().endsWith("/log")
                ? Answer.log(new byte[0], true)
                : job("Failed", "\"reason\":\"The process ended with exit code 3\",\"exit_code\":3,"))) {
            var job = follow(server, null);
            assertThat(job.exitCode()).isEqualTo(3);
            assertThat(news.toString()).contains("Failed: The process ended with exit code 3");
        }
    }

    private Job follow(FakeServer server, @Nullable Duration patience) throws IOException, InterruptedException {
        return new JobFollower(
                        server.workspace(),
                        "j",
                        new PrintWriter(log),
                        new PrintWriter(news),
                        clock,
                        _ -> {},
                        Duration.ofMinutes(1))
                .follow(patience);
    }

    /** The log from the asked offset up to a position, and whether that is all of it. */
    private static Answer part(Asked asked, int to) {
        var from = offset(asked);
        return Answer.log(Arrays.copyOfRange(LOG, from, Math.max(from, to)), to >= LOG.length);
    }

    private static int offset(Asked asked) {
        return Integer.parseInt(asked.query().replaceFirst(".*offset=(\\d+).*", "$1"));
    }

    private static Answer job(String status, String more) {
        return Answer.json(200, "{\"name\":\"j\",%s\"status\":\"%s\"}".formatted(more, status));
    }

    /** Every look at it is seven seconds later. */
    private static final class SteppingClock extends Clock {
        private Instant now = Instant.parse("2026-11-23T10:00:00Z");

        @Override
        public Instant instant() {
            now = now.plusSeconds(7);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
