package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Personal tokens, with which clients sign in. */
@Command(
        name = "token",
        description = "Make and revoke the tokens that clients sign in with.",
        subcommands = {
            TokenCommand.Create.class,
            TokenCommand.ListAll.class,
            TokenCommand.Revoke.class,
            TokenCommand.Fetch.class
        },
        footer = {"", "Example:", "  ./millwright token create --name laptop --scope tracking --days 90"})
public final class TokenCommand extends CommandGroup {
    private static final String TOKENS = "tokens";

    private static String words(JsonNode scope) {
        return String.join(
                ", ", WorkspaceClient.list(scope).stream().map(JsonNode::asText).toList());
    }

    private static Cells row(JsonNode token) {
        return Cells.of(token)
                .with("id", "name")
                .as("scope", words(token.path("scope")))
                .time("created", "created_at")
                .time("expires", "expires_at")
                .time("last_used", "last_used_at")
                .as("used_from", Cells.text(token.path("last_used_from")))
                .time("revoked", "revoked_at");
    }

    @Command(
            name = "create",
            description = "Make a token. Its secret is shown once, here.",
            footer = {
                "",
                "Example:",
                "  export MLFLOW_TRACKING_TOKEN=$(./millwright token create --name ci --days 30 --secret-only)"
            })
    static final class Create extends ServerCommand {
        @Option(
                names = {"-n", "--name"},
                required = true,
                paramLabel = "NAME",
                description = "What it is for.")
        private String name;

        @Option(names = "--days", paramLabel = "N", description = "How long it is valid (default: the server's).")
        private @Nullable Integer days;

        @Option(
                names = "--scope",
                paramLabel = "WORD",
                split = ",",
                description = {
                    "What it is confined to: read-only, tracking (log runs, register models), jobs (submit them, too), a"
                            + " permission such as MODEL_READ, or workspace:NAME. May be given several times.",
                    "Without it the token may do what you may."
                })
        private List<String> scope = new ArrayList<>();

        @Option(names = "--secret-only", description = "Print nothing but the secret.")
        private boolean secretOnly;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            if (days != null) {
                body.put("lifetime_days", days);
            }
            if (!scope.isEmpty()) {
                body.put("scope", scope);
            }
            var token = server.wholeServer().post(body, TOKENS);
            if (secretOnly) {
                output.out().println(token.path("secret").asText());
                output.out().flush();
            } else if (output.isJson()) {
                output.print(token);
            } else {
                output.print(row(token).with("secret").row());
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "list",
            description = "List your tokens, or those of somebody else, without their secrets.",
            footer = {"", "Example:", "  ./millwright token list"})
    static final class ListAll extends ServerCommand {
        @Option(
                names = "--principal",
                paramLabel = "ID",
                description = "Whose; needs ACCESS_READ on the server (default: yours).")
        private @Nullable String principal;

        @Override
        public Integer call() throws IOException {
            var whose = principal == null ? Map.<String, String>of() : Map.of("principal", principal);
            var tokens =
                    WorkspaceClient.list(server.wholeServer().get(whose, TOKENS).path("items"));
            output.print(
                    tokens, Cells.table(tokens.stream().map(TokenCommand::row).toList()), "There are no tokens.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "revoke",
            description = "Make a token useless at once.",
            footer = {"", "Example:", "  ./millwright token revoke ID"})
    static final class Revoke extends ServerCommand {
        @Parameters(paramLabel = "ID", description = "As ./millwright token list shows it.")
        private String id;

        @Override
        public Integer call() throws IOException {
            if (!id.matches("[A-Za-z0-9_.-]+")) {
                throw org.millwright.cli.CommandFailed.usage("'%s' is no token id".formatted(id), "");
            }
            server.wholeServer().delete(TOKENS, id);
            Deleted.tell(output, id);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "fetch",
            description = {
                "Print an access token of the service principal that MILLWRIGHT_CLIENT_ID names, for clients that cannot get",
                "one themselves. It ends after an hour, or what the server's operator says."
            },
            footer = {"", "Example:", "  export MLFLOW_TRACKING_TOKEN=$(./millwright token fetch)"})
    static final class Fetch extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            output.out().println(server.access().tokens().token());
            output.out().flush();
            return ExitCode.OK.number();
        }
    }
}
