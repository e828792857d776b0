package org.millwright.compute;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millwright.workspace.WorkspaceName;

/**
 * The runs that wait for a slot, and the slots that runs hold. One narrow table; claiming is one statement.
 *
 * <p>All methods join the caller's transaction, so a run and its place in the queue change together.
 */
public interface RunQueue {

    /** A run that was given a slot. @param attempt counts from 1 for each run, and fences */
    record Claim(AttemptId attempt, WorkspaceName workspace, ComputeName compute, int slot) {}

    /**
     * Puts a run in the queue and wakes the dispatchers when the transaction commits.
     *
     * @param priority higher goes first
     * @throws org.millwright.shared.Refused with NotFound when the workspace has no such compute target
     */
    void enqueue(String run, WorkspaceName workspace, ComputeName compute, int priority, Instant now);

    /** Gives free slots to the first runs that wait; each claim is a new attempt. Several servers may ask at once. */
    List<Claim> claim(String server, int most, Instant now);

    /** Takes a waiting run out. @return false when it did not wait (any more) */
    boolean withdraw(String run);

    /** Frees the slot of an attempt; does nothing when a later attempt holds it or it is free. */
    void release(AttemptId attempt);

    /** Says that the attempts are alive, by the database's clock. */
    void heartbeat(List<AttemptId> attempts);

    /** Why the run waits; empty when it does not wait. */
    Optional<Waiting> waiting(String run);
}
