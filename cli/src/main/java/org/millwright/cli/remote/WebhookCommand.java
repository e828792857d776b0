package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Webhooks: receivers outside that are told of what happens. */
@Command(
        name = "webhook",
        description = "Tell other systems what happens to models, jobs and endpoints (docs/webhooks.md).",
        subcommands = {
            WebhookCommand.Create.class,
            WebhookCommand.ListAll.class,
            WebhookCommand.Show.class,
            WebhookCommand.Update.class,
            WebhookCommand.Delete.class,
            WebhookCommand.Test.class,
            WebhookCommand.Deliveries.class,
            WebhookCommand.Replay.class
        },
        footer = {
            "",
            "Example:",
            "  ./millwright webhook create --name ci --url https://ci.example.com/hook --event model_version.created"
        })
public final class WebhookCommand extends CommandGroup {
    private static final String WEBHOOKS = "webhooks";
    private static final int MOST = 10_000;

    private static Cells row(JsonNode webhook) {
        return Cells.of(webhook).with("id", "name", "active", "signed", "url").as("events", events(webhook));
    }

    private static Cells whole(JsonNode webhook) {
        return row(webhook)
                .with("description")
                .time("created", "created_at")
                .time("updated", "updated_at")
                .with("secret");
    }

    private static String events(JsonNode webhook) {
        return String.join(
                ", ",
                WorkspaceClient.list(webhook.path("events")).stream()
                        .map(JsonNode::asText)
                        .toList());
    }

    private static int print(Output output, JsonNode webhook) {
        if (output.isJson()) {
            output.print(webhook);
        } else {
            var cells = whole(webhook).row();
            cells.values().removeIf(String::isEmpty);
            output.print(cells);
        }
        return ExitCode.OK.number();
    }

    private static Cells delivery(JsonNode delivery) {
        return Cells.of(delivery)
                .with("id", "event", "state")
                .as("tries", Cells.text(delivery.path("attempts")))
                .as("answer", Cells.text(delivery.path("status")))
                .time("last_try", "attempted_at");
    }

    /** Which webhook, by its id, or by its name where only one has it. */
    static final class WebhookArgument {
        @Parameters(paramLabel = "WEBHOOK", description = "Its id, or its name if no other has that.")
        private String word;

        String id(WorkspaceClient workspace) {
            if (word.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
                return word;
            }
            var named = workspace.pages(Map.of(), MOST, WEBHOOKS).stream()
                    .filter(webhook -> webhook.path("name").asText().equals(word))
                    .map(webhook -> webhook.path("id").asText())
                    .toList();
            return switch (named.size()) {
                case 0 -> throw CommandFailed.refused("No webhook '%s'".formatted(word), "");
                case 1 -> named.getFirst();
                default ->
                    throw CommandFailed.refused(
                            "%d webhooks are named '%s'".formatted(named.size(), word),
                            "Say which by its id: " + String.join(", ", named));
            };
        }
    }

    /** What a webhook is made of; all of it may be left out of a change. */
    static final class Parts {
        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private @Nullable String description;

        @Option(
                names = {"-e", "--event"},
                paramLabel = "EVENT",
                description = "An event that it wants, such as model_version.created; may be given several times.")
        private List<String> events = new ArrayList<>();

        @Option(
                names = "--secret-file",
                paramLabel = "FILE",
                description =
                        "The file with the secret to sign with (default: the server makes one and shows it once).")
        private @Nullable Path secretFile;

        @Option(names = "--unsigned", description = "Do not sign what is sent.")
        private boolean unsigned;

        Map<String, Object> body(@Nullable String name, @Nullable String url) throws IOException {
            var body = new LinkedHashMap<String, Object>();
            put(body, "name", name);
            put(body, "url", url);
            put(body, "description", description);
            put(body, "events", events.isEmpty() ? null : events);
            put(body, "secret", secret());
            return body;
        }

        private @Nullable String secret() throws IOException {
            if (secretFile != null && unsigned) {
                throw CommandFailed.usage("--secret-file and --unsigned exclude each other", "");
            }
            if (secretFile == null) {
                return unsigned ? "" : null;
            }
            if (!Files.isReadable(secretFile)) {
                throw CommandFailed.usage("%s cannot be read".formatted(secretFile), "");
            }
            var secret = Files.readString(secretFile).strip();
            if (secret.isEmpty()) {
                throw CommandFailed.usage("%s is empty".formatted(secretFile), "");
            }
            return secret;
        }

        private static void put(Map<String, Object> body, String field, @Nullable Object value) {
            if (value != null) {
                body.put(field, value);
            }
        }
    }

    @Command(
            name = "create",
            description = "Make a webhook. The secret that the server makes for it is shown once, here.",
            footer = {
                "",
                "Example:",
                "  ./millwright webhook create --name ci --url https://ci.example.com/hook -e model_version.created -e run.failed"
            })
    static final class Create extends ServerCommand {
        @Mixin
        private Parts parts;

        @Option(
                names = {"-n", "--name"},
                required = true,
                paramLabel = "NAME",
                description = "Letters, digits, '.', '_' and '-'.")
        private String name;

        @Option(names = "--url", required = true, paramLabel = "URL", description = "Where to send; https.")
        private String url;

        @Option(names = "--disabled", description = "Send nothing before it is activated.")
        private boolean disabled;

