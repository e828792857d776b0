package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.ServerAccess;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.yaml.DeploymentDefinition;
import org.millwright.cli.yaml.EndpointDefinition;
import org.millwright.cli.yaml.EndpointReader;
import org.millwright.cli.yaml.Problems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Online endpoints: models that answer over HTTPS. */
@Command(
        name = "endpoint",
        description = "Put models behind an address that answers.",
        subcommands = {
            EndpointCommand.Create.class,
            EndpointCommand.ListAll.class,
            EndpointCommand.Show.class,
            EndpointCommand.Invoke.class,
            EndpointCommand.Credentials.class,
            EndpointCommand.RenewKey.class,
            EndpointCommand.Traffic.class,
            EndpointCommand.Delete.class
        },
        footer = {"", "Example:", "  ./millwright endpoint create --name breast-cancer --model breast-cancer:1"})
public final class EndpointCommand extends CommandGroup {

    @Command(
            name = "create",
            description = {
                "Make an endpoint, deploy a model to it, and wait until it answers.",
                "With -f, or without --model, the endpoint is made without a deployment; add one with deployment create."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright endpoint create --name breast-cancer --model breast-cancer:1",
                "  ./millwright endpoint create -f endpoint.yml"
            })
    static final class Create extends ServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "The endpoint's name; it becomes part of its address.")
        private @Nullable String name;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "YAML file of the endpoint (Azure ML's command line v2).")
        private @Nullable Path file;

        @Option(
                names = {"-m", "--model"},
                paramLabel = "MODEL",
                description = "NAME:VERSION, or NAME@latest.")
        private @Nullable String model;

        @Option(
                names = "--deployment",
                paramLabel = "NAME",
                defaultValue = "blue",
                description = "Name of the deployment (default: ${DEFAULT-VALUE}).")
        private String deployment;

        @Option(names = "--description", paramLabel = "TEXT", description = "What it answers.")
        private @Nullable String description;

        @Mixin
        private WaitOption wait;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var definition = definition();
            var access = server.access();
            var workspace = server.workspace();
            var deploying = new Deploying(workspace);
            var deployed = model == null
                    ? null
                    : new DeploymentDefinition(deployment, definition.name(), deploying.model(model), null, null);
            var body = new LinkedHashMap<String, Object>();
            body.put("name", definition.name());
            if (definition.description() != null) {
                body.put("description", definition.description());
            }
            body.put("tags", definition.tags());
            var endpoint = workspace.post(body, "endpoints");
            if (deployed != null) {
                try {
                    endpoint = deploying.start(deployed, true);
                } catch (CommandFailed refused) {
                    workspace.delete("endpoints", definition.name()); // an endpoint that nothing is behind helps nobody
                    throw refused;
                }
                if (wait.isWanted()) {
                    endpoint = deploying.await(definition.name(), deployment, wait.seconds());
                }
            }
            show(output, endpoint, access, workspace, deployed != null && wait.isWanted());
            return ExitCode.OK.number();
        }

        private EndpointDefinition definition() {
            if ((name == null) == (file == null)) {
                throw new ParameterException(command.commandLine(), "Give either --name or --file");
            }
            if (name != null) {
                return new EndpointDefinition(name, description, new LinkedHashMap<>(), new LinkedHashMap<>());
            }
            var problems = new Problems();
            var read = file == null
                    ? null
                    : EndpointReader.endpoint(file, problems).orElse(null);
            problems.refuseIfAny();
            if (read == null || !read.traffic().isEmpty()) {
                throw CommandFailed.refused(
                        "%s: 'traffic' can be set when the deployments are there".formatted(file),
                        "Leave it out here, and use ./millwright endpoint traffic NAME blue=100 afterwards.");
            }
            return read;
        }
    }

    private static void show(
            Output output, JsonNode endpoint, ServerAccess access, WorkspaceClient workspace, boolean answers) {
        if (output.isJson()) {
            output.print(endpoint);
            return;
        }
        var cells = Cells.of(endpoint)
                .with("name", "description", "scoring_uri")
                .as("traffic", traffic(endpoint))
                .time("created", "created_at")
                .row();
        cells.values().removeIf(String::isEmpty);
        output.print(cells);
        var deployments = WorkspaceClient.list(endpoint.path("deployments"));
        if (!deployments.isEmpty()) {
            output.note("");
            output.print(
                    deployments,
                    Cells.table(deployments.stream()
                            .map(EndpointCommand::deployment)
                            .toList()),
                    "");
        }
        if (answers) {
            var key = workspace
                    .get("endpoints", endpoint.path("name").asText(), "keys")
                    .path("primary_key");
            output.note("");
            output.note("Ask it:");
            output.note(curl(Cells.text(endpoint.path("scoring_uri")), key.asText(), access.authority()));
        }
    }

    static String curl(String uri, String key, @Nullable Path authority) {
        return """
                curl %s-H 'Authorization: Bearer %s' \\
                     -H 'Content-Type: application/json' -d @request.json \\
                     %s""".formatted(authority == null ? "" : "--cacert '%s' ".formatted(authority), key, uri);
    }

    static Cells deployment(JsonNode deployment) {
        return Cells.of(deployment)
                .as("deployment", Cells.text(deployment.path("name")))
                .with("model", "state", "reason")
                .time("created", "created_at");
    }

    private static String traffic(JsonNode endpoint) {
        return endpoint.path("traffic").properties().stream()
                .map(share ->
                        "%s %s%%".formatted(share.getKey(), share.getValue().asText()))
                .collect(Collectors.joining(", "));
    }

    @Command(
            name = "list",
            description = "List the endpoints.",
            footer = {"", "Example:", "  ./millwright endpoint list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var endpoints = server.workspace().items("endpoints");
            var rows = endpoints.stream()
                    .map(endpoint -> Cells.of(endpoint)
                            .with("name")
                            .as("traffic", traffic(endpoint))
                            .with("scoring_uri")
                            .time("created", "created_at"))
                    .toList();
            output.print(endpoints, Cells.table(rows), "There are no endpoints.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show an endpoint and its deployments.",
            footer = {"", "Example:", "  ./millwright endpoint show breast-cancer"})
    static final class Show extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            show(output, workspace.get("endpoints", name.value()), server.access(), workspace, false);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "invoke",
            description = "Send a request to an endpoint and print its answer.",
            footer = {
                "",
                "Example:",
                "  ./millwright endpoint invoke breast-cancer --request-file examples/breast-cancer/sample-request.json"
            })
    static final class Invoke extends NamedServerCommand {
        @Option(
                names = {"-r", "--request-file"},
                required = true,
                paramLabel = "FILE",
                description = "JSON to send.")
        private Path request;

        @Option(
                names = {"-d", "--deployment"},
                paramLabel = "NAME",
                description = "Ask this deployment, whatever its traffic is.")
        private @Nullable String deployment;

        @Override
        public Integer call() throws IOException {
            if (!java.nio.file.Files.isReadable(request)) {
                throw CommandFailed.refused("There is no file " + request, "");
            }
            var workspace = server.workspace();
            var endpoint = workspace.get("endpoints", name.value());
            var key = workspace
                    .get("endpoints", name.value(), "keys")
                    .path("primary_key")
                    .asText();
            var asked = HttpRequest.newBuilder(
                            URI.create(endpoint.path("scoring_uri").asText()))
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofFile(request));
            if (deployment != null) {
                asked.header("azureml-model-deployment", deployment);
            }
            var answer = server.api().exchange(asked.build(), BodyHandlers.ofString());
            if (answer.statusCode() >= 400) {
                throw CommandFailed.refused(
                        "The endpoint answered %d: %s"
                                .formatted(answer.statusCode(), answer.body().strip()),
                        "");
            }
            output.out().println(answer.body().strip());
            output.out().flush();
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "get-credentials",
            description = "Print an endpoint's two keys. Either opens it; renew one while clients use the other.",
            footer = {"", "Example:", "  ./millwright endpoint get-credentials breast-cancer --format json"})
    static final class Credentials extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            output.print(server.workspace().get("endpoints", name.value(), "keys"));
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "renew-key",
            description = "Make a new key in place of an old one, which stops working.",
            footer = {"", "Example:", "  ./millwright endpoint renew-key breast-cancer --key secondary"})
    static final class RenewKey extends NamedServerCommand {
        /** Which of the two. */
        enum Which {
            PRIMARY,
            SECONDARY;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        @Option(names = "--key", required = true, paramLabel = "KEY", description = "${COMPLETION-CANDIDATES}.")
        private Which key;

        @Override
        public Integer call() throws IOException {
            output.print(server.workspace().post(null, "endpoints", name.value(), "keys", key.toString(), "renew"));
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "traffic",
            description = "Share the requests between deployments, in percent. Those not named get none.",
            footer = {"", "Example:", "  ./millwright endpoint traffic breast-cancer blue=90 green=10"})
    static final class Traffic extends ServerCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The endpoint.")
        private String name;

        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "DEPLOYMENT=PERCENT",
                description = "Such as blue=100.")
        private Map<String, Integer> shares = new LinkedHashMap<>();

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            show(output, workspace.put(shares, "endpoints", name, "traffic"), server.access(), workspace, false);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "delete",
            description = "Remove an endpoint with its deployments. Its models stay registered.",
            footer = {"", "Example:", "  ./millwright endpoint delete breast-cancer"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            server.workspace().delete("endpoints", name.value());
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }
}
