package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
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
        subcommands = {TokenCommand.Create.class, TokenCommand.ListAll.class, TokenCommand.Revoke.class},
        footer = {"", "Example:", "  ./millwright token create --name laptop --days 90"})
public final class TokenCommand extends CommandGroup {
    private static final String TOKENS = "/api/v1/tokens";

    private static Cells row(JsonNode token) {
        return Cells.of(token)
                .with("id", "name")
                .time("created", "created_at")
                .time("expires", "expires_at")
                .time("last_used", "last_used_at")
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

        @Option(names = "--secret-only", description = "Print nothing but the secret.")
        private boolean secretOnly;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            if (days != null) {
                body.put("lifetime_days", days);
            }
            var token = server.api().post(TOKENS, body);
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
            description = "List your tokens, without their secrets.",
            footer = {"", "Example:", "  ./millwright token list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var tokens = WorkspaceClient.list(server.api().get(TOKENS).path("items"));
            output.print(
                    tokens, Cells.table(tokens.stream().map(TokenCommand::row).toList()), "You have no tokens.");
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
            server.api().delete(TOKENS + "/" + id);
            Deleted.tell(output, id);
            return ExitCode.OK.number();
        }
    }
}
