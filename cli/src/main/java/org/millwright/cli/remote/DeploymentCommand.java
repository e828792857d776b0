package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.yaml.DeploymentDefinition;
import org.millwright.cli.yaml.EndpointReader;
import org.millwright.cli.yaml.Problems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Deployments: the model versions behind one endpoint. */
@Command(
        name = "deployment",
        description = "Add model versions to an endpoint, and remove them.",
        subcommands = {DeploymentCommand.Create.class, DeploymentCommand.ListAll.class, DeploymentCommand.Delete.class},
        footer = {
            "",
            "Example:",
            "  ./millwright deployment create --endpoint breast-cancer --name green --model breast-cancer:2"
        })
public final class DeploymentCommand extends CommandGroup {

    @Command(
            name = "create",
            description = {
                "Deploy a model version to an endpoint and wait until it answers.",
                "The first deployment of an endpoint gets all its traffic, a later one none unless --all-traffic is given."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright deployment create --endpoint breast-cancer --name green --model breast-cancer:2",
                "  ./millwright deployment create -f deployment.yml --all-traffic"
            })
    static final class Create extends ServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "YAML file of the deployment (Azure ML's command line v2).")
        private @Nullable Path file;

        @Option(
                names = {"-e", "--endpoint"},
                paramLabel = "NAME",
                description = "The endpoint.")
        private @Nullable String endpoint;

        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "Name of the deployment.")
        private @Nullable String name;

        @Option(
                names = {"-m", "--model"},
                paramLabel = "MODEL",
                description = "NAME:VERSION, or NAME@latest.")
        private @Nullable String model;

        @Option(names = "--all-traffic", description = "Send it all requests once it answers.")
        private boolean allTraffic;

        @Mixin
        private WaitOption wait;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var written = definition();
            var workspace = server.workspace();
            var deploying = new Deploying(workspace);
            var before = workspace.get("endpoints", written.endpoint());
            var first = WorkspaceClient.list(before.path("deployments")).isEmpty();
            var deployment = new DeploymentDefinition(
                    written.name(),
                    written.endpoint(),
                    deploying.model(written.model()),
                    written.maxConcurrentRequests(),
                    written.requestTimeoutMs());
            var answer = deploying.start(deployment, allTraffic || first);
            if (wait.isWanted()) {
                answer = deploying.await(deployment.endpoint(), deployment.name(), wait.seconds());
            }
            print(output, answer);
            return ExitCode.OK.number();
        }

        private DeploymentDefinition definition() {
            if (file == null) {
                if (endpoint == null || name == null || model == null) {
                    throw new ParameterException(
                            command.commandLine(), "Give --endpoint, --name and --model, or a --file");
                }
                return new DeploymentDefinition(name, endpoint, model, null, null);
            }
            var problems = new Problems();
            var read = EndpointReader.deployment(file, problems).orElse(null);
            problems.remarks().forEach(remark -> command.commandLine().getErr().println("warning: " + remark));
            problems.refuseIfAny();
            if (read == null) {
                throw CommandFailed.refused("%s describes no deployment".formatted(file), "");
            }
            return new DeploymentDefinition(
                    name == null ? read.name() : name,
                    endpoint == null ? read.endpoint() : endpoint,
                    model == null ? read.model() : model,
                    read.maxConcurrentRequests(),
                    read.requestTimeoutMs());
        }
    }

    private static void print(Output output, JsonNode endpoint) {
        var deployments = WorkspaceClient.list(endpoint.path("deployments"));
        var traffic = endpoint.path("traffic");
        output.print(
                deployments,
                Cells.table(deployments.stream()
                        .map(deployment -> EndpointCommand.deployment(deployment)
                                .as(
                                        "traffic",
                                        traffic.path(deployment.path("name").asText())
                                                        .asText("0") + "%"))
                        .toList()),
                "The endpoint has no deployments.");
    }

    @Command(
            name = "list",
            description = "List an endpoint's deployments.",
            footer = {"", "Example:", "  ./millwright deployment list --endpoint breast-cancer"})
    static final class ListAll extends ServerCommand {
        @Option(
                names = {"-e", "--endpoint"},
                required = true,
                paramLabel = "NAME",
                description = "The endpoint.")
        private String endpoint;

        @Override
        public Integer call() throws IOException {
            print(output, server.workspace().get("endpoints", endpoint));
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "delete",
            description = "Remove a deployment. One that gets requests cannot be removed: move its traffic first.",
            footer = {"", "Example:", "  ./millwright deployment delete green --endpoint breast-cancer"})
    static final class Delete extends NamedServerCommand {
        @Option(
                names = {"-e", "--endpoint"},
                required = true,
                paramLabel = "NAME",
                description = "The endpoint.")
        private String endpoint;

        @Override
        public Integer call() throws IOException {
            server.workspace().delete("endpoints", endpoint, "deployments", name.value());
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }
}