        @Override
        public Integer call() throws IOException {
            var body = parts.body(name, url);
            body.put("active", !disabled);
            return print(output, server.workspace().post(body, WEBHOOKS));
        }
    }

    @Command(
            name = "list",
            description = "List the webhooks.",
            footer = {"", "Example:", "  ./millwright webhook list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var webhooks = server.workspace().pages(Map.of(), MOST, WEBHOOKS);
            output.print(
                    webhooks,
                    Cells.table(webhooks.stream().map(WebhookCommand::row).toList()),
                    "There are no webhooks.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a webhook.",
            footer = {"", "Example:", "  ./millwright webhook show ci"})
    static final class Show extends ServerCommand {
        @Mixin
        private WebhookArgument webhook;

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            return print(output, workspace.get(WEBHOOKS, webhook.id(workspace)));
        }
    }

    @Command(
            name = "update",
            description = "Change a webhook: only what is given.",
            footer = {"", "Example:", "  ./millwright webhook update ci --disable"})
    static final class Update extends ServerCommand {
        @Mixin
        private WebhookArgument webhook;

        @Mixin
        private Parts parts;

        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "Another name.")
        private @Nullable String name;

        @Option(names = "--url", paramLabel = "URL", description = "Another address.")
        private @Nullable String url;

        @Option(names = "--enable", description = "Send from now on, and what is waiting.")
        private boolean enable;

        @Option(names = "--disable", description = "Send nothing from now on.")
        private boolean disable;

        @Override
        public Integer call() throws IOException {
            if (enable && disable) {
                throw CommandFailed.usage("--enable and --disable exclude each other", "");
            }
            var body = parts.body(name, url);
            if (enable || disable) {
                body.put("active", enable);
            }
            var workspace = server.workspace();
            return print(output, workspace.patch(body, WEBHOOKS, webhook.id(workspace)));
        }
    }

    @Command(
            name = "delete",
            description = "Remove a webhook and what is kept of its deliveries.",
            footer = {"", "Example:", "  ./millwright webhook delete ci"})
    static final class Delete extends ServerCommand {
        @Mixin
        private WebhookArgument webhook;

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            var id = webhook.id(workspace);
            workspace.delete(WEBHOOKS, id);
            Deleted.tell(output, id);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "test",
            description = "Send an example, and show the answer. Fails when the receiver does not take it.",
            footer = {"", "Example:", "  ./millwright webhook test ci --event run.failed"})
    static final class Test extends ServerCommand {
        @Mixin
        private WebhookArgument webhook;

        @Option(
                names = {"-e", "--event"},
                paramLabel = "EVENT",
                description = "Of which event (default: the first that it wants).")
        private @Nullable String event;

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            var body = new LinkedHashMap<String, Object>();
            if (event != null) {
                body.put("event", event);
            }
            var answer = workspace.post(body, WEBHOOKS, webhook.id(workspace), "test");
            output.print(answer);
            return answer.path("success").asBoolean() ? ExitCode.OK.number() : ExitCode.FAILED.number();
        }
    }

    @Command(
            name = "deliveries",
            description = "List what was sent to a webhook and what came of it, the newest first.",
            footer = {"", "Example:", "  ./millwright webhook deliveries ci --state gave_up"})
    static final class Deliveries extends ServerCommand {
        @Mixin
        private WebhookArgument webhook;

        @Option(names = "--state", paramLabel = "STATE", description = "Only those waiting, delivered or gave_up.")
        private @Nullable String state;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "How many at most (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Override
        public Integer call() throws IOException {
            if (limit < 1) {
                throw CommandFailed.usage("--limit must be at least 1", "");
            }
            var workspace = server.workspace();
            var deliveries = workspace.pages(
                    Map.of("state", state == null ? "" : state), limit, WEBHOOKS, webhook.id(workspace), "deliveries");
            output.print(
                    deliveries,
                    Cells.table(
                            deliveries.stream().map(WebhookCommand::delivery).toList()),
                    "Nothing was sent to it.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "replay",
            description = "Send a delivery again, or all that were given up since a time.",
            footer = {
                "",
                "Example:",
                "  ./millwright webhook replay ci --delivery ID",
                "  ./millwright webhook replay ci --since 2026-11-01T00:00:00Z"
            })
    static final class Replay extends ServerCommand {
        @Mixin
        private WebhookArgument webhook;

        @Option(names = "--delivery", paramLabel = "ID", description = "As the list of deliveries shows it.")
        private @Nullable String delivery;

        @Option(names = "--since", paramLabel = "TIME", description = "With its offset, as in 2026-11-01T00:00:00Z.")
        private @Nullable String since;

        @Override
        public Integer call() throws IOException {
            if ((delivery == null) == (since == null)) {
                throw CommandFailed.usage("Say either --delivery or --since", "");
            }
            var workspace = server.workspace();
            var id = webhook.id(workspace);
            if (delivery != null) {
                var again = workspace.post(null, WEBHOOKS, id, "deliveries", delivery, "replay");
                output.print(again, Cells.table(List.of(delivery(again))), "");
            } else {
                output.print(workspace.post(Map.of("since", since), WEBHOOKS, id, "replay"));
            }
            return ExitCode.OK.number();
        }
    }
}
