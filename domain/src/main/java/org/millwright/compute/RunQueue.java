package org.millwright.compute;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.workspace.WorkspaceName;

/**
 * The runs that wait for nodes, and the nodes that runs hold. Who gets what is decided by the {@code Planner}; here it is kept,
 * in narrow tables, so that it is given once.
 *
 * <p>All methods join the caller's transaction, so a run and its place in the queue change together. Whether somebody is alive
 * is judged by the database's clock alone.
 */
public interface RunQueue {

    /**
     * What waits.
     *
     * @param user whose usage it is; their group with a quota, or their first group, is the team
     * @param tier null for the one of its compute target
     * @param priority higher goes first
     * @param since when it was first accepted; being tried again does not make it younger
     * @param notBefore null for at once
     */
    record Request(
            String run,
            WorkspaceName workspace,
            ComputeName compute,
            String user,
            JobResources resources,
            @Nullable Tier tier,
            int priority,
            @Nullable Duration timeLimit,
            Instant since,
            @Nullable Instant notBefore) {

        /** One node for as long as it takes. */
        public static Request ofOneNode(
                String run, WorkspaceName workspace, ComputeName compute, String user, int priority, Instant since) {
            return new Request(run, workspace, compute, user, JobResources.ONE_NODE, null, priority, null, since, null);
        }
    }

    /**
     * A run that was given all the nodes that it asked for.
     *
     * @param attempt counts from 1 for each run, and fences
     * @param nodes by number, ascending
     */
    record Claim(AttemptId attempt, WorkspaceName workspace, ComputeName compute, List<Integer> nodes) {
        public Claim {
            nodes = List.copyOf(nodes);
        }

        /** The first of its nodes. */
        public int slot() {
            return nodes.getFirst();
        }
    }

    /** An attempt of which nothing was heard for too long. @param onServer whether it ran on the machine of its server */
    record Silent(AttemptId attempt, String server, boolean onServer) {}

    /**
     * Puts a run in the queue and wakes the dispatchers when the transaction commits.
     *
     * @throws org.millwright.shared.Refused with NotFound when the workspace has no such compute target
     */
    void enqueue(Request request);

    /**
     * Gives free nodes to runs that wait; each claim is a new attempt. Several servers may ask at once: a target is planned by
     * one of them at a time, and the others pass it by. Runs that are to make room are marked.
     */
    List<Claim> claim(String server, int most);

    /** Takes a waiting run out. @return false when it did not wait (any more) */
    boolean withdraw(String run);

    /** Its processes run: from now on its time limit counts. */
    void started(AttemptId attempt, Instant at);

    /** Frees the nodes of an attempt; does nothing when a later attempt holds them or they are free. */
    void release(AttemptId attempt);

    /** Says that the attempts are alive. */
    void heartbeat(List<AttemptId> attempts);

    /** Attempts of this server that are to make room for others. */
    List<AttemptId> makingRoom(String server);

    /** Whether it was asked to make room. */
    boolean isMakingRoom(AttemptId attempt);

    /** Attempts of other servers that were not heard of for so long. */
    List<Silent> silent(String server, Duration patience);

    /** Makes this server the one that looks after a silent attempt. @return false when it was heard of, or others were faster */
    boolean takeOver(AttemptId attempt, String server, Duration patience);

    /** Lets nodes go that had nothing to do for as long as their target allows. */
    void scaleDown();

    /** Why the run waits; empty when it does not wait. */
    Optional<Waiting> waiting(String run);
}
