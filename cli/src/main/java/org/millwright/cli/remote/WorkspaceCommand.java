package org.millwright.cli.remote;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The workspaces of a server. */
@Command(
        name = "workspace",
        description = "See the workspaces of a server.",
        subcommands = {WorkspaceCommand.ListAll.class},
        footer = {"", "Example:", "  ./millwright workspace list"})
public final class WorkspaceCommand extends CommandGroup {

    @Command(
            name = "list",
            description = "List the workspaces that you may see.",
            footer = {"", "Example:", "  ./millwright workspace list --format json"})
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ServerOption server;

        @Mixin
        private Output output;

        @Override
        public Integer call() throws IOException {
            var workspaces =
                    WorkspaceClient.list(server.api().get("/api/v1/workspaces").path("items"));
            var rows = workspaces.stream()
                    .map(workspace ->
                            Cells.of(workspace).with("name", "subscription", "resource_group", "region", "description"))
                    .toList();
            output.print(workspaces, Cells.table(rows), "You may see no workspace.");
            return ExitCode.OK.number();
        }
    }
}
