package org.millwright.wire.mlflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;

/** MLflow's shape of a run, with the last value of each metric. */
record RunBody(Info info, Data data, Inputs inputs, Outputs outputs) {

    static RunBody of(Run run, RunData logged) {
        return new RunBody(
                Info.of(run),
                new Data(
                        logged.latest().stream().map(MetricBody::of).toList(),
                        KeyValue.of(logged.parameters()),
                        KeyValue.of(logged.tags())),
                new Inputs(
                        logged.datasets().stream().map(DatasetInputBody::of).toList(),
                        logged.models().stream()
                                .filter(link -> link.direction() == ModelLink.Direction.INPUT)
                                .map(link -> new ModelInput(link.modelId()))
                                .toList()),
                new Outputs(logged.models().stream()
                        .filter(link -> link.direction() == ModelLink.Direction.OUTPUT)
                        .map(link -> new ModelOutput(link.modelId(), link.step()))
                        .toList()));
    }

    /** The id goes by two names; old clients read the second. */
    record Info(
            String runId,
            String runUuid,
            String runName,
            String experimentId,
            String userId,
            RunStatus status,
            long startTime,
            @Nullable Long endTime,
            String artifactUri,
            String lifecycleStage) {
        static Info of(Run run) {
            var startedAt = run.startedAt();
            return new Info(
                    run.id().value(),
                    run.id().value(),
                    run.name(),
                    run.experiment().toString(),
                    run.user(),
                    RunStatus.of(run.state()),
                    (startedAt == null ? run.createdAt() : startedAt).toEpochMilli(),
                    millis(run.endedAt()),
                    ArtifactUri.of(run.artifacts()),
                    LifecycleStage.of(run.deletedAt()));
        }

        private static @Nullable Long millis(@Nullable Instant instant) {
            return instant == null ? null : instant.toEpochMilli();
        }
    }

    record Data(List<MetricBody> metrics, List<KeyValue> params, List<KeyValue> tags) {}

    record Inputs(List<DatasetInputBody> datasetInputs, List<ModelInput> modelInputs) {}

    record Outputs(List<ModelOutput> modelOutputs) {}

    record ModelInput(@Nullable String modelId) {}

    record ModelOutput(@Nullable String modelId, @Nullable Long step) {}

    record DatasetInputBody(
            @Nullable List<KeyValue> tags, @Nullable DatasetBody dataset) {
        static DatasetInputBody of(DatasetInput input) {
            return new DatasetInputBody(
                    KeyValue.of(input.tags()),
                    new DatasetBody(
                            input.name(),
                            input.digest(),
                            input.sourceType(),
                            input.source(),
                            input.schema(),
                            input.profile()));
        }
    }

    record DatasetBody(
            @Nullable String name,
            @Nullable String digest,
            @Nullable String sourceType,
            @Nullable String source,
            @Nullable String schema,
            @Nullable String profile) {}
}
