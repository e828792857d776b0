package org.millwright.experiment.fake;

import java.util.List;
import java.util.function.BiPredicate;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DataUseRepository;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.shared.PageRequest;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/** Finds the readers of data by looking at every run. */
public final class InMemoryDataUses implements DataUseRepository {
    private final RunRepository runs;
    private final TrackingRepository tracking;

    public InMemoryDataUses(RunRepository runs, TrackingRepository tracking) {
        this.runs = runs;
        this.tracking = tracking;
    }

    @Override
    public List<RunId> readersOf(WorkspaceName workspace, String digest, int most) {
        return find(
                workspace,
                most,
                (run, data) ->
                        data.datasets().stream().anyMatch(set -> set.digest().equals(digest))
                                || run.job() != null
                                        && run.job().inputs().values().stream()
                                                .anyMatch(input -> input instanceof JobInput.Files(var snapshot, var _)
                                                        && snapshot.value().equals(digest)));
    }

    @Override
    public List<RunId> readersOfModel(WorkspaceName workspace, String loggedModel, int most) {
        return find(workspace, most, (_, data) -> data.models().stream()
                .anyMatch(link -> link.direction() == ModelLink.Direction.INPUT
                        && link.modelId().equals(loggedModel)));
    }

    private List<RunId> find(WorkspaceName workspace, int most, BiPredicate<Run, RunData> reads) {
        var all = runs.search(
                new RunRepository.RunQuery(workspace, List.of(), View.ACTIVE, List.of(), List.of()),
                PageRequest.first(1000));
        return all.items().stream()
                .filter(run -> reads.test(run, tracking.read(List.of(run.id())).getOrDefault(run.id(), RunData.EMPTY)))
                .map(Run::id)
                .limit(most)
                .toList();
    }
}
