package org.millwright.lineage.model;

import java.util.List;

/**
 * What led to a thing, and what came of it.
 *
 * @param nodes by kind, in the order in which they were found; the thing itself among them
 * @param cut whether there is more than is shown
 */
public record LineageGraph(Node.Key of, List<Node> nodes, List<Edge> edges, boolean cut) {
    public LineageGraph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** One thing that led to another. */
    public record Edge(Node.Key from, Node.Key to) {}

    /** Which way to look. */
    public enum Direction {
        BACK,
        FORWARD,
        BOTH;

        public boolean goesBack() {
            return this != FORWARD;
        }

        public boolean goesForward() {
            return this != BACK;
        }
    }
}
