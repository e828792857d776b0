package org.millwright.experiment.model;

import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.workspace.WorkspaceName;

/**
 * A run that is held for writing: nobody else logs to it or purges it until the transaction ends. It is what logging has to
 * know of a run, and no more.
 *
 * @param key by which the repositories know it
 */
public record HeldRun(RunId id, long key, WorkspaceName workspace, ExperimentId experiment, boolean deleted) {}
