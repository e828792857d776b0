package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Secrets of a workspace, and the keys that seal all secrets of a server. */
@Command(
        name = "secret",
        aliases = "secrets",
        description = "Keep secrets for jobs, and change the keys that seal them (docs/secrets.md).",
        subcommands = {
            SecretCommand.SetValue.class,
            SecretCommand.ListAll.class,
            SecretCommand.Delete.class,
            SecretCommand.Status.class,
            SecretCommand.Rotate.class,
            SecretCommand.RemoveKey.class
        },
        footer = {"", "Example:", "  ./millwright secret set DATABASE_PASSWORD --from-file password.txt"})
public final class SecretCommand extends CommandGroup {
    private static final String SECRETS = "secrets";
    private static final String KEYS = "/api/v1/secret-keys";
    private static final long LOOK_AGAIN_MILLIS = 500;

    private static Cells row(JsonNode secret) {
        return Cells.of(secret)
                .with("name", "set_by")
                .time("set", "set_at")
                .time("last_used", "last_used_at")
                .with("last_used_by");
    }

    @Command(
            name = "set",
            description = {
                "Give a secret its value, whether or not there was one. Nobody can read it back.",
                "The value is asked for, or read from a file or from the standard input; never from the command line, where"
                        + " other users of the machine could read it."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright secret set DATABASE_PASSWORD",
                "  az account get-access-token --query accessToken -o tsv | ./millwright secret set AZURE_TOKEN --from-file -"
            })
    static final class SetValue extends NamedServerCommand {
        @Option(
                names = "--from-file",
                paramLabel = "FILE",
                description = "The file with the value, - for the standard input; a line break at its end is left out.")
        private @Nullable Path file;

        @Override
        public Integer call() throws IOException {
            var secret = server.workspace().put(Map.of("value", value()), SECRETS, name.value());
            if (output.isJson()) {
                output.print(secret);
            } else {
                output.note("Set " + name.value());
            }
            return ExitCode.OK.number();
        }

        private String value() throws IOException {
            if (file == null) {
                return asked(System.console());
            }
            if (file.toString().equals("-")) {
                return stripped(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
            }
            if (!Files.isReadable(file)) {
                throw CommandFailed.usage("%s cannot be read".formatted(file), "");
            }
            return stripped(Files.readString(file));
        }

        private String asked(@Nullable Console console) {
            if (console == null || !console.isTerminal()) {
                throw CommandFailed.usage(
                        "There is no terminal to ask for the value",
                        "Use --from-file FILE, or --from-file - for a pipe");
            }
            var value = console.readPassword("Value of %s: ", name.value());
            return value == null ? "" : new String(value);
        }

        private static String stripped(String text) {
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        }
    }

    @Command(
            name = "list",
            description = "List the secrets: names, who set them, when they were used. Never their values.",
            footer = {"", "Example:", "  ./millwright secret list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var secrets = WorkspaceClient.list(server.workspace().get(SECRETS).path("items"));
            output.print(
                    secrets,
                    Cells.table(secrets.stream().map(SecretCommand::row).toList()),
                    "There are no secrets.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "delete",
            description = "Delete a secret. Jobs that wait and ask for it will fail.",
            footer = {"", "Example:", "  ./millwright secret delete DATABASE_PASSWORD"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            server.workspace().delete(SECRETS, name.value());
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "status",
            description = "Show the keys that seal secrets, and how many values still need each.",
            footer = {"", "Example:", "  ./millwright secret status"})
    static final class Status extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            show(server.api().get(KEYS));
            return ExitCode.OK.number();
        }

        private void show(JsonNode status) {
            output.print(status, keys(status), "There are no keys.");
            var trouble = status.path("trouble").asText("");
            if (!output.isJson() && !trouble.isEmpty()) {
                output.note(trouble);
            }
        }
    }

    private static List<SequencedMap<String, String>> keys(JsonNode status) {
        return Cells.table(WorkspaceClient.list(status.path("keys")).stream()
                .map(key -> Cells.of(key)
                        .with("id", "primary")
                        .as("values", Cells.text(key.path("values")))
                        .as("kept_in", key.path("source").asText("nowhere: what it seals cannot be opened")))
                .toList());
    }

    @Command(
            name = "rotate",
            description = {
                "Seal with a new key from now on, and wrap all that is sealed by it; old keys stay until they are removed.",
                "Waits until all is done; who stops waiting stops nothing. To be called again when it was cut off."
            },
            footer = {"", "Examples:", "  ./millwright secret rotate", "  ./millwright secret rotate --existing"})
    static final class Rotate extends ServerCommand {
        @Option(
                names = "--existing",
                description =
                        "Make no key: take over the newest where keys are kept, such as a new version in a vault.")
        private boolean existing;

        @Override
        public Integer call() throws IOException {
            var api = server.api();
            var status = api.post("/api/v1/secret-key-rotations", Map.of("existing", existing));
            while (status.path("pending").asLong() > 0) {
                if (!status.path("trouble").asText("").isEmpty()) {
                    throw CommandFailed.failed(
                            "%d values are not sealed with the new key yet"
                                    .formatted(status.path("pending").asLong()),
                            status.path("trouble").asText());
                }
                try {
                    Thread.sleep(LOOK_AGAIN_MILLIS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    break;
                }
                status = api.get(KEYS);
            }
            output.print(status, keys(status), "There are no keys.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "remove-key",
            description = "Remove a key that no value needs any more.",
            footer = {"", "Example:", "  ./millwright secret remove-key aes-1f2e3d4c5b6a"})
    static final class RemoveKey extends ServerCommand {
        @Parameters(paramLabel = "KEY", description = "As ./millwright secret status shows it.")
        private String key;

        @Override
        public Integer call() throws IOException {
            if (!key.matches("[A-Za-z0-9.:/_-]+")) {
                throw CommandFailed.usage("'%s' is no key".formatted(key), "");
            }
            server.api().delete(KEYS + "/" + key);
            Deleted.tell(output, key);
            return ExitCode.OK.number();
        }
    }
}
