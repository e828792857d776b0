package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.Job;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.yaml.JobReader;
import org.millwright.cli.yaml.Problems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Jobs: scripts that a pool runs. */
@Command(
        name = "job",
        description = "Submit and follow jobs.",
        subcommands = {
            JobCommand.Create.class,
            JobCommand.ListAll.class,
            JobCommand.Show.class,
            JobCommand.Why.class,
            JobCommand.Stream.class,
            JobCommand.Logs.class,
            JobCommand.Packages.class,
            JobCommand.Cancel.class,
            JobCommand.Metrics.class,
            JobCommand.Download.class,
            JobCommand.Delete.class,
            JobCommand.Restore.class,
            JobCommand.Purge.class
        },
        footer = {"", "Example:", "  ./millwright job create -f examples/breast-cancer/job.yml --stream"})
public final class JobCommand extends CommandGroup {

    @Command(
            name = "create",
            description = {
                "Submit a command job that a YAML file describes (Azure ML's command line v2; see docs/jobs.md).",
                "With --stream the exit code is the job's."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright job create -f examples/breast-cancer/job.yml --stream",
                "  ./millwright job create -f job.yml --set inputs.rate=0.1 --set display_name=slow --format json"
            })
    static final class Create extends ServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = {"-f", "--file"},
                required = true,
                paramLabel = "FILE",
                description = "The job's YAML file.")
        private Path file;

        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "Name of the job, in place of the file's (default: the server chooses one).")
        private @Nullable String name;

        @Option(
                names = "--set",
                paramLabel = "PATH=VALUE",
                description = "Set or replace one value of the file; may be given several times.")
        private List<String> settings = new ArrayList<>();

        @Option(
                names = {"-s", "--stream"},
                description = "Print the log as it is printed, until the job has ended. Ctrl-C lets the job go on.")
        private boolean stream;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                description = "With --stream: wait no longer than this (exit code 6); the job goes on.")
        private @Nullable Integer timeout;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var problems = new Problems();
            var all = new ArrayList<>(settings);
            if (name != null) {
                all.add("name='%s'".formatted(name.replace("'", "''")));
            }
            var job = JobReader.read(file, all, problems);
            problems.remarks().forEach(remark -> err("warning: " + remark));
            problems.refuseIfAny();
            var workspace = server.workspace();
            var created = workspace.post(JobSubmission.send(job.orElseThrow(), workspace), "jobs");
            var jobName = created.path("name").asText();
            if (!stream) {
                output.print(created, List.of(summary(created).row()), "");
                output.note("\nFollow it with ./millwright job stream " + jobName);
                return ExitCode.OK.number();
            }
            err("Job %s  %s".formatted(jobName, Cells.text(created.path("studio_url"))));
            return stream(command, output, workspace, jobName, timeout);
        }

        private void err(String line) {
            command.commandLine().getErr().println(line);
            command.commandLine().getErr().flush();
        }
    }

    /** With JSON the log goes to the error stream, so that the answer alone is on the standard one. */
    private static int stream(
            CommandSpec command, Output output, WorkspaceClient workspace, String name, @Nullable Integer timeout)
            throws InterruptedException {
        var news = command.commandLine().getErr();
        var ended = Following.follow(workspace, name, output.isJson() ? news : output.out(), news, timeout);
        if (output.isJson()) {
            output.print(ended.answer());
        }
        return Following.exitCode(ended);
    }

    @Command(
            name = "list",
            description = "List jobs and tracked runs, the newest first.",
            footer = {"", "Example:", "  ./millwright job list --status Running --experiment breast-cancer"})
    static final class ListAll extends ServerCommand {
        @Option(
                names = "--status",
                paramLabel = "STATUS",
                defaultValue = "",
                description = "Such as Running or Failed.")
        private String status;

        @Option(
                names = {"-e", "--experiment"},
                paramLabel = "NAME",
                defaultValue = "",
                description = "Of one experiment.")
        private String experiment;

        @Option(
                names = "--kind",
                paramLabel = "KIND",
                defaultValue = "",
                description = "job or tracked (default: both).")
        private String kind;

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "50",
                description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int max;

        @Override
        public Integer call() throws IOException {
            var filters = Map.of("status", status, "experiment", experiment, "kind", kind);
            var jobs = server.workspace().jobs(filters, Math.max(1, max));
            var rows = jobs.stream().map(JobCommand::summary).toList();
            output.print(jobs, Cells.table(rows), "No jobs.");
            return ExitCode.OK.number();
        }
    }

    private static Cells summary(JsonNode job) {
        var ended = Cells.text(job.path("ended_at"));
        return Cells.of(job)
                .with("name", "status")
                .as("experiment", Cells.text(job.path("experiment_name")))
                .with("display_name")
                .time("created", "created_at")
                .as("took", Cells.duration(Cells.text(job.path("started_at")), ended));
    }

    @Command(
            name = "show",
            description = "Show one job: its state, why it waits, how it ended.",
            footer = {"", "Example:", "  ./millwright job show NAME --format json"})
    static final class Show extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var job = server.workspace().job(name.value());
            if (output.isJson()) {
                output.print(job.answer());
            } else {
                output.print(details(job));
            }
            return ExitCode.OK.number();
        }

        private static Map<String, String> details(Job job) {
            var answer = job.answer();
            var cells = Cells.of(answer)
                    .with("name", "display_name", "status")
                    .as("waiting", job.waiting())
                    .with("reason", "exit_code")
                    .as("experiment", Cells.text(answer.path("experiment_name")))
                    .with("user", "compute", "command")
                    .time("created", "created_at")
                    .time("started", "started_at")
                    .time("ended", "ended_at")
                    .as(
                            "took",
                            Cells.duration(Cells.text(answer.path("started_at")), Cells.text(answer.path("ended_at"))))
                    .as("portal", Cells.text(answer.path("studio_url")));
            cells.row().values().removeIf(String::isEmpty);
            return cells.row();
        }
    }

    @Command(
            name = "why",
            description = "Say why a job waits: the reason by its name, its place in the queue, and a sentence.",
            footer = {"", "Example:", "  ./millwright job why NAME"})
    static final class Why extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var job = server.workspace().job(name.value()).answer();
            var waiting = job.path("waiting");
            if (output.isJson()) {
                output.print(waiting);
            } else if (waiting.isObject()) {
                output.print(Cells.of(waiting)
                        .with("reason", "position", "explanation")
                        .row());
            } else {
                output.note("%s does not wait: it is %s"
                        .formatted(name.value(), job.path("status").asText()));
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "stream",
            description = {
                "Print a job's log from its beginning, and go on until it has ended. The exit code is the job's.",
                "Ctrl-C lets the job go on."
            },
            footer = {"", "Example:", "  ./millwright job stream NAME"})
    static final class Stream extends NamedServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                description = "Wait no longer than this (exit code 6); the job goes on.")
        private @Nullable Integer timeout;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return stream(command, output, server.workspace(), name.value(), timeout);
        }
    }

    @Command(
            name = "logs",
            description = "Print what a job has printed so far.",
            footer = {"", "Example:", "  ./millwright job logs NAME > train.log"})
    static final class Logs extends NamedServerCommand {
        @Option(
                names = "--rank",
                paramLabel = "NUMBER",
                description = "Of a distributed job, the process whose output is wanted, from 0.")
        private int rank;

        @Option(
                names = "--attempt",
                paramLabel = "NUMBER",
                description = "Of a job that was tried again, the try whose output is wanted, from 1; else the last.")
        private int attempt;

        @Override
        public Integer call() throws IOException {
            var log = server.workspace().logSoFar(name.value(), rank, attempt);
            if (output.isJson()) {
                output.print(Map.of("name", name.value(), "log", log));
            } else {
                output.out().print(log);
                output.out().flush();
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "packages",
            description = "Print exactly which packages a job ran with, as a requirements file.",
            footer = {"", "Example:", "  ./millwright job packages calm_river_7kx2 > requirements.txt"})
    static final class Packages extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            try (var body = server.workspace()
                    .open("jobs", name.value(), "files", "environment", "packages.txt")
                    .body()) {
                var list = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                if (output.isJson()) {
                    output.print(Map.of(
                            "name", name.value(), "packages", list.lines().toList()));
                } else {
                    output.out().print(list);
                    output.out().flush();
                }
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "cancel",
            description = "End a job: its processes are asked to stop, and killed when they do not.",
            footer = {"", "Example:", "  ./millwright job cancel NAME"})
    static final class Cancel extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var job = server.workspace().post(null, "jobs", name.value(), "cancel");
            output.print(job, List.of(summary(job).row()), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "delete",
            description = "Delete a job or run that has ended. It can be restored until it is purged.",
            footer = {"", "Example:", "  ./millwright job delete NAME"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            server.workspace().delete("jobs", name.value());
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "restore",
            description = "Restore a deleted job or run.",
            footer = {"", "Example:", "  ./millwright job restore NAME"})
    static final class Restore extends InBin.Restore {
        @Override
        String kind(String ofName) {
            return "run";
        }
    }

    @Command(
            name = "purge",
            description = "Remove a deleted job or run for good, with all it logged and its files.",
            footer = {"", "Example:", "  ./millwright job purge NAME"})
    static final class Purge extends InBin.Purge {
        @Override
        String kind(String ofName) {
            return "run";
        }
    }

    @Command(
            name = "metrics",
            description = "Show a job's parameters and the latest value of each metric.",
            footer = {"", "Example:", "  ./millwright job metrics NAME --format json"})
    static final class Metrics extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var answer = server.workspace().get("jobs", name.value(), "metrics");
            var rows = new ArrayList<Cells>();
            for (var metric : WorkspaceClient.list(answer.path("metrics"))) {
                rows.add(Cells.of(metric)
                        .as("name", Cells.text(metric.path("key")))
                        .with("value", "step")
                        .as("kind", "metric"));
            }
            for (var parameter : answer.path("parameters").properties()) {
                rows.add(Cells.of(answer)
                        .as("name", parameter.getKey())
                        .as("value", Cells.text(parameter.getValue()))
                        .as("step", "")
                        .as("kind", "parameter"));
            }
            output.print(answer, Cells.table(rows), "Nothing was logged.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "download",
            description = "Copy a run's files to this machine.",
            footer = {"", "Example:", "  ./millwright job download NAME --path outputs/report -o ./report"})
    static final class Download extends NamedServerCommand {
        @Option(
                names = {"-p", "--path"},
                paramLabel = "PATH",
                defaultValue = "",
                description = "A file or folder of the run (default: all of them).")
        private String path;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "DIR",
                defaultValue = ".",
                description = "Folder to put it in (default: the current one).")
        private Path folder;

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            var wanted = path.replaceAll("^/+|/+$", "");
            var files = all(workspace, name.value(), wanted);
            if (files.isEmpty() && wanted.isEmpty()) {
                throw CommandFailed.refused("The run %s has no files".formatted(name.value()), "");
            }
            // what is no folder with files in it is a file, or the server says that it is not there
            var list = files.isEmpty() ? List.of(wanted) : files;
            var base = files.isEmpty() ? parent(wanted) : wanted;
            var targets = new ArrayList<Map<String, String>>();
            for (var file : list) {
                var target = target(folder, base.isEmpty() ? file : file.substring(base.length() + 1));
                workspace.download(name.value(), file, target);
                targets.add(Map.of("file", target.toString()));
            }
            output.print(targets, targets, "");
            return ExitCode.OK.number();
        }

        private static String parent(String path) {
            return path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
        }

        private static List<String> all(WorkspaceClient workspace, String run, String folder) {
            var files = new ArrayList<String>();
            var folders = new ArrayDeque<>(List.of(folder));
            while (!folders.isEmpty()) {
                var current = folders.remove();
                for (var item : workspace.files(run, current)) {
                    var itemPath = item.path("path").asText();
                    if (!itemPath.startsWith(current.isEmpty() ? "" : current + "/")) {
                        continue; // the folder itself, or a file of that name
                    }
                    if (item.path("folder").asBoolean()) {
                        folders.add(itemPath);
                    } else {
                        files.add(itemPath);
                    }
                }
            }
            return files;
        }

        /** A name from the server never leads out of the folder that the user named. */
        static Path target(Path folder, String file) {
            var target = folder.resolve(file).normalize();
            if (!target.toAbsolutePath().startsWith(folder.toAbsolutePath().normalize())) {
                throw CommandFailed.refused("The file name '%s' leads out of %s".formatted(file, folder), "");
            }
            return target;
        }
    }
}
