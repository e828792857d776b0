package org.millwright.experiment.model;

import org.millwright.experiment.RunId;

/** A point that a run measured on a logged model. @param point with the model, and perhaps the data set, in it */
public record ModelPoint(RunId run, Metric point) {}
