package org.millwright.experiment.model;

import org.jspecify.annotations.Nullable;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.workspace.WorkspaceName;

/**
 * A run that is held for writing: nobody else logs to it or purges it until the transaction ends. It is what logging has to
 * know of a run, and no more.
 *
 * @param key by which the repositories know it
 * @param frozenBy the model version because of which it may not be changed, where the workspace freezes what versions were
 *     made from; else null
 */
public record HeldRun(
        RunId id,
        long key,
        WorkspaceName workspace,
        ExperimentId experiment,
        boolean deleted,
        @Nullable String frozenBy) {}
