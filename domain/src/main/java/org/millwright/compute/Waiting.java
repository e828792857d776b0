package org.millwright.compute;

/**
 * Why a run does not run yet.
 *
 * @param position its place in the queue of its compute target, 1 is next
 * @param explanation one sentence for the person who waits
 */
public record Waiting(Reason reason, int position, String explanation) {

    /** The named reasons. */
    public enum Reason {
        /** It is next; a slot is being given to it now. */
        NEXT,
        /** Every slot of the target is taken. */
        NO_FREE_SLOT,
        /** Slots are free, but runs before it take them. */
        BEHIND_OTHERS,
        /** The target takes no new runs. */
        COMPUTE_PAUSED
    }
}
