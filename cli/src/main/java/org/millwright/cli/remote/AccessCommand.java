package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may do what: roles given, denied and taken away, and why somebody may do something or may not. */
@Command(
        name = "access",
        description = "Who may do what: give, deny and take away roles, and ask why (docs/access.md).",
        subcommands = {
            AccessCommand.ListAll.class,
            AccessCommand.Give.class,
            AccessCommand.Deny.class,
            AccessCommand.Take.class,
            AccessCommand.Why.class,
            AccessCommand.Mine.class
        },
        footer = {
            "",
            "Example:",
            "  ./millwright access give --role Contributor --to ana@example.org --workspace vision"
        })
public final class AccessCommand extends CommandGroup {
    private static final String ASSIGNMENTS = "role-assignments";

    static Cells row(JsonNode assignment) {
        return Cells.of(assignment)
                .as("principal", Cells.text(assignment.path("principal").path("id")))
                .with("role", "effect")
                .as("on", scope(assignment.path("scope")))
                .time("since", "created_at")
                .as("by", Cells.text(assignment.path("created_by")))
                .with("id");
    }

    private static String scope(JsonNode scope) {
        var on = scope.path("on").asText();
        var workspace = scope.path("workspace").asText();
        var name = scope.path("resource_name").asText(scope.path("resource").asText());
        return switch (on) {
            case "server" -> "whole server";
            case "workspace" -> "workspace " + workspace;
            default -> "%s %s in %s".formatted(on, name, workspace);
        };
    }

    /** How far a role reaches: the workspace, unless something else is said. */
    static final class ScopeOption {
        @ArgGroup(exclusive = true)
        private @Nullable Other other;

        static final class Other {
            @Option(names = "--whole-server", required = true, description = "On the whole server.")
            private boolean wholeServer;

            @Option(
                    names = "--experiment",
                    required = true,
                    paramLabel = "NAME",
                    description = "On one, by name or number.")
            private @Nullable String experiment;

            @Option(names = "--model", required = true, paramLabel = "NAME", description = "On one registered model.")
            private @Nullable String model;

            @Option(names = "--endpoint", required = true, paramLabel = "NAME", description = "On one endpoint.")
            private @Nullable String endpoint;

            @Option(names = "--compute", required = true, paramLabel = "NAME", description = "On one compute target.")
            private @Nullable String compute;
        }

        boolean isGiven() {
            return other != null;
        }

        Map<String, String> scope(ServerOption server) {
            var scope = new LinkedHashMap<String, String>();
            if (other != null && other.wholeServer) {
                scope.put("on", "server");
                return scope;
            }
            scope.put("on", "workspace");
            scope.put("workspace", server.workspaceName());
            if (other != null) {
                put(scope, "experiment", other.experiment);
                put(scope, "model", other.model);
                put(scope, "endpoint", other.endpoint);
                put(scope, "compute", other.compute);
            }
            return scope;
        }

        private static void put(Map<String, String> scope, String kind, @Nullable String name) {
            if (name != null) {
                scope.put("on", kind);
                scope.put("resource", name);
            }
        }
    }

    @Command(
            name = "list",
            description = "List who holds which role in the workspace, on one thing, or on the whole server.",
            footer = {
                "",
                "Example:",
                "  ./millwright access list --workspace vision",
                "  ./millwright access list --principal ana@example.org      # wherever, also through groups"
            })
    static final class ListAll extends ServerCommand {
        @Mixin
        private ScopeOption scope;

        @Option(
                names = "--principal",
                paramLabel = "WHO",
                description = "All that they hold, wherever, also through groups.")
        private @Nullable String principal;

        @Option(names = "--all", description = "Wherever on the server, as far as you may see it.")
        private boolean all;

        @Override
        public Integer call() throws IOException {
            var query = new LinkedHashMap<String, String>();
            if (principal != null) {
                query.put("principal", principal);
            }
            if (scope.isGiven() || principal == null && !all) {
                query.putAll(scope.scope(server));
            }
            var found = WorkspaceClient.list(
                    server.wholeServer().get(query, ASSIGNMENTS).path("items"));
            output.print(
                    found,
                    Cells.table(found.stream().map(AccessCommand::row).toList()),
                    "Nobody was given a role there.");
            return ExitCode.OK.number();
        }
    }

    /** A role that is given or denied. */
    abstract static class Assigning extends ServerCommand {
        @Mixin
        ScopeOption scope;

        @Option(
                names = {"-r", "--role"},
                required = true,
                paramLabel = "ROLE",
                description = "By its name (./millwright role list).")
        String role;

        @Option(
                names = "--to",
                required = true,
                paramLabel = "WHO",
                description = "A person, group or service: an id, a username or an e-mail address.")
        String principal;

        int assign(String effect) throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("principal", principal);
            body.put("role", role);
            body.put("effect", effect);
            body.put("scope", scope.scope(server));
            var given = server.wholeServer().post(body, ASSIGNMENTS);
            if (output.isJson()) {
                output.print(given);
            } else {
                output.print(row(given).row());
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "give",
            description = "Give a role; it holds at once. You must hold all that you give.",
            footer = {
                "",
                "Example:",
                "  ./millwright access give --role Contributor --to ana@example.org --workspace vision",
                "  ./millwright access give --role 'AzureML Registry User' --to ci --model credit-risk"
            })
    static final class Give extends Assigning {
        @Override
        public Integer call() throws IOException {
            return assign("allow");
        }
    }

