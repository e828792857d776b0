package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
import org.millwright.cli.yaml.EnvironmentFile;
import org.millwright.cli.yaml.Problems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Registered environments: packages under a name and a version. */
@Command(
        name = "environment",
        aliases = "environments",
        description = "Keep sets of packages that jobs name (docs/environments.md).",
        subcommands = {
            EnvironmentCommand.Create.class,
            EnvironmentCommand.ListAll.class,
            EnvironmentCommand.Show.class,
            EnvironmentCommand.Log.class,
            EnvironmentCommand.Archive.class,
            EnvironmentCommand.Restore.class
        },
        footer = {"", "Example:", "  ./millwright environment create -f examples/environment.yml"})
public final class EnvironmentCommand extends CommandGroup {
    private static final String ENVIRONMENTS = "environments";

    private static Cells row(JsonNode environment) {
        return Cells.of(environment)
                .with("name", "version", "description", "python")
                .as("packages", Integer.toString(environment.path("packages").size()))
                .with("image", "created_by")
                .time("created", "created_at")
                .time("archived", "archived_at");
    }

    private static int print(Output output, JsonNode environment) {
        if (output.isJson()) {
            output.print(environment);
        } else {
            var cells = row(environment)
                    .as(
                            "packages",
                            String.join(
                                    ", ",
                                    WorkspaceClient.list(environment.path("packages")).stream()
                                            .map(JsonNode::asText)
                                            .toList()))
                    .row();
            cells.values().removeIf(String::isEmpty);
            output.print(cells);
        }
        return ExitCode.OK.number();
    }

    /** NAME:VERSION, NAME@latest or NAME, with {@code azureml:} before it or not. */
    private record Reference(String name, @Nullable String version) {
        static Reference of(String text) {
            var plain = text.startsWith("azureml:") ? text.substring("azureml:".length()) : text;
            if (plain.endsWith("@latest")) {
                return new Reference(plain.substring(0, plain.length() - "@latest".length()), "latest");
            }
            var colon = plain.indexOf(':');
            return colon < 0
                    ? new Reference(plain, null)
                    : new Reference(plain.substring(0, colon), plain.substring(colon + 1));
        }

        String requiredVersion() {
            if (version == null || version.isEmpty()) {
                throw CommandFailed.usage("'%s' names no version".formatted(name), "Write %s:VERSION".formatted(name));
            }
            return version;
        }
    }

    abstract static class ReferringCommand extends ServerCommand {
        @Parameters(paramLabel = "NAME[:VERSION]", description = "The environment, and which version of it.")
        private String written;

        Reference reference() {
            return Reference.of(written);
        }
    }

    @Command(
            name = "create",
            description = {
                "Register a version of an environment that a YAML file describes.",
                "A version says the same for ever: with other packages there is a further one."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright environment create -f examples/environment.yml",
                "  ./millwright environment create -f examples/environment.yml --set version=2"
            })
    static final class Create extends ServerCommand {
        @Spec
        private CommandSpec command;

        @Option(
                names = {"-f", "--file"},
                required = true,
                paramLabel = "FILE",
                description = "The environment's YAML file (Azure ML's command line v2; see docs/environments.md).")
        private Path file;

        @Option(
                names = "--set",
                paramLabel = "PATH=VALUE",
                description = "Set or replace one value of the file; may be given several times.")
        private List<String> settings = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            var problems = new Problems();
            var read = EnvironmentFile.read(file, settings, problems);
            problems.remarks().forEach(remark -> command.commandLine().getErr().println("warning: " + remark));
            problems.refuseIfAny();
            var environment = read.orElseThrow();
            var body = new LinkedHashMap<String, Object>();
            body.put("name", environment.name());
            body.put("tags", environment.tags());
            body.put("packages", environment.content().packages());
            var further = new LinkedHashMap<String, @Nullable String>();
            further.put("version", environment.version());
            further.put("description", environment.description());
            further.put("python", environment.content().python());
            further.put("image", environment.content().image());
            further.forEach((key, value) -> {
                if (value != null) {
                    body.put(key, value);
                }
            });
            return print(output, server.workspace().post(body, ENVIRONMENTS));
        }
    }

    @Command(
            name = "list",
            description = "List the newest version of each environment, or the versions of one.",
            footer = {
                "",
                "Examples:",
                "  ./millwright environment list",
                "  ./millwright environment list --name sklearn"
            })
    static final class ListAll extends ServerCommand {
        @Option(names = "--name", paramLabel = "NAME", description = "List the versions of this environment.")
        private @Nullable String name;

        @Option(names = "--archived", description = "Also those of which every version is archived.")
        private boolean archived;

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            var found = name == null
                    ? WorkspaceClient.list(workspace
                            .get(Map.of("archived", Boolean.toString(archived)), ENVIRONMENTS)
                            .path("items"))
                    : workspace.items(ENVIRONMENTS, name, "versions");
            output.print(
                    found,
                    Cells.table(found.stream().map(EnvironmentCommand::row).toList()),
                    "There are no environments.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a version of an environment with its packages; the newest when none is named.",
            footer = {"", "Example:", "  ./millwright environment show sklearn:1"})
    static final class Show extends ReferringCommand {
        @Override
        public Integer call() throws IOException {
            var reference = reference();
            var version = reference.version() == null ? "latest" : reference.version();
            return print(output, server.workspace().get(ENVIRONMENTS, reference.name(), "versions", version));
        }
    }

    @Command(
            name = "log",
            description = "Print what the builds of a version printed on the server; of the newest when none is named.",
            footer = {"", "Example:", "  ./millwright environment log sklearn:1"})
    static final class Log extends ReferringCommand {
        @Override
        public Integer call() throws IOException {
            var reference = reference();
            var version = reference.version() == null ? "latest" : reference.version();
            var log = server.workspace().textSoFar(ENVIRONMENTS, reference.name(), "versions", version, "build", "log");
            if (output.isJson()) {
                output.print(Map.of("name", reference.name(), "log", log));
            } else {
                output.out().print(log);
                output.out().flush();
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "archive",
            description = "Offer a version no longer. Jobs that name it still find it.",
            footer = {"", "Example:", "  ./millwright environment archive churn:1"})
    static final class Archive extends ReferringCommand {
        @Override
        public Integer call() throws IOException {
            return print(
                    output,
                    server.workspace()
                            .post(
                                    null,
                                    ENVIRONMENTS,
                                    reference().name(),
                                    "versions",
                                    reference().requiredVersion(),
                                    "archive"));
        }
    }

    @Command(
            name = "restore",
            description = "Offer an archived version again.",
            footer = {"", "Example:", "  ./millwright environment restore churn:1"})
    static final class Restore extends ReferringCommand {
        @Override
        public Integer call() throws IOException {
            return print(
                    output,
                    server.workspace()
                            .post(
                                    null,
                                    ENVIRONMENTS,
                                    reference().name(),
                                    "versions",
                                    reference().requiredVersion(),
                                    "restore"));
        }
    }
}
