package org.millwright.compute.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.compute.AttemptId;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.shared.Refused;

class AttemptExchangeTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final AttemptId ATTEMPT = new AttemptId("run-1", 1);
    private static final String TOKEN = "mwr_a-token-of-the-run";

    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private final AttemptExchange exchange = new AttemptExchange(store, Clock.fixed(NOON, ZoneOffset.UTC));

    @BeforeEach
    void open() throws Exception {
        store.write(new ArtifactPath("snapshots/code.zip"), content("code"));
        exchange.open(
                ATTEMPT,
                TOKEN,
                "the secret order".getBytes(UTF_8),
                List.of(new ArtifactPath("snapshots/code.zip")),
                new ArtifactPath("0/run-1/artifacts"));
    }

    @Test
    void the_order_is_read_with_the_token_that_it_was_left_for() throws Exception {
        assertThat(exchange.order(ATTEMPT, TOKEN)).asString(UTF_8).isEqualTo("the secret order");
        assertThatThrownBy(() -> exchange.order(ATTEMPT, "mwr_another"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("run-1#1");
    }

    @Test
    void an_order_for_a_new_token_leaves_the_one_of_the_old() throws Exception {
        exchange.open(ATTEMPT, "new", "again".getBytes(UTF_8), List.of(), new ArtifactPath("0/run-1/artifacts"));

        assertThat(exchange.order(ATTEMPT, TOKEN)).asString(UTF_8).isEqualTo("the secret order");
        assertThat(exchange.order(ATTEMPT, "new")).asString(UTF_8).isEqualTo("again");
    }

    @Test
    void the_store_holds_no_secret_that_can_be_read() throws Exception {
        for (var file : store.list(new ArtifactPath("attempts/run-1/1"))) {
            try (var in = store.read(file.path(), 0)) {
                assertThat(new String(in.readAllBytes(), UTF_8)).doesNotContain("secret", TOKEN);
            }
        }
    }

    @Test
    void given_files_are_fetched_by_number_and_no_others() throws Exception {
        try (var code = exchange.file(ATTEMPT, 0)) {
            assertThat(code.readAllBytes()).asString(UTF_8).isEqualTo("code");
        }
        assertThatThrownBy(() -> exchange.file(ATTEMPT, 1)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> exchange.file(ATTEMPT, -1)).isInstanceOf(Refused.class);
    }

    @Test
    void one_launcher_begins_and_may_say_so_again() throws Exception {
        exchange.begin(ATTEMPT, "first", "driver-1");
        exchange.begin(ATTEMPT, "first", "driver-1");

        assertThatThrownBy(() -> exchange.begin(ATTEMPT, "second", "driver-2")).isInstanceOf(Refused.class);
        assertThat(exchange.begun(ATTEMPT)).contains(new AttemptExchange.Begun(NOON, "first", "driver-1"));
    }

    @Test
    void the_log_comes_in_pieces_that_may_come_twice() throws Exception {
        exchange.print(ATTEMPT, 0, "one".getBytes(UTF_8));
        exchange.print(ATTEMPT, 1, "two".getBytes(UTF_8));
        exchange.print(ATTEMPT, 1, "two".getBytes(UTF_8));

        assertThat(exchange.printed(ATTEMPT, 1).orElseThrow()).asString(UTF_8).isEqualTo("two");
        assertThat(exchange.printed(ATTEMPT, 2)).isEmpty();
    }

    @Test
    void outputs_go_to_the_files_of_the_run_and_nowhere_else() throws Exception {
        exchange.keep(ATTEMPT, "outputs/deep/model.txt", content("model"));

        assertThat(store.find(new ArtifactPath("0/run-1/artifacts/outputs/deep/model.txt")))
                .isPresent();
        assertThatThrownBy(() -> exchange.keep(ATTEMPT, "outputs/../../x", content("x")))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> exchange.keep(ATTEMPT, "user_logs/std_log.txt", content("x")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void who_is_asked_to_stop_is_told_the_first_grace() throws Exception {
        assertThat(exchange.orders(ATTEMPT)).isEmpty();
        exchange.askToStop(ATTEMPT, Duration.ofSeconds(30));
        exchange.askToStop(ATTEMPT, Duration.ZERO);

        assertThat(exchange.orders(ATTEMPT)).contains(Duration.ofSeconds(30));
    }

    @Test
    void what_the_launcher_said_of_the_end_stays() throws Exception {
        exchange.finish(ATTEMPT, 3, false);
        exchange.conclude(ATTEMPT, 137, true);

        assertThat(exchange.end(ATTEMPT)).contains(new AttemptExchange.End(NOON, 3, false));
    }

    @Test
    void a_launcher_of_an_attempt_that_is_over_hears_that_there_is_none() throws Exception {
        exchange.close(ATTEMPT);

        assertThatThrownBy(() -> exchange.orders(ATTEMPT)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> exchange.print(ATTEMPT, 0, new byte[1])).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> exchange.begin(ATTEMPT, "late", "")).isInstanceOf(Refused.class);
    }

    private static ByteArrayInputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }
}
