package org.millwright.experiment.model;

import java.util.List;
import org.millwright.experiment.RunId;
import org.millwright.workspace.WorkspaceName;

/** Finds the way from data and models to the runs that read them. */
public interface DataUseRepository {

    /** Runs that logged a data set of this digest, or are jobs with uploaded files of it; not the deleted; the newest first. */
    List<RunId> readersOf(WorkspaceName workspace, String digest, int most);

    /** Runs that say they read this logged model; not the deleted; the newest first. */
    List<RunId> readersOfModel(WorkspaceName workspace, String loggedModel, int most);
}
