package org.millwright.portal.model;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.lineage.app.Lineage;
import org.millwright.lineage.model.LineageGraph;
import org.millwright.lineage.model.LineageGraph.Direction;
import org.millwright.lineage.model.Node;
import org.millwright.portal.shell.Address;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What led to a data set, run, model or deployment, and what came of it, as a drawing and as a table. */
@Named
@RequestScoped
@Requires(Permission.MODEL_READ)
public class LineagePage {
    private final Address address;
    private final CurrentCaller caller;
    private final Lineage lineage;
    private @Nullable LineageGraph graph;

    @Inject
    public LineagePage(Address address, CurrentCaller caller, Lineage lineage) {
        this.address = address;
        this.caller = caller;
        this.lineage = lineage;
    }

    @SuppressWarnings("NullAway")
    protected LineagePage() {
        this(null, null, null);
    }

    /** Reads it before anything of the page is sent. */
    public void open() {
        loaded();
    }

    private LineageGraph loaded() {
        if (graph == null) {
            graph = lineage.of(caller.workspace(), Node.Key.parse(address.text("of")), Direction.BOTH);
        }
        return graph;
    }

    public LineageDrawing getDrawing() {
        return LineageDrawing.of(loaded());
    }

    public String getTitle() {
        return loaded().nodes().stream()
                .filter(node -> node.key().equals(loaded().of()))
                .map(Node::title)
                .findFirst()
                .orElse(loaded().of().id());
    }

    public boolean isCut() {
        return loaded().cut();
    }

    public List<LineageDrawing.Box> getBoxes() {
        return getDrawing().boxes();
    }
}
