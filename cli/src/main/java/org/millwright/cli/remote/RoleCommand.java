package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Roles, and the permissions that they are made of. */
@Command(
        name = "role",
        description = "Roles, built-in ones and your own, and what they permit (docs/access.md).",
        subcommands = {
            RoleCommand.ListAll.class,
            RoleCommand.Show.class,
            RoleCommand.Permissions.class,
            RoleCommand.Create.class,
            RoleCommand.Update.class,
            RoleCommand.Delete.class
        },
        footer = {"", "Example:", "  ./millwright role show 'AzureML Data Scientist'"})
public final class RoleCommand extends CommandGroup {
    private static final String ROLES = "roles";

    private static int print(Output output, JsonNode role) {
        if (output.isJson()) {
            output.print(role);
        } else {
            output.print(Cells.of(role).with("name", "built_in", "description").row());
            output.note("");
            output.print(permissions(role.path("permissions")));
        }
        return ExitCode.OK.number();
    }

    private static List<?> permissions(JsonNode permissions) {
        return Cells.table(WorkspaceClient.list(permissions).stream()
                .map(permission -> Cells.of(permission)
                        .as("permission", Cells.text(permission.path("name")))
                        .as("may", Cells.text(permission.path("meaning"))))
                .toList());
    }

    @Command(
            name = "list",
            description = "List the roles.",
            footer = {"", "Example:", "  ./millwright role list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var roles = server.wholeServer().items(ROLES);
            output.print(
                    roles,
                    Cells.table(roles.stream()
                            .map(role -> Cells.of(role)
                                    .with("name", "built_in")
                                    .as(
                                            "permissions",
                                            String.valueOf(
                                                    role.path("permissions").size()))
                                    .with("description"))
                            .toList()),
                    "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a role and what each of its permissions allows.",
            footer = {"", "Example:", "  ./millwright role show Contributor"})
    static final class Show extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            return print(output, server.wholeServer().get(ROLES, name.value()));
        }
    }

    @Command(
            name = "permissions",
            description = "List all permissions that a role can be made of.",
            footer = {"", "Example:", "  ./millwright role permissions"})
    static final class Permissions extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var permissions = server.wholeServer().get("permissions").path("items");
            if (output.isJson()) {
                output.print(permissions);
            } else {
                output.print(permissions(permissions));
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "create",
            description = "Make a role. You must hold, on the whole server, all that it permits.",
            footer = {
                "",
                "Example:",
                "  ./millwright role create Approver --permission WORKSPACE_READ,MODEL_READ,MODEL_APPROVE"
            })
    static final class Create extends NamedServerCommand {
        @Option(
                names = {"-p", "--permission"},
                required = true,
                split = ",",
                paramLabel = "NAME",
                description = "By its name; several with commas between, or the option again.")
        private List<String> permissions;

        @Option(names = "--description", paramLabel = "TEXT", defaultValue = "", description = "What it is for.")
        private String description;

        @Override
        public Integer call() throws IOException {
            var roles = server.wholeServer();
            for (var role : roles.items(ROLES)) {
                if (role.path("name").asText().equalsIgnoreCase(name.value())) {
                    throw CommandFailed.refused(
                            "There is a role '%s'".formatted(role.path("name").asText()),
                            "./millwright role update changes one.");
                }
            }
            var body = new LinkedHashMap<String, Object>();
            body.put("permissions", permissions);
            body.put("description", description);
            return print(output, roles.put(body, ROLES, name.value()));
        }
    }

    @Command(
            name = "update",
            description = "Change a role for everybody who holds it.",
            footer = {"", "Example:", "  ./millwright role update Approver --add MODEL_WRITE --remove WORKSPACE_READ"})
    static final class Update extends NamedServerCommand {
        @Option(
                names = "--add",
                split = ",",
                paramLabel = "NAME",
                description = "Permissions that it permits from now on.")
        private List<String> added = List.of();

        @Option(
                names = "--remove",
                split = ",",
                paramLabel = "NAME",
                description = "Permissions that it permits no more.")
        private List<String> removed = List.of();

        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private @Nullable String description;

        @Override
        public Integer call() throws IOException {
            var roles = server.wholeServer();
            var role = roles.get(ROLES, name.value());
            var permissions = new ArrayList<String>();
            role.path("permissions")
                    .forEach(permission ->
                            permissions.add(permission.path("name").asText()));
            permissions.removeAll(removed);
            added.stream().filter(one -> !permissions.contains(one)).forEach(permissions::add);
            var body = new LinkedHashMap<String, Object>();
            body.put("permissions", permissions);
            body.put(
                    "description",
                    description == null ? role.path("description").asText() : description);
            return print(output, roles.put(body, ROLES, name.value()));
        }
    }

    @Command(
            name = "delete",
            description = "Delete a role of your own that nobody holds.",
            footer = {"", "Example:", "  ./millwright role delete Approver"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            server.wholeServer().delete(ROLES, name.value());
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }
}
