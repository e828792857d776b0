package org.millwright.cli.remote;

import java.io.IOException;
import java.util.Map;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;

/** Experiments: named groups of runs. */
@Command(
        name = "experiment",
        description = "See experiments, and delete, restore or purge them with their runs.",
        subcommands = {
            ExperimentCommand.ListAll.class,
            ExperimentCommand.Delete.class,
            ExperimentCommand.Restore.class,
            ExperimentCommand.Purge.class
        },
        footer = {"", "Example:", "  ./millwright experiment list"})
public final class ExperimentCommand extends CommandGroup {

    @Command(
            name = "list",
            description = "List the experiments.",
            footer = {"", "Example:", "  ./millwright experiment list --format json"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var experiments = server.workspace().pages(Map.of(), Integer.MAX_VALUE, "experiments");
            var rows = experiments.stream()
                    .map(experiment -> Cells.of(experiment).with("name", "id").time("created", "created_at"))
                    .toList();
            output.print(experiments, Cells.table(rows), "There are no experiments.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "delete",
            description = "Delete an experiment with its runs. It can be restored until it is purged.",
            footer = {"", "Example:", "  ./millwright experiment delete churn"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            workspace.delete("experiments", id(workspace, name.value()));
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "restore",
            description = "Restore a deleted experiment, with the runs that were deleted with it.",
            footer = {"", "Example:", "  ./millwright experiment restore churn"})
    static final class Restore extends InBin.Restore {
        @Override
        String kind(String ofName) {
            return "experiment";
        }
    }

    @Command(
            name = "purge",
            description = "Remove a deleted experiment for good, with its runs, logged models and files.",
            footer = {"", "Example:", "  ./millwright experiment purge churn"})
    static final class Purge extends InBin.Purge {
        @Override
        String kind(String ofName) {
            return "experiment";
        }
    }

    private static String id(WorkspaceClient workspace, String name) {
        return workspace.pages(Map.of("name", name), Integer.MAX_VALUE, "experiments").stream()
                .findFirst()
                .orElseThrow(() -> CommandFailed.refused("No experiment '%s'".formatted(name), ""))
                .path("id")
                .asText();
    }
}
