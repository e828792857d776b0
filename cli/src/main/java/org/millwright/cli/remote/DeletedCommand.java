package org.millwright.cli.remote;

import java.io.IOException;
import java.util.Map;
import org.millwright.cli.ExitCode;
import picocli.CommandLine.Command;

/** What lies in the workspace's bin. */
@Command(
        name = "deleted",
        description = "List what is deleted and when it is purged. Until then job, experiment and model restore it.",
        footer = {"", "Example:", "  ./millwright deleted"})
public final class DeletedCommand extends ServerCommand {
    @Override
    public Integer call() throws IOException {
        var items = server.workspace().pages(Map.of(), Integer.MAX_VALUE, "deleted");
        var rows = items.stream()
                .map(item -> Cells.of(item)
                        .with("id", "kind", "name", "experiment")
                        .time("deleted", "deleted_at")
                        .as(
                                "purged",
                                item.path("being_purged").asBoolean()
                                        ? "now"
                                        : item.path("purge_at").isMissingNode()
                                                ? "never"
                                                : Cells.time(
                                                        item.path("purge_at").asText())))
                .toList();
        output.print(items, Cells.table(rows), "Nothing is deleted.");
        return ExitCode.OK.number();
    }
}
