package org.millwright.experiment.model;

import org.jspecify.annotations.Nullable;
import org.millwright.experiment.ExperimentId;

/** A data set that runs of an experiment read. @param context what for, such as training; null when nobody said */
public record DatasetSummary(
        ExperimentId experiment,
        String name,
        String digest,
        @Nullable String context) {}
