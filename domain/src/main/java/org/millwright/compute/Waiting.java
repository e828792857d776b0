package org.millwright.compute;

/**
 * Why a run does not run yet.
 *
 * @param position its place in the queue of its compute target by priority and age, 1 is next; fair share may let others pass
 * @param explanation one sentence for the person who waits
 */
public record Waiting(Reason reason, int position, String explanation) {

    /** The named reasons. */
    public enum Reason {
        /** It is next; a node is being given to it now. */
        NEXT,
        /** It is next; a node is started for it. */
        NODE_STARTING,
        /** Every node of the target is taken. */
        NO_FREE_NODE,
        /** Some of the nodes that it needs are free, and it takes all at once or none. */
        WAITING_GANG,
        /** Runs of a lower tier are ending to make room for it. */
        MAKING_ROOM,
        /** Runs before it take what is free. */
        BEHIND_OTHERS,
        /** No node of the target is large enough, or the target has not so many. */
        NO_NODE_FITS,
        /** Its team or user holds as much as the quota allows. */
        QUOTA,
        /** Its team or user has borrowed as much beyond the quota as it may. */
        BORROW_LIMIT,
        /** It failed, and is tried again after a pause. */
        RETRY_PAUSE,
        /** The target takes no new runs. */
        COMPUTE_PAUSED
    }
}
