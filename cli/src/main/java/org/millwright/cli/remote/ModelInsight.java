package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is known of model versions: what was measured, what differs, what they take, and where they come from. */
final class ModelInsight {
    private ModelInsight() {}

    @Command(
            name = "versions",
            description =
                    "Show the versions of a model beside each other, with the metrics of their runs; * marks the best.",
            footer = {"", "Example:", "  ./millwright model versions churn --metric auc --metric val_loss"})
    static final class Versions extends NamedServerCommand {
        private static final int USUAL_COLUMNS = 4;

        @Option(
                names = "--metric",
                paramLabel = "NAME",
                description = "A column; may be given several times (default: the first four metrics by name).")
        private List<String> metrics = List.of();

        @Override
        public Integer call() throws IOException {
            var table = server.workspace()
                    .get(Map.of("metrics", String.join(",", metrics)), "models", name.value(), "versions");
            var columns = metrics.isEmpty()
                    ? WorkspaceClient.list(table.path("metrics")).stream()
                            .map(JsonNode::asText)
                            .limit(USUAL_COLUMNS)
                            .toList()
                    : metrics;
            var rows = WorkspaceClient.list(table.path("items")).stream()
                    .map(row -> row(row, columns))
                    .toList();
            output.print(table, Cells.table(rows), "The model has no versions.");
            return ExitCode.OK.number();
        }

        private static Cells row(JsonNode row, List<String> columns) {
            var best = WorkspaceClient.list(row.path("best")).stream()
                    .map(JsonNode::asText)
                    .toList();
            var cells = Cells.of(row.path("version")).with("version", "stage");
            for (var column : columns) {
                var value = Cells.text(row.path("metrics").path(column));
                cells.as(column, best.contains(column) ? value + " *" : value);
            }
            return cells.with("user").time("created", "created_at");
        }
    }

    @Command(
            name = "compare",
            description = "Show in what two versions of a model differ.",
            footer = {
                "",
                "Examples:",
                "  ./millwright model compare churn:4",
                "  ./millwright model compare churn:4 --with 3"
            })
    static final class Compare extends NamedServerCommand {
        @Option(
                names = "--with",
                paramLabel = "VERSION",
                defaultValue = "Production",
                description = "A number, @ and an alias, or a stage (default: ${DEFAULT-VALUE}).")
        private String with;

        @Override
        public Integer call() throws IOException {
            var version = ModelReference.parse(name.value());
            var answer = server.workspace()
                    .get(Map.of("with", with), "models", version.model(), "versions", version.version(), "compare");
            var rows = WorkspaceClient.list(answer.path("differences")).stream()
                    .map(difference -> Cells.of(difference)
                            .with("kind", "name")
                            .as(answer.path("before").asText(), Cells.text(difference.path("before")))
                            .as(answer.path("after").asText(), Cells.text(difference.path("after"))))
                    .toList();
            output.print(answer, Cells.table(rows), "They do not differ.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "signature",
            description = "Show what a model version takes and gives, and what it needs.",
            footer = {"", "Example:", "  ./millwright model signature churn@champion"})
    static final class Signature extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var version = ModelReference.parse(name.value());
            var answer =
                    server.workspace().get("models", version.model(), "versions", version.version(), "description");
            var rows = new ArrayList<SequencedMap<String, String>>();
            columns("takes", answer.path("inputs"), rows);
            columns("gives", answer.path("outputs"), rows);
            for (var parameter : WorkspaceClient.list(answer.path("parameters"))) {
                row(
                        "parameter",
                        parameter.path("name").asText(),
                        parameter.path("type").asText() + " = "
                                + parameter.path("default_value").asText(),
                        rows);
            }
            row("model", "flavors", words(answer.path("flavors")), rows);
            row("model", "python", answer.path("python_version").asText(), rows);
            row("model", "requirements", words(answer.path("requirements")), rows);
            rows.removeIf(row -> row.getOrDefault("type", "").isEmpty());
            output.print(answer, rows, "The model does not say what it takes.");
            return ExitCode.OK.number();
        }

