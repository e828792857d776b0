package org.millwright.compute.model;

import java.util.List;
import java.util.Map;
import org.millwright.compute.Waiting;
import org.millwright.compute.model.PoolSnapshot.Waiter;

/**
 * Who gets what, and why the others wait.
 *
 * @param granted in the order of the queue
 * @param nodesToStart how many of the granted nodes have to be started
 * @param toMakeRoom runs that are to end, and to be tried again
 * @param verdicts on each run that was looked at and not granted, or was and would be now
 */
public record DispatchPlan(
        List<Waiter> granted, int nodesToStart, List<String> toMakeRoom, Map<String, Verdict> verdicts) {
    public DispatchPlan {
        granted = List.copyOf(granted);
        toMakeRoom = List.copyOf(toMakeRoom);
        verdicts = Map.copyOf(verdicts);
    }

    /** @param explanation one sentence without its place in the queue */
    public record Verdict(Waiting.Reason reason, String explanation) {}
}
