package org.millwright.scheduler;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.HashSet;
import org.millwright.retention.app.Purging;
import org.millwright.retention.app.RecycleBin;
import org.millwright.retention.model.Purge;
import org.millwright.workspace.WorkspaceDirectory;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/**
 * Orders the purge of what lies in the bins for longer than their workspaces want, and carries out every purge that is
 * ordered. Quartz lets one server at a time do this, because two could meet in the same folder.
 *
 * <p>An order that fails stays, is told of in the log, and is tried again the next time; the others do not wait for it.
 */
@Dependent
@DisallowConcurrentExecution
public class PurgeJob implements Job {
    private static final System.Logger LOG = System.getLogger(PurgeJob.class.getName());
    private static final int BATCH = 100;

    private final RecycleBin bin;
    private final Purging purging;
    private final WorkspaceDirectory workspaces;

    @Inject
    public PurgeJob(RecycleBin bin, Purging purging, WorkspaceDirectory workspaces) {
        this.bin = bin;
        this.purging = purging;
        this.workspaces = workspaces;
    }

    @Override
    public void execute(JobExecutionContext context) {
        var failed = new HashSet<Purge>();
        carryOutOrders(failed);
        for (var workspace : workspaces.names()) {
            for (var ordered = bin.purgeDue(workspace); ordered > 0; ordered = bin.purgeDue(workspace)) {
                LOG.log(INFO, "retention purges {0} things of workspace {1}", ordered, workspace);
                carryOutOrders(failed);
            }
        }
    }

    private void carryOutOrders(HashSet<Purge> failed) {
        while (true) {
            // Those that failed stand first, so more are asked for than they are.
            var orders = purging.ordered(BATCH + failed.size());
            orders = orders.stream().filter(order -> !failed.contains(order)).toList();
            if (orders.isEmpty()) {
                return;
            }
            for (var order : orders) {
                try {
                    purging.carryOut(order);
                } catch (IOException | RuntimeException outage) {
                    failed.add(order);
                    LOG.log(
                            WARNING,
                            "%s %s could not be purged; it is tried again"
                                    .formatted(order.kind().inWords(), order.id()),
                            outage);
                }
            }
        }
    }
}
