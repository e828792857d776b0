package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.yaml.Problems;
import org.millwright.cli.yaml.ScheduleReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Schedules: jobs that start by themselves. */
@Command(
        name = "schedule",
        description = "Start jobs by the clock.",
        subcommands = {
            ScheduleCommand.Create.class,
            ScheduleCommand.ListAll.class,
            ScheduleCommand.Show.class,
            ScheduleCommand.Firings.class,
            ScheduleCommand.Pause.class,
            ScheduleCommand.Resume.class,
            ScheduleCommand.Delete.class
        },
        footer = {"", "Example:", "  ./millwright schedule create -f examples/schedule.yml"})
public final class ScheduleCommand extends CommandGroup {

    private static Cells row(JsonNode schedule) {
        var trigger = schedule.path("trigger");
        var when = trigger.path("type").asText().equalsIgnoreCase("cron")
                ? trigger.path("expression").asText()
                : "every %s %s".formatted(Cells.text(trigger.path("interval")), Cells.text(trigger.path("frequency")));
        return Cells.of(schedule)
                .with("name", "enabled")
                .as("trigger", when)
                .as("next", Cells.time(Cells.text(schedule.path("next").path(0))))
                .with("display_name");
    }

    private static int print(Output output, JsonNode schedule) {
        output.print(schedule, Cells.table(List.of(row(schedule))), "");
        return ExitCode.OK.number();
    }

    @Command(
            name = "create",
            description = "Make a schedule that a YAML file describes, or put it in place of the one of that name.",
            footer = {"", "Example:", "  ./millwright schedule create -f examples/schedule.yml --set trigger.interval=2"
            })
    static final class Create extends ServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = {"-f", "--file"},
                required = true,
                paramLabel = "FILE",
                description = "The schedule's YAML file (Azure ML's command line v2; see docs/jobs.md).")
        private Path file;

        @Option(
                names = "--set",
                paramLabel = "PATH=VALUE",
                description = "Set or replace one value of the file; may be given several times.")
        private List<String> settings = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            var problems = new Problems();
            var read = ScheduleReader.read(file, settings, problems);
            problems.remarks().forEach(remark -> command.commandLine().getErr().println("warning: " + remark));
            problems.refuseIfAny();
            var schedule = read.orElseThrow();
            var workspace = server.workspace();
            var body = new LinkedHashMap<String, Object>();
            if (schedule.displayName() != null) {
                body.put("display_name", schedule.displayName());
            }
            body.put("trigger", schedule.trigger());
            body.put("job", JobSubmission.send(schedule.job(), workspace));
            return print(output, workspace.put(body, "schedules", schedule.name()));
        }
    }

    @Command(
            name = "list",
            description = "List the schedules and when each fires next.",
            footer = {"", "Example:", "  ./millwright schedule list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var schedules = server.workspace().items("schedules");
            output.print(
                    schedules,
                    Cells.table(schedules.stream().map(ScheduleCommand::row).toList()),
                    "There are no schedules.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a schedule and the times at which it fires next.",
            footer = {"", "Example:", "  ./millwright schedule show nightly"})
    static final class Show extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var schedule = server.workspace().get("schedules", name.value());
            if (output.isJson()) {
                output.print(schedule);
                return ExitCode.OK.number();
            }
            var next = WorkspaceClient.list(schedule.path("next")).stream()
                    .map(time -> Cells.time(time.asText()))
                    .toList();
            var cells = row(schedule).as("next", String.join(", ", next)).row();
            cells.values().removeIf(String::isEmpty);
            output.print(cells);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "firings",
            description = "List when a schedule fired and which jobs it started.",
            footer = {"", "Example:", "  ./millwright schedule firings nightly"})
    static final class Firings extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var firings = server.workspace().items("schedules", name.value(), "firings");
            var rows = firings.stream()
                    .map(firing -> Cells.of(firing)
                            .time("due", "due_at")
                            .time("fired", "fired_at")
                            .with("run", "refusal"))
                    .toList();
            output.print(firings, Cells.table(rows), "It has not fired yet.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "pause",
            description = "Let a schedule start no more jobs.",
            footer = {"", "Example:", "  ./millwright schedule pause nightly"})
    static final class Pause extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            return print(output, server.workspace().post(null, "schedules", name.value(), "pause"));
        }
    }

    @Command(
            name = "resume",
            description = "Let a paused schedule go on. What was missed is not made up for.",
            footer = {"", "Example:", "  ./millwright schedule resume nightly"})
    static final class Resume extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            return print(output, server.workspace().post(null, "schedules", name.value(), "resume"));
        }
    }

    @Command(
            name = "delete",
            description = "Remove a schedule. The jobs that it started stay.",
            footer = {"", "Example:", "  ./millwright schedule delete nightly"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            server.workspace().delete("schedules", name.value());
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }
}
