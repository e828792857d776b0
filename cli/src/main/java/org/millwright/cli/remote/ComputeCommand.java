package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;

/** The pools that jobs run on. */
@Command(
        name = "compute",
        description = "See the pools that jobs run on, and pause them.",
        subcommands = {
            ComputeCommand.ListAll.class,
            ComputeCommand.Show.class,
            ComputeCommand.Pause.class,
            ComputeCommand.Resume.class
        },
        footer = {"", "Example:", "  ./millwright compute list"})
public final class ComputeCommand extends CommandGroup {

    private static Cells row(JsonNode compute) {
        return Cells.of(compute)
                .with("name", "type", "slots", "busy", "waiting", "paused")
                .as(
                        "running",
                        String.join(
                                ", ",
                                WorkspaceClient.list(compute.path("running")).stream()
                                        .map(slot -> slot.path("run").asText())
                                        .toList()));
    }

    @Command(
            name = "list",
            description = "List the pools: their slots, what runs on them, how many jobs wait.",
            footer = {"", "Example:", "  ./millwright compute list --format json"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var pools = server.workspace().items("compute");
            output.print(
                    pools, Cells.table(pools.stream().map(ComputeCommand::row).toList()), "There are no pools.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a pool, and what isolates its jobs from the server and from each other.",
            footer = {"", "Example:", "  ./millwright compute show local"})
    static final class Show extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var pool = server.workspace().get("compute", name.value());
            if (output.isJson()) {
                output.print(pool);
            } else {
                var cells = row(pool)
                        .as("isolation", pool.at("/isolation/summary").asText())
                        .as("why not more", Cells.text(pool.at("/isolation/obstacle")))
                        .row();
                cells.values().removeIf(String::isEmpty);
                output.print(cells);
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "pause",
            description = "Start no more jobs on a pool. Those that run go on, new ones wait.",
            footer = {"", "Example:", "  ./millwright compute pause local"})
    static final class Pause extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var pool = server.workspace().post(null, "compute", name.value(), "pause");
            output.print(pool, List.of(row(pool).row()), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "resume",
            description = "Start jobs on a paused pool again.",
            footer = {"", "Example:", "  ./millwright compute resume local"})
    static final class Resume extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var pool = server.workspace().post(null, "compute", name.value(), "resume");
            output.print(pool, List.of(row(pool).row()), "");
            return ExitCode.OK.number();
        }
    }
}
