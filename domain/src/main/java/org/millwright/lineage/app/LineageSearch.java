package org.millwright.lineage.app;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.endpoint.ServedModels.Serving;
import org.millwright.experiment.RunId;
import org.millwright.experiment.RunRecords;
import org.millwright.experiment.RunRecords.ReadData;
import org.millwright.lineage.model.LineageGraph;
import org.millwright.lineage.model.LineageGraph.Edge;
import org.millwright.lineage.model.Node;
import org.millwright.lineage.model.Node.Key;
import org.millwright.lineage.model.Node.Kind;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelOrigins;
import org.millwright.registry.ModelRef;
import org.millwright.workspace.WorkspaceName;

/** One walk along the steps, each asked of the context that knows it. */
final class LineageSearch {
    private static final int MOST_NODES = 300;
    private static final int MOST_READERS = 100;

    private final WorkspaceName workspace;
    private final RunRecords runs;
    private final ModelOrigins models;
    private final List<Serving> serving;

    private final Map<Key, Node> nodes = new LinkedHashMap<>();
    private final Set<Edge> edges = new LinkedHashSet<>();
    private final Map<RunId, Optional<RunRecords.Origin>> origins = new HashMap<>();
    private boolean cut;

    LineageSearch(WorkspaceName workspace, RunRecords runs, ModelOrigins models, List<Serving> serving) {
        this.workspace = workspace;
        this.runs = runs;
        this.models = models;
        this.serving = serving;
    }

    /** @return whether there is such a thing */
    boolean begin(Key key) {
        return switch (key.kind()) {
            case DATA -> !readers(key.id()).isEmpty();
            case RUN -> isFound(key, run(key.id()).map(LineageSearch::node));
            case LOGGED_MODEL -> isFound(key, logged(key.id()).map(LineageSearch::node));
            case MODEL -> isFound(key, version(key.id()).map(LineageSearch::node));
            case DEPLOYMENT -> isFound(key, deployment(key.id()).map(LineageSearch::node));
        };
    }

    private boolean isFound(Key key, Optional<Node> node) {
        node.ifPresent(found -> nodes.put(key, found));
        return node.isPresent();
    }

    void back(Key from) {
        walk(from, this::before, (next, key) -> new Edge(next, key));
    }

    void forward(Key from) {
        if (from.kind() == Kind.DATA) {
            // Its name is known to those who read it only.
            readers(from.id()).stream()
                    .map(run -> run(run.value()))
                    .flatMap(Optional::stream)
                    .flatMap(run -> run.data().stream())
                    .filter(data -> data.digest().equals(from.id()))
                    .findFirst()
                    .ifPresent(data -> nodes.put(from, node(data)));
        }
        walk(from, this::after, (next, key) -> new Edge(key, next));
    }

    LineageGraph graph(Key of) {
        nodes.putIfAbsent(of, new Node(of, of.id(), Map.of()));
        var ordered = nodes.values().stream()
                .sorted(Comparator.comparing(node -> node.key().kind()))
                .toList();
        return new LineageGraph(of, ordered, List.copyOf(edges), cut);
    }

    private interface Link {
        Edge between(Key next, Key key);
    }

    private void walk(Key from, Function<Key, List<Node>> step, Link link) {
        var seen = new HashSet<>(Set.of(from));
        var due = new ArrayDeque<>(List.of(from));
        while (!due.isEmpty()) {
            var key = due.removeFirst();
            for (var next : step.apply(key)) {
                if (!nodes.containsKey(next.key()) && nodes.size() >= MOST_NODES) {
                    cut = true;
                    continue;
                }
                nodes.putIfAbsent(next.key(), next);
                edges.add(link.between(next.key(), key));
                if (seen.add(next.key())) {
                    due.addLast(next.key());
                }
            }
        }
    }

    /** What led to it. */
    private List<Node> before(Key key) {
        return switch (key.kind()) {
            case DATA -> List.of();
            case RUN ->
                run(key.id())
                        .map(run -> {
                            var read = new ArrayList<Node>();
                            run.data().forEach(data -> read.add(node(data)));
                            run.models().forEach(model -> logged(model).ifPresent(found -> read.add(node(found))));
                            return List.copyOf(read);
                        })
                        .orElse(List.of());
            case LOGGED_MODEL ->
                logged(key.id()).map(model -> madeBy(model.run())).orElse(List.of());
            case MODEL ->
                version(key.id())
                        .map(version -> {
                            var logged = version.loggedModel() == null
                                    ? Optional.<ModelOrigins.Logged>empty()
                                    : models.logged(workspace, version.loggedModel());
                            return logged.map(model -> List.of(node(model))).orElseGet(() -> madeBy(version.run()));
                        })
                        .orElse(List.of());
            case DEPLOYMENT ->
                deployment(key.id())
                        .flatMap(found -> models.version(workspace, found.model()))
                        .map(version -> List.of(node(version)))
                        .orElse(List.of());
        };
    }

