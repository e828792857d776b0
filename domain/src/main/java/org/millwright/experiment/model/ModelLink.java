package org.millwright.experiment.model;

/** A logged model that a run read or wrote. @param modelId of the registry's logged model; @param step of an output */
public record ModelLink(String modelId, long step, Direction direction) {

    public enum Direction {
        INPUT,
        OUTPUT
    }
}