    @Command(
            name = "deny",
            description = "Deny all that a role permits; a denial wins over whatever allows.",
            footer = {
                "",
                "Example:",
                "  ./millwright access deny --role 'AzureML Registry User' --to interns --model credit-risk"
            })
    static final class Deny extends Assigning {
        @Override
        public Integer call() throws IOException {
            return assign("deny");
        }
    }

    @Command(
            name = "take",
            description = "Take a role away, or lift a denial: one by its id, or all of a principal that match.",
            footer = {
                "",
                "Example:",
                "  ./millwright access take --role Contributor --from ana@example.org --workspace vision",
                "  ./millwright access take ID"
            })
    static final class Take extends ServerCommand {
        @Mixin
        private ScopeOption scope;

        @Parameters(arity = "0..1", paramLabel = "ID", description = "As ./millwright access list shows it.")
        private @Nullable String id;

        @Option(
                names = {"-r", "--role"},
                paramLabel = "ROLE",
                description = "The role that they hold, or that is denied to them.")
        private @Nullable String role;

        @Option(names = "--from", paramLabel = "WHO", description = "An id, a username or an e-mail address.")
        private @Nullable String principal;

        @Override
        public Integer call() throws IOException {
            var client = server.wholeServer();
            if (id != null) {
                if (role != null || principal != null) {
                    throw CommandFailed.usage("Either an ID, or --role and --from", "");
                }
                client.delete(ASSIGNMENTS, id);
                Deleted.tell(output, id);
                return ExitCode.OK.number();
            }
            if (role == null || principal == null) {
                throw CommandFailed.usage("Either an ID, or --role and --from are needed", "");
            }
            var taken = matching(client, role, principal);
            if (taken.isEmpty()) {
                throw CommandFailed.refused(
                        "'%s' was not given '%s' there".formatted(principal, role),
                        "./millwright access list --principal '%s' shows what they hold, and through which groups."
                                .formatted(principal));
            }
            taken.forEach(one -> client.delete(ASSIGNMENTS, one.path("id").asText()));
            output.print(
                    taken, Cells.table(taken.stream().map(AccessCommand::row).toList()), "");
            return ExitCode.OK.number();
        }

        /** Those of exactly this scope; what comes through a group is taken from the group. */
        private List<JsonNode> matching(WorkspaceClient client, String wanted, String from) {
            var where = scope.scope(server);
            var query = new LinkedHashMap<String, String>(where);
            query.put("principal", from);
            var who =
                    client.get("principals", from).path("principal").path("id").asText();
            return WorkspaceClient.list(client.get(query, ASSIGNMENTS).path("items")).stream()
                    .filter(one -> one.path("principal").path("id").asText().equals(who))
                    .filter(one -> one.path("role").asText().equals(wanted))
                    .filter(one -> one.path("scope").path("on").asText().equals(where.get("on")))
                    .toList();
        }
    }

    @Command(
            name = "why",
            description = "Ask whether somebody may do something, why, and what would allow it.",
            footer = {
                "",
                "Example:",
                "  ./millwright access why ana@example.org MODEL_WRITE --workspace vision",
                "  ./millwright access why ana@example.org models.register --workspace vision",
                "  ./millwright access why me JOB_SUBMIT"
            })
    static final class Why extends ServerCommand {
        @Mixin
        private ScopeOption scope;

        @Parameters(index = "0", paramLabel = "WHO", description = "An id, a username, an e-mail address, or me.")
        private String who;

        @Parameters(
                index = "1",
                paramLabel = "WHAT",
                description =
                        "A permission (./millwright role permissions), or an operation of the REST API by its id.")
        private String what;

        @Override
        public Integer call() throws IOException {
            var query = new LinkedHashMap<String, String>();
            query.put(what.contains(".") ? "operation" : "permission", what);
            // Many operations say by themselves that they are about the whole server.
            query.putAll(scope.scope(server));
            var client = server.wholeServer();
            var answer = who.equals("me")
                    ? client.get(query, "me", "why")
                    : client.get(query, PrincipalCommand.PRINCIPALS, who, "why");
            if (output.isJson()) {
                output.print(answer);
                return ExitCode.OK.number();
            }
            output.note(answer.path("sentence").asText());
            for (var reason : WorkspaceClient.list(answer.path("reasons"))) {
                output.note("  - " + reason.path("sentence").asText());
            }
            var help = answer.path("help").asText();
            if (!help.isEmpty()) {
                output.note("What would allow it: " + help);
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "mine",
            description = "Show who you are here, your groups, and the roles that you hold.",
            footer = {"", "Example:", "  ./millwright access mine"})
    static final class Mine extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            return PrincipalCommand.printWhole(output, server.wholeServer().get("me"));
        }
    }
}
