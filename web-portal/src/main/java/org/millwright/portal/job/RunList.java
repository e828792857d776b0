package org.millwright.portal.job;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millwright.access.Permission;
import org.millwright.compute.Waiting;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunRepository.RunQuery;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.Criterion;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.View;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Reads runs for lists: a page of them at a time, and never how many there are. */
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class RunList {
    /** Telling a run's place in the queue costs a query each, so only the first of a page are told. */
    private static final int MOST_EXPLAINED = 15;

    private final CurrentCaller caller;
    private final RunLifecycle runs;
    private final Experiments experiments;
    private final Tracking tracking;
    private final Clock clock;
    private final Map<ExperimentId, String> names = new HashMap<>();

    @Inject
    public RunList(CurrentCaller caller, RunLifecycle runs, Experiments experiments, Tracking tracking, Clock clock) {
        this.caller = caller;
        this.runs = runs;
        this.experiments = experiments;
        this.tracking = tracking;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected RunList() {
        this(null, null, null, null, null);
    }

    /** The newest runs that meet all criteria. @param of the experiments to look in, empty for all */
    public Page<JobRow> find(List<ExperimentId> of, List<Criterion> criteria, PageRequest request) {
        var page = runs.search(new RunQuery(caller.workspace(), of, View.ACTIVE, criteria, List.of()), request);
        var data = tracking.read(page.items().stream().map(Run::id).toList());
        var now = clock.instant();
        var explained = page.items().stream()
                .filter(run -> run.state() instanceof RunState.Queued)
                .limit(MOST_EXPLAINED)
                .map(Run::id)
                .toList();
        return page.map(run -> JobRow.of(
                run,
                nameOf(run.experiment()),
                explained.contains(run.id()) ? waiting(run) : "",
                data.getOrDefault(run.id(), RunData.EMPTY),
                now));
    }

    private String waiting(Run run) {
        try {
            return runs.waiting(caller.workspace(), run.id())
                    .map(Waiting::explanation)
                    .orElse("");
        } catch (Refused goneMeanwhile) {
            return "";
        }
    }

    private String nameOf(ExperimentId id) {
        return names.computeIfAbsent(
                id, wanted -> experiments.get(caller.workspace(), wanted).name());
    }
}