    /** What came of it. */
    private List<Node> after(Key key) {
        return switch (key.kind()) {
            case DATA -> nodes(readers(key.id()));
            case RUN -> madeIn(new RunId(key.id()));
            case LOGGED_MODEL -> {
                var made = new ArrayList<Node>();
                var id = new LoggedModelId(key.id());
                models.versionsOf(workspace, id).forEach(version -> made.add(node(version)));
                made.addAll(nodes(limited(runs.readersOfModel(workspace, key.id(), MOST_READERS + 1))));
                yield made;
            }
            case MODEL ->
                serving.stream()
                        .filter(found -> found.model().toString().equals(key.id()))
                        .map(LineageSearch::node)
                        .toList();
            case DEPLOYMENT -> List.of();
        };
    }

    /** Logged models of the run, and versions that were made of its files. */
    private List<Node> madeIn(RunId run) {
        var made = new ArrayList<Node>();
        var logged = models.loggedBy(workspace, run);
        logged.forEach(model -> made.add(node(model)));
        for (var version : models.versionsOf(workspace, run)) {
            if (logged.stream().noneMatch(model -> model.id().equals(version.loggedModel()))) {
                made.add(node(version));
            }
        }
        return made;
    }

    private List<Node> madeBy(@Nullable RunId run) {
        return run == null
                ? List.of()
                : run(run.value()).map(found -> List.of(node(found))).orElse(List.of());
    }

    private List<RunId> readers(String digest) {
        return limited(runs.readersOf(workspace, digest, MOST_READERS + 1));
    }

    private List<RunId> limited(List<RunId> found) {
        cut |= found.size() > MOST_READERS;
        return found.stream().limit(MOST_READERS).toList();
    }

    private List<Node> nodes(List<RunId> found) {
        return found.stream()
                .map(run -> run(run.value()))
                .flatMap(Optional::stream)
                .map(LineageSearch::node)
                .toList();
    }

    private Optional<RunRecords.Origin> run(String id) {
        return origins.computeIfAbsent(new RunId(id), run -> runs.origin(workspace, run));
    }

    private Optional<ModelOrigins.Logged> logged(String id) {
        return models.logged(workspace, new LoggedModelId(id));
    }

    private Optional<ModelOrigins.Version> version(String id) {
        return models.version(workspace, ModelRef.parse(id));
    }

    private Optional<Serving> deployment(String id) {
        return serving.stream()
                .filter(found -> (found.endpoint() + "/" + found.deployment()).equals(id))
                .findFirst();
    }

    private static Node node(ReadData data) {
        return new Node(
                new Key(Kind.DATA, data.digest()),
                data.name(),
                Map.of("digest", data.digest(), "source", shortened(data.source())));
    }

    private static Node node(RunRecords.Origin run) {
        var facts = new HashMap<String, String>();
        facts.put("state", run.state());
        facts.put("kind", run.job() ? "job" : "tracked run");
        if (run.code() != null) {
            facts.put("code", run.code().value());
        }
        if (run.environment() != null) {
            facts.put("environment", run.environment().value());
        }
        return new Node(new Key(Kind.RUN, run.run().value()), run.name(), facts);
    }

    private static Node node(ModelOrigins.Logged model) {
        return new Node(
                new Key(Kind.LOGGED_MODEL, model.id().value()),
                model.name(),
                Map.of("id", model.id().value()));
    }

    private static Node node(ModelOrigins.Version version) {
        var facts = new HashMap<String, String>();
        facts.put("stage", version.stage());
        facts.put("source", shortened(version.source()));
        if (!version.aliases().isEmpty()) {
            facts.put("aliases", String.join(", ", version.aliases()));
        }
        return new Node(
                new Key(Kind.MODEL, version.id().toString()), version.id().toString(), facts);
    }

    private static Node node(Serving serving) {
        var id = serving.endpoint() + "/" + serving.deployment();
        return new Node(
                new Key(Kind.DEPLOYMENT, id),
                id,
                Map.of("state", serving.state(), "traffic", serving.percent() + " %"));
    }

    /** A data set's source may be a whole document. */
    private static String shortened(String text) {
        return text.length() <= 500 ? text : text.substring(0, 499) + "…";
    }
}
