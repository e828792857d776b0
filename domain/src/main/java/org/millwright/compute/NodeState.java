package org.millwright.compute;

import java.util.Locale;

/** What a node of a compute target is at. The names are Azure's. */
public enum NodeState {
    /** It has nothing to do, and takes work. */
    IDLE,
    /** It was given a run whose environment is being laid out. */
    PREPARING,
    RUNNING,
    /** It finishes what it has and is gone, or takes nothing more, after that. */
    LEAVING,
    /** It takes no work, because somebody drained it. */
    UNUSABLE,
    /** Its run is ending to make room for another. */
    PREEMPTED;

    /** @param run whether it has one @param started whether that has processes */
    public static NodeState of(boolean run, boolean started, boolean makingRoom, boolean draining) {
        if (!run) {
            return draining ? UNUSABLE : IDLE;
        }
        if (makingRoom) {
            return PREEMPTED;
        }
        if (draining) {
            return LEAVING;
        }
        return started ? RUNNING : PREPARING;
    }

    /** As Azure writes it: {@code Idle}. */
    public String label() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
