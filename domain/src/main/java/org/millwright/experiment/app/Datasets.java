package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.DatasetSummaries;
import org.millwright.experiment.model.DatasetSummary;
import org.millwright.workspace.WorkspaceName;

/** Answers which data sets the runs of an experiment read. */
@ApplicationScoped
@Transactional
public class Datasets {
    private static final int MOST = 1000;

    private final DatasetSummaries summaries;

    @Inject
    public Datasets(DatasetSummaries summaries) {
        this.summaries = summaries;
    }

    @SuppressWarnings("NullAway")
    protected Datasets() {
        this(null);
    }

    /** At most a thousand. */
    public List<DatasetSummary> of(WorkspaceName workspace, List<ExperimentId> experiments) {
        return summaries.of(workspace, experiments, MOST);
    }
}
