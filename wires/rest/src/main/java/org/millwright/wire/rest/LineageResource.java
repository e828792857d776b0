package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.lineage.app.Lineage;
import org.millwright.lineage.model.LineageGraph;
import org.millwright.lineage.model.Node;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What led to a data set, run, model or deployment, and what came of it. */
@Path("workspaces/{workspace}/lineage")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class LineageResource {
    @Inject
    Lineage lineage;

    @Inject
    CurrentCaller caller;

    /**
     * Draws what led to something, and what came of it. Runs, models and endpoints that the caller may not read are left out, and so is what only they lead to.
     *
     * @param of such as {@code model:churn:3} or {@code data:<digest>}
     * @param direction back, forward or both
     */
    @GET
    @Requires(Permission.MODEL_READ)
    public GraphBody get(
            @QueryParam("of") @Nullable String of, @QueryParam("direction") @DefaultValue("both") String direction) {
        var way =
                switch (direction) {
                    case "back" -> LineageGraph.Direction.BACK;
                    case "forward" -> LineageGraph.Direction.FORWARD;
                    case "both" -> LineageGraph.Direction.BOTH;
                    default ->
                        throw Refused.invalid("direction", "'%s' is not back, forward or both".formatted(direction));
                };
        return GraphBody.of(lineage.of(caller.workspace(), Node.Key.parse(Bodies.needed("of", of)), way));
    }

    @Schema(name = "LineageNode")
    record NodeBody(String key, String kind, String title, Map<String, String> facts) {}

    @Schema(name = "LineageEdge")
    record EdgeBody(String from, String to) {}

    /** @param cut whether there is more than is answered */
    @Schema(name = "LineageGraph")
    record GraphBody(String of, List<NodeBody> nodes, List<EdgeBody> edges, boolean cut) {
        static GraphBody of(LineageGraph graph) {
            return new GraphBody(
                    graph.of().toString(),
                    graph.nodes().stream()
                            .map(node -> new NodeBody(
                                    node.key().toString(), node.key().kind().word(), node.title(), node.facts()))
                            .toList(),
                    graph.edges().stream()
                            .map(edge -> new EdgeBody(
                                    edge.from().toString(), edge.to().toString()))
                            .toList(),
                    graph.cut());
        }
    }
}
