package org.millwright.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleReaderTest {
    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    @Test
    void a_recurrence_and_a_job_file_are_read() throws IOException {
        Files.writeString(folder.resolve("job.yml"), "command: echo hi\nexperiment_name: e\n");
        var schedule = read("""
                name: nightly
                display_name: Every night
                trigger:
                  type: recurrence
                  frequency: week
                  interval: 2
                  schedule: {hours: [4, 16], minutes: 30, week_days: [Monday]}
                  time_zone: W. Europe Standard Time
                  start_time: "2026-07-10T10:00:00"
                create_job: ./job.yml
                """);
        assertThat(schedule.name()).isEqualTo("nightly");
        assertThat(schedule.trigger())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "type", "recurrence",
                        "frequency", "week",
                        "interval", 2,
                        "schedule",
                                Map.of("hours", List.of(4, 16), "minutes", List.of(30), "week_days", List.of("monday")),
                        "time_zone", "Europe/Berlin",
                        "start_time", "2026-07-10T08:00:00Z"));
        assertThat(schedule.job().command()).isEqualTo("echo hi");
    }

    @Test
    void an_inline_job_may_stand_on_a_file() throws IOException {
        Files.writeString(folder.resolve("job.yml"), "command: echo ${{inputs.a}}\ninputs: {a: 1, b: 2}\n");
        var schedule = read("""
                name: s
                trigger: {type: cron, expression: "15 6 * * 1"}
                create_job: {type: command, job: job.yml, inputs: {a: 5}}
                """);
        assertThat(schedule.trigger()).containsEntry("expression", "15 6 * * 1").containsEntry("time_zone", "UTC");
        assertThat(schedule.job().inputs())
                .containsEntry("a", new JobDefinition.Input.Literal("5"))
                .containsEntry("b", new JobDefinition.Input.Literal("2"));
    }

    @Test
    void what_people_read_and_the_catch_up_are_read() throws IOException {
        var schedule = read("""
                name: s
                description: Ends the month
                tags: {team: risk}
                catch_up: all
                trigger: {type: recurrence, frequency: month, schedule: {hours: 6, minutes: 0, month_days: [1, 15]}}
                create_job: {command: echo}
                """);
        assertThat(schedule.description()).isEqualTo("Ends the month");
        assertThat(schedule.tags()).isEqualTo(Map.of("team", "risk"));
        assertThat(schedule.catchUp()).isEqualTo("all");
        assertThat(schedule.trigger().get("schedule"))
                .isEqualTo(Map.of(
                        "hours",
                        List.of(6),
                        "minutes",
                        List.of(0),
                        "week_days",
                        List.of(),
                        "month_days",
                        List.of(1, 15)));
    }

    @Test
    void an_unknown_catch_up_is_named_with_its_place() {
        assertThatThrownBy(() -> read("name: s\ncatch_up: al\ntrigger: {type: cron, expression: '0 * * * *'}\n"
                        + "create_job: {command: echo}\n"))
                .hasMessageContaining("2:11: 'al' is not one of skip, one, all");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {type: cron, expression: "* * *"}                          | 2:35: '* * *' does not have the five fields minute, hour, day of month, month, day of week
            {type: cron, expression: "* * * * *", interval: 2}         | 2:58: 'interval' has no meaning in a cron trigger
            {type: recurrence, frequency: year}                        | 2:40: 'year' is not a frequency: minute, hour, day, week, month
            {type: recurrence, frequency: day, time_zone: Berlin}      | 2:56: 'Berlin' is not a time zone such as UTC or Europe/Berlin
            {type: recurrence, frequency: day, start_time: tomorrow}   | 2:57: 'tomorrow' is not a time such as 2026-12-31T06:00:00
            {type: recurrence, frequency: day, schedule: {hours: 24}}  | 2:63: '24' is not one of the hours 0 to 23
            {type: recurrence, frequency: month, schedule: {month_days: [0]}} | 2:71: '0' is not one of the month days 1 to 31
            {type: once}                                               | 2:17: triggers of type 'once' are not supported; cron and recurrence are
            """)
    void a_wrong_trigger_is_named_with_its_place(String trigger, String said) {
        assertThatThrownBy(() -> read("name: s\ntrigger: " + trigger + "\ncreate_job: {command: echo}\n"))
                .hasMessageEndingWith("schedule.yml:" + said);
    }

    private ScheduleDefinition read(String text) throws IOException {
        var schedule =
                ScheduleReader.read(Files.writeString(folder.resolve("schedule.yml"), text), List.of(), problems);
        problems.refuseIfAny();
        return schedule.orElseThrow();
    }
}
