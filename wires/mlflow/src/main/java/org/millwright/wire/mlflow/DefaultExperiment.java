package org.millwright.wire.mlflow;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.app.Experiments;
import org.millwright.workspace.WorkspaceName;

/**
 * Clients that were told of no experiment say {@code 0}, whatever their workspace. The first workspace has an experiment
 * of that id; in the others it stands for the one called Default, which is made when it is first needed.
 */
@ApplicationScoped
class DefaultExperiment {
    private static final String NAME = "Default";

    @Inject
    Experiments experiments;

    ExperimentId in(WorkspaceName workspace, ExperimentId asked) {
        return asked.equals(ExperimentId.DEFAULT) && !workspace.equals(WorkspaceName.MAIN)
                ? experiments.ensure(workspace, NAME).id()
                : asked;
    }
}
