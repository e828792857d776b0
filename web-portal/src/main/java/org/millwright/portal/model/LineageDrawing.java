package org.millwright.portal.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.millwright.endpoint.EndpointName;
import org.millwright.experiment.RunId;
import org.millwright.lineage.model.LineageGraph;
import org.millwright.lineage.model.Node;
import org.millwright.lineage.model.Node.Kind;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.Wording;
import org.millwright.registry.ModelRef;

/**
 * A lineage graph with a place for everything: a column for each kind, data to the left, deployments to the right. Within
 * a column things stand near what they come from, so that few lines cross.
 *
 * @param width and @param height of the drawing, in its own units
 */
public record LineageDrawing(List<Box> boxes, List<Line> lines, List<Head> heads, int width, int height) {
    private static final int BOX_WIDTH = 172;
    private static final int BOX_HEIGHT = 52;
    private static final int GAP_ACROSS = 44;
    private static final int GAP_DOWN = 14;
    private static final int TOP = 30;
    private static final int LONGEST_TITLE = 21;
    private static final int LONGEST_NOTE = 20;

    /** One thing. @param from titles of what it comes from, for those who read the table */
    public record Box(
            String key,
            String kind,
            String icon,
            String title,
            String shownTitle,
            String note,
            String facts,
            String from,
            String link,
            boolean here,
            int x,
            int y) {
        public int getTextX() {
            return x + 12;
        }

        public int getTitleY() {
            return y + 22;
        }

        public int getNoteY() {
            return y + 40;
        }
    }

    /** From one thing to what came of it. @param path of an SVG */
    public record Line(String path) {}

    /** What a column holds. */
    public record Head(String text, int x) {}

    static LineageDrawing of(LineageGraph graph) {
        var columns = new EnumMap<Kind, List<Node>>(Kind.class);
        graph.nodes().forEach(node -> columns.computeIfAbsent(node.key().kind(), _ -> new ArrayList<>())
                .add(node));
        var row = new HashMap<Node.Key, Double>();
        var boxes = new ArrayList<Box>();
        var places = new HashMap<Node.Key, Box>();
        var heads = new ArrayList<Head>();
        var tallest = columns.values().stream().mapToInt(List::size).max().orElse(1);
        var x = 0;
        for (var column : columns.entrySet()) {
            var nodes = column.getValue();
            nodes.sort(Comparator.comparingDouble(node -> near(node, graph, row)));
            var offset = (tallest - nodes.size()) * (BOX_HEIGHT + GAP_DOWN) / 2;
            for (var at = 0; at < nodes.size(); at++) {
                var node = nodes.get(at);
                row.put(node.key(), (at + 0.5) / nodes.size());
                var box = box(node, graph, x, TOP + offset + at * (BOX_HEIGHT + GAP_DOWN));
                boxes.add(box);
                places.put(node.key(), box);
            }
            heads.add(new Head(words(column.getKey()), x));
            x += BOX_WIDTH + GAP_ACROSS;
        }
        var lines = new ArrayList<Line>();
        for (var edge : graph.edges()) {
            var from = places.get(edge.from());
            var to = places.get(edge.to());
            if (from != null && to != null) {
                lines.add(line(from, to));
            }
        }
        return new LineageDrawing(
                boxes, lines, heads, Math.max(BOX_WIDTH, x - GAP_ACROSS) + 2, TOP + tallest * (BOX_HEIGHT + GAP_DOWN));
    }

    /** The middle of the places of what it comes from. */
    private static double near(Node node, LineageGraph graph, Map<Node.Key, Double> row) {
        return graph.edges().stream()
                .filter(edge -> edge.to().equals(node.key()) && row.containsKey(edge.from()))
                .mapToDouble(edge -> row.getOrDefault(edge.from(), 0.5))
                .average()
                .orElse(0.5);
    }

    private static Line line(Box from, Box to) {
        var startX = from.x() + BOX_WIDTH;
        var startY = from.y() + BOX_HEIGHT / 2;
        var endY = to.y() + BOX_HEIGHT / 2;
        if (to.x() <= from.x()) {
            // Back to an earlier column: a run that read a model. It goes around below.
            var low = Math.max(from.y(), to.y()) + BOX_HEIGHT + GAP_DOWN / 2;
            return new Line("M%d %d C%d %d %d %d %d %d"
                    .formatted(startX, startY, startX + GAP_ACROSS, low, to.x() - GAP_ACROSS, low, to.x(), endY));
        }
        var bend = Math.max(GAP_ACROSS, to.x() - startX) / 2;
        return new Line("M%d %d C%d %d %d %d %d %d"
                .formatted(startX, startY, startX + bend, startY, to.x() - bend, endY, to.x(), endY));
    }

    private static Box box(Node node, LineageGraph graph, int x, int y) {
        var titles = graph.nodes().stream().collect(Collectors.toMap(Node::key, Node::title));
        return new Box(
                node.key().toString(),
                words(node.key().kind()),
                icon(node.key().kind()),
                node.title(),
                Wording.shortened(node.title(), LONGEST_TITLE),
                Wording.shortened(note(node), LONGEST_NOTE),
                node.facts().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(fact -> fact.getKey() + " " + fact.getValue())
                        .collect(Collectors.joining(", ")),
                graph.edges().stream()
                        .filter(edge -> edge.to().equals(node.key()))
                        .map(edge ->
                                titles.getOrDefault(edge.from(), edge.from().id()))
                        .distinct()
                        .collect(Collectors.joining(", ")),
                link(node),
                node.key().equals(graph.of()),
                x,
                y);
    }

    private static String words(Kind kind) {
        return switch (kind) {
            case DATA -> "Data";
            case RUN -> "Runs";
            case LOGGED_MODEL -> "Logged models";
            case MODEL -> "Model versions";
            case DEPLOYMENT -> "Deployments";
        };
    }

    private static String icon(Kind kind) {
        return switch (kind) {
            case DATA -> "pi-database";
            case RUN -> "pi-play-circle";
            case LOGGED_MODEL -> "pi-file";
            case MODEL -> "pi-box";
            case DEPLOYMENT -> "pi-send";
        };
    }

    private static String note(Node node) {
        var facts = node.facts();
        return switch (node.key().kind()) {
            case DATA, LOGGED_MODEL -> node.key().id();
            case RUN -> facts.getOrDefault("state", "");
            case MODEL -> {
                var aliases = facts.getOrDefault("aliases", "");
                var stage = facts.getOrDefault("stage", "");
                yield (stage.equals("None") ? "" : stage + " ")
                        + (aliases.isEmpty() ? "" : "@" + aliases.replace(", ", " @"));
            }
            case DEPLOYMENT -> facts.getOrDefault("state", "") + ", " + facts.getOrDefault("traffic", "");
        };
    }

    /** To the thing's own page; where it has none, to its own lineage. */
    private static String link(Node node) {
        var id = node.key().id();
        return switch (node.key().kind()) {
            case RUN -> Links.run(new RunId(id));
            case MODEL -> Links.model(ModelRef.parse(id));
            case DEPLOYMENT -> Links.endpoint(new EndpointName(id.substring(0, id.indexOf('/'))));
            case DATA, LOGGED_MODEL ->
                "lineage.xhtml?of=" + Query.encode(node.key().toString());
        };
    }
}
