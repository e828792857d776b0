package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.millwright.cli.transfer.Report;
import org.millwright.cli.transfer.WorkspaceExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a workspace to a folder that {@link ImportCommand} reads. */
@Command(
        name = "export",
        description = {
            "Write the experiments, runs, models and files of a workspace to a folder.",
            "'millwright import DIR' reads it back. The exit code is 1 when something was left out, such as a job that runs."
        },
        footer = {
            "",
            "Examples:",
            "  ./millwright export backup-2026-11",
            "  ./millwright export churn-only --experiment churn --model churn"
        })
public final class ExportCommand extends ServerCommand {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "DIR", description = "A folder that is empty, or not there yet.")
    private Path folder;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            description = "Export this experiment; may be given several times. Without it and --model: everything.")
    private List<String> experiments = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description =
                    "Export this registered model, with what its versions are made of; may be given several times.")
    private List<String> models = List.of();

    @Override
    public Integer call() throws IOException {
        var err = command.commandLine().getErr();
        var report = new Report(server.workspaceName(), folder.toString(), false, err);
        var header = JsonNodeFactory.instance
                .objectNode()
                .put("workspace", server.workspaceName())
                .put("server", server.access().toString())
                .put(
                        "exported_at",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        new WorkspaceExport(server.transfer(), experiments, models, report).run(folder, header);
        return ImportCommand.ended(report, output, err);
    }
}
