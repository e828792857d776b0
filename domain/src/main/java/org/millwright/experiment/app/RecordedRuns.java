package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.RunId;
import org.millwright.experiment.RunRecords;
import org.millwright.experiment.model.DataUseRepository;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.workspace.WorkspaceName;

/** Tells other contexts what runs read and measured. */
@ApplicationScoped
@Transactional
public class RecordedRuns implements RunRecords {
    private final RunRepository runs;
    private final TrackingRepository tracking;
    private final DataUseRepository uses;

    @Inject
    public RecordedRuns(RunRepository runs, TrackingRepository tracking, DataUseRepository uses) {
        this.runs = runs;
        this.tracking = tracking;
        this.uses = uses;
    }

    @SuppressWarnings("NullAway")
    protected RecordedRuns() {
        this(null, null, null);
    }

    @Override
    public Map<RunId, Logged> logged(Collection<RunId> of) {
        var logged = new HashMap<RunId, Logged>();
        var read = tracking.read(of);
        for (var run : of) {
            var data = read.getOrDefault(run, RunData.EMPTY);
            logged.put(run, new Logged(lastOf(data.latest()), data.parameters()));
        }
        return logged;
    }

    @Override
    public Map<String, Double> measuredOn(String loggedModel) {
        return lastOf(tracking.ofModel(loggedModel));
    }

    @Override
    public Optional<Origin> origin(WorkspaceName workspace, RunId id) {
        return runs.find(id).filter(run -> run.workspace().equals(workspace)).map(this::origin);
    }

    private Origin origin(Run run) {
        var read = tracking.read(List.of(run.id())).getOrDefault(run.id(), RunData.EMPTY);
        var data = new ArrayList<ReadData>();
        read.datasets().forEach(set -> data.add(new ReadData(set.name(), set.digest(), set.source())));
        var job = run.job();
        if (job != null) {
            job.inputs().forEach((name, input) -> {
                if (input instanceof JobInput.Files(var snapshot, var file)) {
                    data.add(new ReadData(file.isEmpty() ? name : file, snapshot.value(), "upload"));
                }
            });
        }
        return new Origin(
                run.id(),
                run.name(),
                run.state().label(),
                run.isJob(),
                job == null ? null : job.code(),
                job == null ? null : job.environment().digest(),
                data,
                read.models().stream()
                        .filter(link -> link.direction() == ModelLink.Direction.INPUT)
                        .map(ModelLink::modelId)
                        .distinct()
                        .toList());
    }

    @Override
    public List<RunId> readersOf(WorkspaceName workspace, String digest, int most) {
        return uses.readersOf(workspace, digest, most);
    }

    @Override
    public List<RunId> readersOfModel(WorkspaceName workspace, String loggedModel, int most) {
        return uses.readersOfModel(workspace, loggedModel, most);
    }

    private static Map<String, Double> lastOf(List<Metric> points) {
        var last = new HashMap<String, Metric>();
        for (var point : points) {
            last.merge(point.key(), point, (one, other) -> isLater(other, one) ? other : one);
        }
        var values = new HashMap<String, Double>();
        last.forEach((key, point) -> values.put(key, point.value()));
        return values;
    }

    private static boolean isLater(Metric one, Metric other) {
        return one.step() != other.step() ? one.step() > other.step() : one.timestamp() >= other.timestamp();
    }
}
