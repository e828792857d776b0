package org.millwright.lineage.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.millwright.endpoint.ServedModels;
import org.millwright.experiment.RunRecords;
import org.millwright.lineage.model.LineageGraph;
import org.millwright.lineage.model.LineageGraph.Direction;
import org.millwright.lineage.model.Node;
import org.millwright.registry.ModelOrigins;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Finds what led to a data set, run, model or deployment, and what came of it. */
@ApplicationScoped
@Transactional
public class Lineage {
    private final RunRecords runs;
    private final ModelOrigins models;
    private final ServedModels served;

    @Inject
    public Lineage(RunRecords runs, ModelOrigins models, ServedModels served) {
        this.runs = runs;
        this.models = models;
        this.served = served;
    }

    @SuppressWarnings("NullAway")
    protected Lineage() {
        this(null, null, null);
    }

    /** @throws Refused with NotFound when there is no such thing in the workspace; data that nobody read is none */
    public LineageGraph of(WorkspaceName workspace, Node.Key key, Direction direction) {
        var search = new LineageSearch(workspace, runs, models, served.serving(workspace));
        if (!search.begin(key)) {
            throw Refused.notFound(key.kind().word(), key.id());
        }
        if (direction.goesBack()) {
            search.back(key);
        }
        if (direction.goesForward()) {
            search.forward(key);
        }
        return search.graph(key);
    }
}
