package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The workspaces of a server. */
@Command(
        name = "workspace",
        description = "Create, see and delete the workspaces of a server, and change their settings.",
        subcommands = {
            WorkspaceCommand.Create.class,
            WorkspaceCommand.ListAll.class,
            WorkspaceCommand.Show.class,
            WorkspaceCommand.Update.class,
            WorkspaceCommand.Delete.class
        },
        footer = {"", "Example:", "  ./millwright workspace create team-a"})
public final class WorkspaceCommand extends CommandGroup {

    @Command(
            name = "create",
            description =
                    "Make a workspace. MLflow's clients reach it by the tracking address <server>/w/NAME. It needs the role Owner on the whole server.",
            footer = {"", "Example:", "  ./millwright workspace create team-a --description 'Forecasts'"})
    static final class Create extends NamedServerCommand {
        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.", defaultValue = "")
        private String description;

        @Override
        public Integer call() throws IOException {
            var workspace =
                    server.api().post("/api/v1/workspaces", Map.of("name", name.value(), "description", description));
            output.print(
                    workspace,
                    Cells.table(List.of(Cells.of(workspace)
                            .with("name", "subscription", "resource_group", "region", "description"))),
                    "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "list",
            description = "List the workspaces that you may see.",
            footer = {"", "Example:", "  ./millwright workspace list --format json"})
    static final class ListAll extends ServerCommand {
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

    @Command(
            name = "show",
            description = "Show the workspace and its settings.",
            footer = {"", "Example:", "  ./millwright workspace show -w main"})
    static final class Show extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            print(output, server.workspace().get());
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "update",
            description = "Change the settings of the workspace; those that are not given stay as they are.",
            footer = {
                "",
                "Examples:",
                "  ./millwright workspace update --retention-days 90",
                "  ./millwright workspace update --retention-days never --freeze-registered-runs true"
            })
    static final class Update extends ServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = "--retention-days",
                paramLabel = "DAYS",
                description = "Days after which what is deleted is purged, or never.")
        private @Nullable String retention;

        @Option(
                names = "--freeze-registered-runs",
                arity = "1",
                paramLabel = "true|false",
                description = "Whether a run can no longer be changed once a model version was made from it.")
        private @Nullable Boolean freeze;

        @Override
        public Integer call() throws IOException {
            var settings = new LinkedHashMap<String, Object>();
            if (retention != null) {
                settings.put("retention_days", days(retention));
            }
            if (freeze != null) {
                settings.put("freeze_registered_runs", freeze);
            }
            if (settings.isEmpty()) {
                throw new ParameterException(command.commandLine(), "Which setting? See --help");
            }
            print(output, server.workspace().patch(Map.of("settings", settings)));
            return ExitCode.OK.number();
        }

        private Object days(String text) {
            if (text.equals("never")) {
                return text;
            }
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException notANumber) {
                throw new ParameterException(
                        command.commandLine(), "'%s' is neither a number of days nor 'never'".formatted(text));
            }
        }
    }

    private static void print(Output output, JsonNode workspace) {
        if (output.isJson()) {
            output.print(workspace);
        } else {
            var settings = workspace.path("settings");
            output.print(Cells.of(workspace)
                    .with("name", "description", "subscription", "resource_group", "region")
                    .as("retention_days", Cells.text(settings.path("retention_days")))
                    .as("freeze_registered_runs", Cells.text(settings.path("freeze_registered_runs")))
                    .row());
        }
    }

    @Command(
            name = "delete",
            description = "Delete a workspace that holds nothing; of one that does it is said what it holds.",
            footer = {"", "Example:", "  ./millwright workspace delete team-a"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            server.api().delete("/api/v1/workspaces/" + URLEncoder.encode(name.value(), StandardCharsets.UTF_8));
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }
}
