package org.millwright.cli.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.yaml.Problems;
import org.millwright.cli.yaml.ScheduleDefinition;
import org.millwright.cli.yaml.ScheduleReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Schedules: jobs that start by themselves. */
@Command(
        name = "schedule",
        description = "Start jobs by the clock.",
        subcommands = {
            ScheduleCommand.Create.class,
            ScheduleCommand.ListAll.class,
            ScheduleCommand.Show.class,
            ScheduleCommand.Next.class,
            ScheduleCommand.Firings.class,
            ScheduleCommand.Update.class,
            ScheduleCommand.Fire.class,
            ScheduleCommand.Backfill.class,
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

    /** What a file describes, with its code and inputs sent. */
    private static SequencedMap<String, Object> body(ScheduleDefinition schedule, WorkspaceClient workspace)
            throws IOException {
        var body = new LinkedHashMap<String, Object>();
        put(body, "display_name", schedule.displayName());
        put(body, "description", schedule.description());
        if (!schedule.tags().isEmpty()) {
            body.put("tags", schedule.tags());
        }
        body.put("trigger", schedule.trigger());
        put(body, "catch_up", schedule.catchUp());
        body.put("job", JobSubmission.send(schedule.job(), workspace));
        return body;
    }

    private static void put(Map<String, Object> body, String field, @Nullable Object value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    /** A row for each time: in the trigger's zone, and in UTC. */
    private static List<SequencedMap<String, String>> times(JsonNode answer) {
        var rows = new ArrayList<Cells>();
        var utc = WorkspaceClient.list(answer.path("next"));
        var local = WorkspaceClient.list(answer.path("next_local"));
        for (var at = 0; at < utc.size(); at++) {
            rows.add(Cells.of(answer)
                    .as("local", local.get(at).asText())
                    .as("utc", utc.get(at).asText()));
        }
        return Cells.table(rows);
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
            var body = body(schedule, workspace);
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
            var cells = row(schedule)
                    .with("description", "catch_up", "owner")
                    .as("time_zone", Cells.text(schedule.path("trigger").path("time_zone")))
                    .row();
            cells.values().removeIf(String::isEmpty);
            output.print(cells);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "next",
            description =
                    "Show the next ten times of a schedule, or of a file before it is sent, in its zone and in UTC.",
            footer = {
                "",
                "Examples:",
                "  ./millwright schedule next nightly",
                "  ./millwright schedule next -f examples/schedule.yml"
            })
    static final class Next extends ServerCommand {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "A schedule of the server.")
        private @Nullable String name;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "A schedule's YAML file; nothing is made.")
        private @Nullable Path file;

        @Override
        public Integer call() throws IOException {
            if (name != null && file != null) {
                throw CommandFailed.usage("Either a NAME or a --file, not both", "");
            }
            var answer = name != null
                    ? server.workspace().get("schedules", name)
                    : server.workspace().post(Map.of("trigger", trigger(file)), "schedule-preview");
            if (output.isJson()) {
                var times = JsonNodeFactory.instance.objectNode();
                times.set("next", answer.path("next"));
                times.set("next_local", answer.path("next_local"));
                output.print(times);
                return ExitCode.OK.number();
            }
            output.print(
                    WorkspaceClient.list(answer.path("next")), times(answer), "It is not due again: paused, or over.");
            return ExitCode.OK.number();
        }

        private static Object trigger(@Nullable Path file) {
            if (file == null) {
                throw CommandFailed.usage("Either a NAME or a --file is needed", "");
            }
            var problems = new Problems();
            var read = ScheduleReader.read(file, List.of(), problems);
            problems.refuseIfAny();
            return read.orElseThrow().trigger();
        }
    }

    @Command(
            name = "firings",
            aliases = "history",
            description =
                    "List what came of a schedule's due times, the latest first: which jobs it started, how late, "
                            + "what was refused or left out.",
            footer = {"", "Example:", "  ./millwright schedule firings nightly --max 20"})
    static final class Firings extends NamedServerCommand {
        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "100",
                description = "How many at most (default: ${DEFAULT-VALUE}).")
        private int most;

        @Override
        public Integer call() throws IOException {
            var firings = server.workspace().pages(Map.of(), most, "schedules", name.value(), "firings");
            output.print(firings, Cells.table(firings.stream().map(Firings::row).toList()), "It has not been due yet.");
            return ExitCode.OK.number();
        }

        private static Cells row(JsonNode firing) {
            var late = firing.path("late_seconds");
            return Cells.of(firing)
                    .time("due", "due_at")
                    .with("outcome", "cause")
                    .as("late", late.isNumber() ? "%.1f s".formatted(late.asDouble()) : "")
                    .with("run")
                    .as("why", why(firing));
        }

        private static String why(JsonNode firing) {
            if (firing.has("times")) {
                return "%s times since %s"
                        .formatted(
                                firing.path("times").asText(),
                                Cells.time(firing.path("since").asText()));
            }
            return firing.has("trouble")
                    ? "%s; tried %s times"
                            .formatted(
                                    firing.path("trouble").asText(),
                                    firing.path("tries").asText())
                    : Cells.text(firing.path("refusal"));
        }
    }

    @Command(
            name = "update",
            description = "Change a schedule: only what is given.",
            footer = {
                "",
                "Examples:",
                "  ./millwright schedule update nightly --cron \"30 3 * * *\" --time-zone Europe/Berlin",
                "  ./millwright schedule update nightly --set trigger.interval=2 --catch-up skip"
            })
    static final class Update extends NamedServerCommand {
        private static final ObjectMapper JSON = new ObjectMapper();

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "Take trigger, job and what else it says from a schedule's YAML file.")
        private @Nullable Path file;

        @Option(names = "--display-name", paramLabel = "TEXT", description = "What people read in lists.")
        private @Nullable String displayName;

        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private @Nullable String description;

        @Option(
                names = "--tag",
                paramLabel = "NAME=VALUE",
                description = "A tag; those that are given replace all. May be given several times.")
        private Map<String, String> tags = new LinkedHashMap<>();

        @Option(names = "--cron", paramLabel = "EXPRESSION", description = "Be due by this cron expression.")
        private @Nullable String cron;

        @Option(names = "--time-zone", paramLabel = "ZONE", description = "By the clocks of this zone.")
        private @Nullable String timeZone;

        @Option(
                names = "--catch-up",
                paramLabel = "POLICY",
                description = "What becomes of missed times: skip, one or all.")
        private @Nullable String catchUp;

        @Option(
                names = "--set",
                paramLabel = "trigger.KEY=VALUE",
                description = "Set one value of the trigger; may be given several times.")
        private List<String> settings = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            var change = new LinkedHashMap<String, Object>();
            if (file != null) {
                var problems = new Problems();
                var read = ScheduleReader.read(file, List.of(), problems);
                problems.refuseIfAny();
                change.putAll(body(read.orElseThrow(), workspace));
            }
            put(change, "display_name", displayName);
            put(change, "description", description);
            put(change, "catch_up", catchUp);
            if (!tags.isEmpty()) {
                change.put("tags", tags);
            }
            if (cron != null || timeZone != null || !settings.isEmpty()) {
                var base = change.containsKey("trigger")
                        ? JSON.valueToTree(change.get("trigger"))
                        : workspace.get("schedules", name.value()).path("trigger");
                change.put("trigger", trigger((ObjectNode) base.deepCopy()));
            }
            if (change.isEmpty()) {
                throw CommandFailed.usage("There is nothing to change", "Say what, as with --cron or --set.");
            }
            return print(output, workspace.patch(change, "schedules", name.value()));
        }

        private ObjectNode trigger(ObjectNode trigger) {
            if (cron != null) {
                trigger.remove(List.of("frequency", "interval", "schedule"));
                trigger.put("type", "cron").put("expression", cron);
            }
            if (timeZone != null) {
                trigger.put("time_zone", timeZone);
            }
            for (var setting : settings) {
                var equals = setting.indexOf('=');
                var path = List.of((equals < 0 ? "" : setting.substring(0, equals)).split("\\."));
                if (path.size() < 2 || path.size() > 3 || !path.getFirst().equals("trigger")) {
                    throw CommandFailed.usage(
                            "'--set %s' is not of the form trigger.key=value".formatted(setting),
                            "For example: --set trigger.interval=2");
                }
                var parent = path.size() == 2 ? trigger : trigger.withObject("/" + path.get(1));
                parent.set(path.getLast(), value(setting.substring(equals + 1)));
            }
            return trigger;
        }

        /** A number or a list where it reads as one, otherwise the text. */
        private static JsonNode value(String text) {
            try {
                return JSON.readTree(text.isEmpty() ? "\"\"" : text);
            } catch (JsonProcessingException notJson) {
                return JsonNodeFactory.instance.textNode(text);
            }
        }
    }

    @Command(
            name = "fire",
            description = "Start a schedule's job once, now.",
            footer = {"", "Example:", "  ./millwright schedule fire nightly"})
    static final class Fire extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var firing = server.workspace().post(null, "schedules", name.value(), "fire");
            output.print(firing, Cells.table(List.of(Firings.row(firing))), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "backfill",
            description = "Start the due times of a range of the past that never started, each once ever.",
            footer = {
                "",
                "Times without an offset are in the schedule's zone.",
                "Example:",
                "  ./millwright schedule backfill nightly --from 2026-11-01T00:00:00 --to 2026-11-07T00:00:00 --dry-run"
            })
    static final class Backfill extends NamedServerCommand {
        @Option(names = "--from", paramLabel = "TIME", description = "The first moment of the range.")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "TIME", description = "The last moment of the range.")
        private @Nullable String to;

        @Option(
                names = "--at-once",
                paramLabel = "N",
                defaultValue = "1",
                description = "How many of its jobs go on at a time (default: ${DEFAULT-VALUE}).")
        private int atOnce;

        @Option(names = "--dry-run", description = "Only say what would start.")
        private boolean dryRun;

        @Option(names = "--stop", description = "Take back what has not started of back-fills.")
        private boolean stop;

        @Override
        public Integer call() throws IOException {
            if (stop) {
                if (from != null || to != null || dryRun) {
                    throw CommandFailed.usage("--stop goes with nothing else", "");
                }
                server.workspace().delete("schedules", name.value(), "backfill");
                output.print(Map.of("stopped", name.value()));
                return ExitCode.OK.number();
            }
            if (from == null || to == null) {
                throw CommandFailed.usage("--from and --to are needed", "");
            }
            var answer = server.workspace()
                    .post(
                            Map.of("from", from, "to", to, "at_once", atOnce, "dry_run", dryRun),
                            "schedules",
                            name.value(),
                            "backfill");
            var rows = WorkspaceClient.list(answer.path("times")).stream()
                    .map(time -> Cells.of(time).with("local", "due_at", "outcome"))
                    .toList();
            output.print(answer, Cells.table(rows), "Nothing is due in that range.");
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
            description = "Let a paused schedule go on.",
            footer = {"", "Example:", "  ./millwright schedule resume nightly"})
    static final class Resume extends NamedServerCommand {
        @Option(
                names = "--make-up",
                description = "Make up for what was due meanwhile, as its catch-up says; otherwise it is left out.")
        private boolean makeUp;

        @Override
        public Integer call() throws IOException {
            return print(
                    output,
                    server.workspace()
                            .order(Map.of("make_up", Boolean.toString(makeUp)), "schedules", name.value(), "resume"));
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
