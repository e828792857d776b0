package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** People, groups and services that may be given roles. */
@Command(
        name = "principal",
        description = "People, groups and services (docs/access.md).",
        subcommands = {
            PrincipalCommand.ListAll.class,
            PrincipalCommand.Show.class,
            PrincipalCommand.Create.class,
            PrincipalCommand.Link.class,
            PrincipalCommand.Rename.class,
            PrincipalCommand.Disable.class,
            PrincipalCommand.Enable.class,
            PrincipalCommand.Delete.class
        },
        footer = {"", "Example:", "  ./millwright principal list --text ana"})
public final class PrincipalCommand extends CommandGroup {
    static final String PRINCIPALS = "principals";

    static Cells row(JsonNode principal) {
        return Cells.of(principal)
                .with("id", "kind", "name")
                .as("sign_in_name", signInName(principal))
                .time("last_sign_in", "last_sign_in_at")
                .time("disabled", "disabled_at");
    }

    private static String signInName(JsonNode principal) {
        var username = Cells.text(principal.path("username"));
        return username.isEmpty() ? Cells.text(principal.path("email")) : username;
    }

    static int print(Output output, JsonNode principal) {
        if (output.isJson()) {
            output.print(principal);
        } else {
            var cells = row(principal)
                    .as("email", Cells.text(principal.path("email")))
                    .as("provider", Cells.text(principal.path("identity").path("provider")))
                    .time("created", "created_at")
                    .row();
            cells.values().removeIf(String::isEmpty);
            output.print(cells);
        }
        return ExitCode.OK.number();
    }

    /** Whom a command is about. */
    abstract static class OfPrincipal extends ServerCommand {
        @Parameters(paramLabel = "WHO", description = "An id, a username or an e-mail address.")
        String who;

        int change(Map<String, Object> change) throws IOException {
            return print(output, server.wholeServer().patch(change, PRINCIPALS, who));
        }
    }

    @Command(
            name = "list",
            description = "List people, groups and services.",
            footer = {"", "Example:", "  ./millwright principal list --kind group --text vision"})
    static final class ListAll extends ServerCommand {
        @Option(names = "--kind", paramLabel = "KIND", defaultValue = "", description = "user, group or service.")
        private String kind;

        @Option(
                names = "--text",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "A part of the id, name, username or e-mail address.")
        private String text;

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "100",
                description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int most;

        @Override
        public Integer call() throws IOException {
            var filters = new LinkedHashMap<String, String>();
            filters.put("kind", kind);
            filters.put("text", text);
            var found = server.wholeServer().pages(filters, most, PRINCIPALS);
            output.print(
                    found, Cells.table(found.stream().map(PrincipalCommand::row).toList()), "Nobody is called so.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a principal: groups, and the roles that they hold, also through groups.",
            footer = {"", "Example:", "  ./millwright principal show ana@example.org"})
    static final class Show extends OfPrincipal {
        @Override
        public Integer call() throws IOException {
            return printWhole(output, server.wholeServer().get(PRINCIPALS, who));
        }
    }

    static int printWhole(Output output, JsonNode whole) {
        if (output.isJson()) {
            output.print(whole);
            return ExitCode.OK.number();
        }
        print(output, whole.path("principal"));
        var groups = WorkspaceClient.list(whole.path("groups"));
        if (!groups.isEmpty()) {
            output.note("");
            output.note("In the groups:");
            output.print(groups.stream()
                    .map(group -> Cells.of(group).with("id", "name").row())
                    .toList());
        }
        var assignments = WorkspaceClient.list(whole.path("assignments"));
        output.note("");
        output.note(assignments.isEmpty() ? "Holds no role that you may see." : "Holds:");
        if (!assignments.isEmpty()) {
            var rows = new ArrayList<Cells>();
            var id = whole.path("principal").path("id").asText();
            for (var assignment : assignments) {
                var holder = assignment.path("principal");
                rows.add(AccessCommand.row(assignment)
                        .as(
                                "through",
                                holder.path("id").asText().equals(id)
                                        ? ""
                                        : holder.path("name").asText())
                        .without("principal"));
            }
            output.print(Cells.table(rows));
        }
        return ExitCode.OK.number();
    }

    @Command(
            name = "create",
            description = "Make a person who has no identity provider; they get in by ./millwright principal link.",
            footer = {"", "Example:", "  ./millwright principal create ana --display-name 'Ana Lima'"})
    static final class Create extends ServerCommand {
        @Parameters(paramLabel = "ID", description = "For life: letters, digits, '.', '_', '@', '+' and '-'.")
        private String id;

        @Option(names = "--display-name", paramLabel = "NAME", description = "As shown to people (default: the id).")
        private @Nullable String name;

        @Override
        public Integer call() throws IOException {
            return create(this, id, "user", name);
        }
    }

    static int create(ServerCommand command, String id, String kind, @Nullable String name) throws IOException {
        var body = new LinkedHashMap<String, Object>();
        body.put("id", id);
        body.put("kind", kind);
        if (name != null) {
            body.put("name", name);
        }
        return print(command.output, command.server.wholeServer().post(body, PRINCIPALS));
    }

    @Command(
            name = "link",
            description = "Make a one-time link by which a person who was made here signs in to the studio.",
            footer = {
                "",
                "Hand it to them: whoever opens it acts as them.",
                "Example:",
                "  ./millwright principal link ana"
            })
    static final class Link extends OfPrincipal {
        @Override
        public Integer call() throws IOException {
            var link = server.wholeServer().post(null, PRINCIPALS, who, "sign-in-links");
            if (output.isJson()) {
                output.print(link);
            } else {
                output.out().println(link.path("url").asText());
                output.out().flush();
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "rename",
            description = "Change how a person or a group is shown. Names of a provider's people are the provider's.",
            footer = {"", "Example:", "  ./millwright principal rename entra:group:0f5e3a9c 'The vision team'"})
    static final class Rename extends OfPrincipal {
        @Parameters(paramLabel = "NAME", description = "The new one.")
        private String name;

        @Override
        public Integer call() throws IOException {
            return change(Map.of("name", name));
        }
    }

    @Command(
            name = "disable",
            description = "Believe nothing any more that they hold, at once. A disabled group gives nothing.",
            footer = {"", "Example:", "  ./millwright principal disable ana@example.org"})
    static final class Disable extends OfPrincipal {
        @Override
        public Integer call() throws IOException {
            return change(Map.of("disabled", true));
        }
    }

    @Command(
            name = "enable",
            description = "Let them act again.",
            footer = {"", "Example:", "  ./millwright principal enable ana@example.org"})
    static final class Enable extends OfPrincipal {
        @Override
        public Integer call() throws IOException {
            return change(Map.of("disabled", false));
        }
    }

    @Command(
            name = "delete",
            description = "Delete a principal with all that they hold. Whom a provider knows comes back at a sign-in.",
            footer = {"", "Example:", "  ./millwright principal delete ana"})
    static final class Delete extends OfPrincipal {
        @Override
        public Integer call() throws IOException {
            server.wholeServer().delete(PRINCIPALS, who);
            Deleted.tell(output, who);
            return ExitCode.OK.number();
        }
    }

    static List<Cells> rows(List<JsonNode> principals) {
        return principals.stream().map(PrincipalCommand::row).toList();
    }
}