        private static void columns(String what, JsonNode columns, List<SequencedMap<String, String>> rows) {
            for (var column : WorkspaceClient.list(columns)) {
                row(
                        what,
                        Cells.text(column.path("name")),
                        column.path("type").asText() + (column.path("required").asBoolean() ? "" : ", optional"),
                        rows);
            }
        }

        private static void row(String what, String name, String type, List<SequencedMap<String, String>> rows) {
            var row = new LinkedHashMap<String, String>();
            row.put("what", what);
            row.put("name", name);
            row.put("type", type);
            rows.add(row);
        }

        private static String words(JsonNode list) {
            return WorkspaceClient.list(list).stream().map(JsonNode::asText).collect(Collectors.joining(", "));
        }
    }

    @Command(
            name = "lineage",
            description = "Show what led to a model version and what came of it: data, runs, models, deployments.",
            footer = {
                "",
                "Examples:",
                "  ./millwright model lineage churn:3",
                "  ./millwright model lineage --dataset DIGEST --direction forward",
                "  ./millwright model lineage --deployment churn/blue --direction back"
            })
    static final class Lineage extends ServerCommand {
        @Parameters(arity = "0..1", paramLabel = "NAME:VERSION", description = "A model version.")
        private @Nullable String version;

        @Option(names = "--dataset", paramLabel = "DIGEST", description = "A data set, by its digest, instead.")
        private @Nullable String data;

        @Option(names = "--run", paramLabel = "ID", description = "A run or job instead.")
        private @Nullable String run;

        @Option(names = "--deployment", paramLabel = "ENDPOINT/NAME", description = "A deployment instead.")
        private @Nullable String deployment;

        @Option(
                names = "--direction",
                paramLabel = "DIRECTION",
                defaultValue = "both",
                description = "back, forward or both (default: ${DEFAULT-VALUE}).")
        private String direction;

        @Override
        public Integer call() throws IOException {
            var workspace = server.workspace();
            var graph = workspace.get(Map.of("of", of(workspace), "direction", direction), "lineage");
            var rows = WorkspaceClient.list(graph.path("nodes")).stream()
                    .map(node -> Cells.of(node)
                            .with("key", "title")
                            .as("comes from", from(graph, node.path("key").asText()))
                            .as("facts", facts(node.path("facts"))))
                    .toList();
            output.print(graph, Cells.table(rows), "");
            if (graph.path("cut").asBoolean()) {
                output.note("There is more; ask for one direction, or from a nearer point.");
            }
            return ExitCode.OK.number();
        }

        private String of(WorkspaceClient workspace) {
            var given = new ArrayList<String>();
            if (data != null) {
                given.add("data:" + data);
            }
            if (run != null) {
                given.add("run:" + run);
            }
            if (deployment != null) {
                given.add("deployment:" + deployment);
            }
            if (version != null) {
                var reference = ModelReference.parse(version);
                var found = workspace.get("models", reference.model(), "versions", reference.version());
                given.add("model:" + found.path("name").asText() + ":"
                        + found.path("version").asText());
            }
            if (given.size() != 1) {
                throw CommandFailed.usage(
                        "Give one of NAME:VERSION, --dataset, --run and --deployment", "For example churn:3.");
            }
            return given.getFirst();
        }

        private static String from(JsonNode graph, String key) {
            return WorkspaceClient.list(graph.path("edges")).stream()
                    .filter(edge -> edge.path("to").asText().equals(key))
                    .map(edge -> edge.path("from").asText())
                    .collect(Collectors.joining(", "));
        }

        private static String facts(JsonNode facts) {
            return facts.propertyStream()
                    .map(fact -> fact.getKey() + " " + fact.getValue().asText())
                    .sorted()
                    .collect(Collectors.joining(", "));
        }
    }
}
