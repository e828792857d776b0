package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Schedules that fire every minute, from their files to the jobs they start. The steps build on each other. */
@ExtendWith(RunningServer.Provider.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SchedulesIT {
    private static final String RECURRENCE = "every-minute-by-recurrence";
    private static final String CRON = "every-minute-by-cron";

    private final RunningServer server;

    SchedulesIT(RunningServer server) {
        this.server = server;
    }

    @Test
    @Order(1)
    void schedules_are_made_from_their_files_and_say_when_they_fire_next(@TempDir Path folder) throws Exception {
        create(folder, RECURRENCE, "type: recurrence\n  frequency: minute\n  interval: 1");
        create(folder, CRON, "type: cron\n  expression: \"* * * * *\"");

        for (var name : List.of(RECURRENCE, CRON)) {
            var schedule = server.json("schedule", "show", name);
            assertThat(schedule.get("enabled").asBoolean()).isTrue();
            assertThat(times(schedule.get("next"))).hasSize(10).isSorted();
            assertThat(schedule.get("catch_up").asText()).isEqualTo("one");
        }
    }

    @Test
    @Order(2)
    void each_fires_one_job_for_each_time_that_is_due() throws Exception {
        for (var name : List.of(RECURRENCE, CRON)) {
            var firings = Eventually.see(name + " fires", () -> firings(name), found -> !found.isEmpty());
            for (var firing : firings) {
                assertThat(firing.get("outcome").asText()).isEqualTo("started");
                assertThat(Instant.parse(firing.get("fired_at").asText()))
                        .isAfterOrEqualTo(Instant.parse(firing.get("due_at").asText()));
            }
            var job = firings.getLast().get("run").asText();
            Eventually.see(job + " completes", () -> status(job), "Completed"::equals);
            assertThat(server.command("job", "logs", job).requireSuccess().output())
                    .contains("fired by " + name);
        }
    }

    @Test
    @Order(3)
    void a_paused_schedule_fires_no_more_while_others_go_on() throws Exception {
        var paused = server.json("schedule", "pause", CRON);
        assertThat(paused.get("enabled").asBoolean()).isFalse();
        assertThat(times(paused.path("next"))).isEmpty();
        var pausedAt = Instant.now();
        var others = firings(RECURRENCE).size();

        Eventually.see("the other goes on", () -> firings(RECURRENCE).size(), size -> size >= others + 1);

        // One that was due just before may still have been on its way.
        assertThat(firings(CRON))
                .allSatisfy(firing ->
                        assertThat(Instant.parse(firing.get("due_at").asText())).isBefore(pausedAt));
        assertThat(times(server.json("schedule", "resume", CRON).get("next"))).isNotEmpty();
        assertThat(firings(CRON)).as("what passed while it was paused").anySatisfy(left -> {
            assertThat(left.get("outcome").asText()).isEqualTo("left_out");
            assertThat(left.get("cause").asText()).isEqualTo("paused");
            assertThat(left.get("times").asInt()).isPositive();
        });
    }

    @Test
    @Order(4)
    void it_is_changed_in_place_started_by_hand_and_filled_in_for_the_past() throws Exception {
        var seen = server.json("schedule", "show", CRON).get("revision").asLong();
        var changed = server.json(
                "schedule",
                "update",
                CRON,
                "--cron",
                "30 2 * * *",
                "--time-zone",
                "Europe/Berlin",
                "--catch-up",
                "all",
                "--display-name",
                "Each night",
                "--tag",
                "team=risk");
        assertThat(changed.get("display_name").asText()).isEqualTo("Each night");
        assertThat(changed.get("tags").get("team").asText()).isEqualTo("risk");
        assertThat(changed.get("catch_up").asText()).isEqualTo("all");
        assertThat(changed.get("next_local").get(0).asText()).contains("T02:30+0");
        var late = server.http()
                .send(
                        "PATCH",
                        "/api/v1/workspaces/main/schedules/" + CRON,
                        "{\"description\":\"too late\",\"revision\":%d}".formatted(seen),
                        "Authorization",
                        "Bearer " + server.token(),
                        "Content-Type",
                        "application/json");
        assertThat(late.statusCode()).isEqualTo(412);

        var byHand = server.json("schedule", "fire", CRON).get("due_at").asText();
        var fired = Eventually.see(
                "it starts by hand",
                () -> firings(CRON).stream()
                        .filter(firing -> firing.get("due_at").asText().equals(byHand))
                        .findFirst()
                        .orElseThrow(),
                firing -> firing.has("run"));
        assertThat(fired.get("cause").asText()).isEqualTo("by_hand");

        List<String> range = List.of("--from", "2026-01-01T00:00:00", "--to", "2026-01-03T00:00:00");
        assertThat(backfill(range, "--dry-run")).containsExactly("starts", "starts");
        assertThat(backfill(range, "--dry-run")).containsExactly("starts", "starts");
        assertThat(backfill(range, "--at-once", "2")).containsExactly("starts", "starts");
        assertThat(backfill(range, "--dry-run")).containsExactly("there", "there");
        Eventually.see(
                "both start",
                () -> firings(CRON).stream()
                        .filter(firing -> firing.get("cause").asText().equals("backfill") && firing.has("run"))
                        .count(),
                count -> count == 2);
    }

    private List<String> backfill(List<String> range, String... options) throws Exception {
        var command = new ArrayList<>(List.of("schedule", "backfill", CRON));
        command.addAll(range);
        command.addAll(List.of(options));
        return server.json(command.toArray(String[]::new)).get("times").findValuesAsText("outcome");
    }

    @Test
    @Order(5)
    void no_time_fires_twice() throws Exception {
        for (var name : List.of(RECURRENCE, CRON)) {
            var due = new HashSet<String>();
            var runs = new HashSet<String>();
            var firings =
                    firings(name).stream().filter(firing -> firing.has("run")).toList();
            firings.forEach(firing -> {
                due.add(firing.get("due_at").asText());
                runs.add(firing.get("run").asText());
            });
            assertThat(due).hasSameSizeAs(firings);
            assertThat(runs).hasSameSizeAs(firings);
        }
    }

    @Test
    @Order(6)
    void a_deleted_schedule_is_gone_and_the_jobs_that_it_started_stay() throws Exception {
        var job = firings(CRON).stream()
                .filter(firing -> firing.get("cause").asText().equals("by_hand"))
                .findFirst()
                .orElseThrow()
                .get("run")
                .asText();
        for (var name : List.of(RECURRENCE, CRON)) {
            server.command("schedule", "delete", name).requireSuccess();
            assertThat(server.command("schedule", "show", name).exitCode()).isEqualTo(3);
        }
        Eventually.see(job + " completes", () -> status(job), "Completed"::equals);
    }

    @Test
    @Order(7)
    void a_bad_cron_expression_is_refused_with_its_place_and_makes_nothing(@TempDir Path folder) throws Exception {
        var file = write(folder, "bad-cron", "type: cron\n  expression: \"0 25 * * *\"");

        var result = server.command("schedule", "create", "-f", file.toString());

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.errors()).contains("expression").contains("25").contains("hour");
        assertThat(server.command("schedule", "show", "bad-cron").exitCode()).isEqualTo(3);
    }

    private void create(Path folder, String name, String trigger) throws IOException, InterruptedException {
        server.command("schedule", "create", "-f", write(folder, name, trigger).toString())
                .requireSuccess();
    }

    private static Path write(Path folder, String name, String trigger) throws IOException {
        return Files.writeString(folder.resolve(name + ".yml"), """
                name: %s
                trigger:
                  %s
                create_job:
                  type: command
                  command: echo fired by %s
                  environment: {}
                  compute: local
                """.formatted(name, trigger, name));
    }

    private List<JsonNode> firings(String name) throws IOException, InterruptedException {
        var firings = new ArrayList<JsonNode>();
        server.json("schedule", "firings", name).forEach(firings::add);
        return firings;
    }

    private String status(String job) throws IOException, InterruptedException {
        return server.json("job", "show", job).get("status").asText();
    }

    private static List<Instant> times(JsonNode list) {
        var times = new ArrayList<Instant>();
        list.forEach(time -> times.add(Instant.parse(time.asText())));
        return times;
    }
}
