package org.millwright.compute.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.JobResources;
import org.millwright.compute.Tier;

/**
 * A compute target at one moment, as far as it matters for who gets what.
 *
 * @param freeNodes that take work now
 * @param startable nodes that there are not yet, and may be
 * @param waiters the first of each line, in their order; a line is what waits of one user of one team at one priority
 * @param usage node-seconds of late, faded with age
 */
public record PoolSnapshot(
        String name,
        ComputeKind kind,
        boolean paused,
        int freeNodes,
        int startable,
        List<Holder> holders,
        List<Waiter> waiters,
        List<Quota> quotas,
        Map<Account, Double> usage,
        Instant now) {

    public PoolSnapshot {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
        quotas = List.copyOf(quotas);
        usage = Map.copyOf(usage);
    }

    /** Whose usage it is. @param team empty for somebody in no group */
    public record Account(String team, String user) {}

    public record Waiter(
            String run,
            Account account,
            int priority,
            Tier tier,
            JobResources resources,
            @Nullable Duration timeLimit,
            Instant since) {
        int nodes() {
            return resources.instances();
        }
    }

    /**
     * A run that holds nodes.
     *
     * @param endsBy by its time limit; null when it has none
     * @param makingRoom whether it was asked to
     */
    public record Holder(
            String run,
            Account account,
            int priority,
            Tier tier,
            int nodes,
            Instant since,
            @Nullable Instant endsBy,
            boolean makingRoom) {}
}
