package org.millwright.cli.remote;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.Output;
import org.millwright.cli.client.Trust;
import org.millwright.cli.transfer.FolderImport;
import org.millwright.cli.transfer.MlflowImport;
import org.millwright.cli.transfer.MlflowServer;
import org.millwright.cli.transfer.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings work into a workspace: an exported folder, or what an MLflow server keeps. */
@Command(
        name = "import",
        description = {
            "Read an exported folder into a workspace, with its ids and times.",
            "It may be stopped and run again: what is there already stays as it is. A folder that is not as it was written",
            "is refused before anything is imported."
        },
        subcommands = {ImportCommand.Mlflow.class},
        footer = {
            "",
            "Examples:",
            "  ./millwright import backup-2026-11",
            "  ./millwright import mlflow --tracking-uri http://mlflow.example.org:5000"
        })
public final class ImportCommand extends ServerCommand {
    @Spec
    private CommandSpec command;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "A folder that 'millwright export' wrote.")
    private @Nullable Path folder;

    @Option(names = "--dry-run", description = "Check the folder and count what is in it; import nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
        if (folder == null) {
            throw new ParameterException(
                    command.commandLine(), "What is to be imported? An exported folder DIR, or 'mlflow'");
        }
        var report = new Report(
                folder.toString(),
                server.workspaceName(),
                dryRun,
                command.commandLine().getErr());
        new FolderImport(server.transfer(), report, dryRun).run(folder);
        return ended(report, output, command.commandLine().getErr());
    }

    /** Prints the summary. @return the exit code that it stands for */
    static int ended(Report report, Output output, PrintWriter err) {
        var summary = report.summary();
        if (output.isJson()) {
            output.print(summary);
        } else {
            output.print(
                    summary, rows(summary), summary.dryRun() ? "There is nothing to copy." : "Nothing was copied.");
        }
        if (!summary.notCopied().isEmpty()) {
            err.println("%d things were not copied; they are listed above%s"
                    .formatted(
                            summary.notCopied().size(),
                            output.isJson() ? " and in not_copied" : ", and in not_copied with --format json"));
            err.flush();
        }
        return report.exitCode();
    }

    private static List<Map<String, String>> rows(Report.Summary summary) {
        var rows = new ArrayList<Map<String, String>>();
        for (var kind : Report.Kind.values()) {
            var name = kind.key();
            var copied = summary.copied().getOrDefault(name, 0L);
            var unchanged = summary.unchanged().getOrDefault(name, 0L);
            if (copied > 0 || unchanged > 0) {
                var row = new LinkedHashMap<String, String>();
                row.put("kind", name.replace('_', ' '));
                row.put(summary.dryRun() ? "to copy" : "copied", copied.toString());
                row.put("there already", unchanged.toString());
                rows.add(row);
            }
        }
        return rows;
    }

    @Command(
            name = "mlflow",
            description = {
                "Copy experiments, runs, models and files from an MLflow server, 2.x or 3.x, with their ids and times.",
                "It may be stopped and run again: it goes on, and adds what is new at the source since. Who may read",
                "the source is said as to MLflow's own client: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and",
                "MLFLOW_TRACKING_PASSWORD. The exit code is 1 when something was not copied."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright import mlflow --tracking-uri http://mlflow.example.org:5000 --dry-run",
                "  ./millwright import mlflow --tracking-uri http://mlflow.example.org:5000 --experiment churn"
            })
    static final class Mlflow extends ServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = "--tracking-uri",
                required = true,
                paramLabel = "URI",
                description = "Address of the MLflow server to copy from.")
        private String trackingUri;

        @Option(
                names = "--source-workspace",
                paramLabel = "NAME",
                description = "Workspace of the source, when it has several.")
        private @Nullable String sourceWorkspace;

        @Option(
                names = "--experiment",
                paramLabel = "NAME",
                description = "Copy this experiment; may be given several times. Without it and --model: everything.")
        private List<String> experiments = List.of();

        @Option(
                names = "--model",
                paramLabel = "NAME",
                description =
                        "Copy this registered model, with what its versions are made of; may be given several times.")
        private List<String> models = List.of();

        @Option(names = "--deleted", description = "Copy deleted experiments and runs as well, as deleted.")
        private boolean deleted;

        @Option(
                names = "--again",
                description = "Look also into ended runs and models that are here and look the same.")
        private boolean again;

        @Option(
                names = "--files",
                paramLabel = "DIR",
                description =
                        "Read files of the source that lie below this folder of this machine; may be given several times.")
        private List<Path> folders = List.of();

        @Option(
                names = "--ca",
                paramLabel = "FILE",
                description = "PEM file of the authority that signed the source's certificate.")
        private @Nullable Path authority;

        @Option(names = "--insecure", description = "Do not check the source's certificate.")
        private boolean insecure;

        @Option(names = "--dry-run", description = "Say what would be copied; copy nothing.")
        private boolean dryRun;

        @Override
        public Integer call() throws IOException {
            var source = new MlflowServer(trackingUri, authorization(System.getenv()), sourceWorkspace, trust());
            var report = new Report(
                    trackingUri,
                    server.workspaceName(),
                    dryRun,
                    command.commandLine().getErr());
            var choice = new MlflowImport.Choice(experiments, models, deleted, again, folders, dryRun);
            new MlflowImport(source, server.transfer(), choice, report, Instant.now()).run();
            return ended(report, output, command.commandLine().getErr());
        }

        private @Nullable SSLContext trust() throws IOException {
            if (insecure) {
                try {
                    return Trust.everybody();
                } catch (GeneralSecurityException impossible) {
                    throw new IOException("This Java has no TLS", impossible);
                }
            }
            return authority == null ? null : Trust.in(authority);
        }

        static @Nullable String authorization(Map<String, String> environment) {
            var token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "").strip();
            var user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "").strip();
            if (!user.isEmpty()) {
                return MlflowServer.basic(user, environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", ""));
            }
            return token.isEmpty() ? null : "Bearer " + token;
        }
    }
}
