package org.millwright.experiment.model;

import java.util.List;
import org.millwright.experiment.ExperimentId;
import org.millwright.workspace.WorkspaceName;

/** Looks over what the runs of whole experiments read. */
public interface DatasetSummaries {

    /** Each data set once, by name and digest; experiments that the workspace does not have are passed over. */
    List<DatasetSummary> of(WorkspaceName workspace, List<ExperimentId> experiments, int most);
}
