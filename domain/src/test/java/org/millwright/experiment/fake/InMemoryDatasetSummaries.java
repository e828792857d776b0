package org.millwright.experiment.fake;

import java.util.List;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.DatasetSummaries;
import org.millwright.experiment.model.DatasetSummary;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.RunRepository.RunQuery;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.shared.PageRequest;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/** What runs read, gathered from the runs one by one. */
public record InMemoryDatasetSummaries(RunRepository runs, TrackingRepository tracking) implements DatasetSummaries {

    @Override
    public List<DatasetSummary> of(WorkspaceName workspace, List<ExperimentId> experiments, int most) {
        return experiments.stream()
                .flatMap(experiment -> runs
                        .search(
                                new RunQuery(workspace, List.of(experiment), View.ACTIVE, List.of(), List.of()),
                                PageRequest.first(Integer.MAX_VALUE))
                        .items()
                        .stream()
                        .map(Run::id)
                        .flatMap(run -> tracking.read(List.of(run)).get(run).datasets().stream())
                        .map(dataset -> new DatasetSummary(
                                experiment,
                                dataset.name(),
                                dataset.digest(),
                                dataset.tags().get("mlflow.data.context"))))
                .distinct()
                .limit(most)
                .toList();
    }
}
