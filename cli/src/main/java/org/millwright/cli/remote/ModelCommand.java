package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Registered models and their versions. */
@Command(
        name = "model",
        description = "Register models, promote their versions, and see what is known of them.",
        subcommands = {
            ModelCommand.ListAll.class,
            ModelCommand.Show.class,
            ModelCommand.Register.class,
            ModelInsight.Versions.class,
            ModelInsight.Compare.class,
            ModelInsight.Signature.class,
            ModelInsight.Lineage.class,
            ModelDownload.class,
            ModelPromotion.Promote.class,
            ModelPromotion.RollBack.class,
            ModelPromotion.History.class,
            ModelPromotion.Requests.class,
            ModelPromotion.Approve.class,
            ModelPromotion.Reject.class,
            ModelPromotion.Withdraw.class,
            ModelPromotion.Policy.class,
            ModelCommand.Delete.class,
            ModelCommand.Restore.class,
            ModelCommand.Purge.class
        },
        footer = {"", "Example:", "  ./millwright model show breast-cancer:1"})
public final class ModelCommand extends CommandGroup {

    @Command(
            name = "list",
            description = "List the registered models.",
            footer = {"", "Example:", "  ./millwright model list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var models = server.workspace().items("models");
            var rows = models.stream()
                    .map(model -> Cells.of(model)
                            .with("name")
                            .as("latest", Cells.text(model.path("latest_version")))
                            .with("description")
                            .time("updated", "updated_at"))
                    .toList();
            output.print(models, Cells.table(rows), "No models are registered.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a model and its versions, or one version as NAME:VERSION.",
            footer = {
                "",
                "Examples:",
                "  ./millwright model show breast-cancer",
                "  ./millwright model show breast-cancer:1"
            })
    static final class Show extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            var named = name.value();
            if (named.matches(".*[:@/].*")) {
                var reference = ModelReference.parse(named);
                var version = workspace.get("models", reference.model(), "versions", reference.version());
                if (output.isJson()) {
                    output.print(version);
                } else {
                    var cells = row(version)
                            .as("source", Cells.text(version.path("source")))
                            .row();
                    cells.values().removeIf(String::isEmpty);
                    output.print(cells);
                }
                return ExitCode.OK.number();
            }
            var answer = workspace.get("models", named);
            var rows = WorkspaceClient.list(answer.path("versions")).stream()
                    .map(ModelCommand::row)
                    .toList();
            output.print(answer, Cells.table(rows), "The model has no versions.");
            return ExitCode.OK.number();
        }
    }

    private static Cells row(JsonNode version) {
        return Cells.of(version)
                .as("model", Cells.text(version.path("name")) + ":" + Cells.text(version.path("version")))
                .with("stage", "run", "user", "description")
                .time("created", "created_at");
    }

    @Command(
            name = "register",
            description = "Make a new version of a model from files of a run. The model is made when there is none.",
            footer = {
                "",
                "Example:",
                "  ./millwright model register --name churn --job NAME --path outputs/model --tag team=sales"
            })
    static final class Register extends ServerCommand {
        @Option(
                names = {"-n", "--name"},
                required = true,
                paramLabel = "NAME",
                description = "The model.")
        private String name;

        @Option(
                names = {"-j", "--job"},
                required = true,
                paramLabel = "JOB",
                description = "The job or run that made it.")
        private String run;

        @Option(
                names = {"-p", "--path"},
                required = true,
                paramLabel = "PATH",
                description = "A file or folder of the run, such as outputs/model.")
        private String path;

        @Option(names = "--description", paramLabel = "TEXT", description = "What is new in it.")
        private @Nullable String description;

        @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "May be given several times.")
        private Map<String, String> tags = new LinkedHashMap<>();

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            body.put("run", run);
            body.put("path", path);
            if (description != null) {
                body.put("description", description);
            }
            body.put("tags", tags);
            var version = server.workspace().post(body, "models");
            output.print(version, Cells.table(List.of(row(version))), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "delete",
            description = {
                "Delete a model with its versions, or one version as NAME:VERSION. It can be restored until it is purged;",
                "the model's name is free at once."
            },
            footer = {"", "Examples:", "  ./millwright model delete churn:3", "  ./millwright model delete churn"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var model = name.value().split(":", 2);
            if (model.length == 2) {
                server.workspace().delete("models", model[0], "versions", model[1]);
            } else {
                server.workspace().delete("models", model[0]);
            }
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "restore",
            description = "Restore a deleted model with its versions, or one version as NAME:VERSION.",
            footer = {"", "Example:", "  ./millwright model restore churn:3"})
    static final class Restore extends InBin.Restore {
        @Override
        String kind(String ofName) {
            return kindOf(ofName);
        }
    }

    @Command(
            name = "purge",
            description = "Remove a deleted model or version for good; the files belong to the run that wrote them.",
            footer = {"", "Example:", "  ./millwright model purge churn:3"})
    static final class Purge extends InBin.Purge {
        @Override
        String kind(String ofName) {
            return kindOf(ofName);
        }
    }

    private static String kindOf(String name) {
        return name.contains(":") ? "model-version" : "model";
    }
}
