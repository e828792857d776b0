package org.millwright.experiment;

import java.util.Optional;
import org.millwright.data.ArtifactPath;
import org.millwright.workspace.WorkspaceName;

/** What other contexts may ask about a run. */
public interface RunDirectory {

    /** @param artifacts where its files lie */
    record Entry(RunId id, WorkspaceName workspace, ExperimentId experiment, ArtifactPath artifacts) {}

    Optional<Entry> lookUp(RunId run);

    /** The same, and keeps the run from being purged until the transaction ends: for whoever is about to refer to it. */
    Optional<Entry> hold(RunId run);

    /**
     * @param file of a run or of a logged model
     * @throws org.millwright.shared.Refused with WrongState when a model version was made of it, and the workspace freezes that
     */
    void requireWritable(ArtifactPath file);

    /**
     * For what belongs to a run.
     *
     * @throws org.millwright.shared.Refused with Forbidden when the token of a run signed the request, and this is neither that
     *     run nor one that was made with its token
     */
    void requireOwn(RunId run);

    /** The workspace of an experiment that is not deleted. */
    Optional<WorkspaceName> workspaceOf(ExperimentId experiment);
}
