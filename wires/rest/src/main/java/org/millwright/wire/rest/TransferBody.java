package org.millwright.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.data.StoredFile;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.ExperimentTransfer;
import org.millwright.experiment.app.RunTransfer;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunState;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.ModelTransfer;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.Stage;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * The shapes in which a workspace is moved: what an export answers is what an import takes, and what stands line by line
 * in an exported folder. They hold nothing that means something on one server only; an experiment is named, not numbered.
 */
final class TransferBody {
    private TransferBody() {}

    @Schema(
            name = "MovedExperiment",
            requiredProperties = {"name", "created_at"})
    record ExperimentBody(
            @Nullable String name,
            @Nullable Map<String, String> tags,
            @Nullable Instant createdAt,
            @Nullable Instant updatedAt,
            @Nullable Instant deletedAt) {

        static ExperimentBody of(org.millwright.experiment.model.Experiment experiment) {
            return new ExperimentBody(
                    experiment.name(),
                    sorted(experiment.tags()),
                    experiment.createdAt(),
                    experiment.updatedAt(),
                    experiment.deletedAt());
        }

        ExperimentTransfer.Moved toMoved() {
            var created = Bodies.needed("created_at", createdAt);
            return new ExperimentTransfer.Moved(
                    Bodies.needed("name", name),
                    Bodies.orEmpty(tags),
                    created,
                    updatedAt == null ? created : updatedAt,
                    deletedAt);
        }
    }

    @Schema(
            name = "MovedDataset",
            requiredProperties = {"name", "digest"})
    record DatasetBody(
            @Nullable String name,
            @Nullable String digest,
            @Nullable String sourceType,
            @Nullable String source,
            @Nullable String schema,
            @Nullable String profile,
            @Nullable Map<String, String> tags) {

        static DatasetBody of(DatasetInput input) {
            return new DatasetBody(
                    input.name(),
                    input.digest(),
                    input.sourceType(),
                    input.source(),
                    input.schema(),
                    input.profile(),
                    sorted(input.tags()));
        }

        DatasetInput toInput() {
            return new DatasetInput(
                    Bodies.needed("datasets.name", name),
                    Bodies.needed("datasets.digest", digest),
                    Bodies.orEmpty(sourceType),
                    Bodies.orEmpty(source),
                    schema,
                    profile,
                    Bodies.orEmpty(tags));
        }
    }

    @Schema(name = "MovedOutput", requiredProperties = "model")
    record OutputBody(@Nullable String model, long step) {}

    @Schema(
            name = "MovedAttempt",
            requiredProperties = {"compute", "claimed_at", "ended_at"})
    record AttemptBody(
            int number,
            @Nullable String compute,
            int slot,
            @Nullable String server,
            @Nullable Instant claimedAt,
            @Nullable Instant endedAt,
            @Nullable String outcome) {

        static AttemptBody of(RunAttempt attempt) {
            return new AttemptBody(
                    attempt.id().number(),
                    attempt.compute().value(),
                    attempt.slot(),
                    attempt.server(),
                    attempt.claimedAt(),
                    attempt.endedAt(),
                    attempt.outcome());
        }

        RunAttempt toAttempt(String run) {
            return new RunAttempt(
                    new AttemptId(run, number),
                    new ComputeName(Bodies.needed("attempts.compute", compute)),
                    slot,
                    Bodies.orEmpty(server),
                    Bodies.needed("attempts.claimed_at", claimedAt),
                    Bodies.needed("attempts.ended_at", endedAt),
                    Bodies.orEmpty(outcome));
        }
    }

    /** The last point of a metric. */
    @Schema(name = "MovedLatestPoint")
    record LatestBody(long timestamp, long step, double value) {}

    /**
     * A run.
     *
     * @param status our label of its state
     * @param metrics the last point of each; an import takes them from the points alone
     */
    @Schema(
            name = "MovedRun",
            requiredProperties = {"id", "experiment", "status", "created_at"})
    record RunBody(
            @Nullable String id,
            @Nullable String experiment,
            @Nullable String name,
            @Nullable String user,
            @Nullable String status,
            @Nullable Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable Instant deletedAt,
            @Nullable String failure,
            @Nullable Integer exitCode,
            @Nullable String submitter,
            JobBody.@Nullable Submission job,
            @Nullable Integer attempt,
            @Nullable List<AttemptBody> attempts,
            @Nullable Map<String, String> parameters,
            @Nullable Map<String, String> tags,
            @Nullable List<DatasetBody> datasets,
            @Nullable List<String> inputs,
            @Nullable List<OutputBody> outputs,
            @Nullable Map<String, LatestBody> metrics) {

        static RunBody of(RunTransfer.Moved moved, String experiment) {
            var run = moved.run();
            var data = moved.data();
            var failed = run.state() instanceof RunState.Failed state ? state : null;
            var latest = new TreeMap<String, LatestBody>();
            data.latest()
                    .forEach(point ->
                            latest.put(point.key(), new LatestBody(point.timestamp(), point.step(), point.value())));
            return new RunBody(
                    run.id().value(),
                    experiment,
                    run.name(),
                    run.user(),
                    run.state().label(),
                    run.createdAt(),
                    run.startedAt(),
                    run.endedAt(),
                    run.deletedAt(),
                    failed == null ? null : failed.reason(),
                    failed == null ? null : failed.exitCode(),
                    run.submitter() == null ? null : run.submitter().value(),
                    run.job() == null ? null : submission(JobBody.submission(run.job(), experiment)),
                    run.isJob() ? run.attempt() : null,
                    run.isJob() ? moved.attempts().stream().map(AttemptBody::of).toList() : null,
                    sorted(data.parameters()),
                    sorted(data.tags()),
                    data.datasets().stream().map(DatasetBody::of).toList(),
                    links(data, ModelLink.Direction.INPUT)
                            .map(ModelLink::modelId)
                            .toList(),
                    links(data, ModelLink.Direction.OUTPUT)
                            .map(link -> new OutputBody(link.modelId(), link.step()))
                            .toList(),
                    latest);
        }

        RunTransfer.Moved toMoved(WorkspaceName workspace, ExperimentId home) {
            var run = new RunId(Bodies.needed("id", id));
            var created = Bodies.needed("created_at", createdAt);
            return new RunTransfer.Moved(
                    new Run(
                            run,
                            workspace,
                            home,
                            Bodies.orEmpty(name),
                            Bodies.orEmpty(user),
                            job == null ? null : new PrincipalId(Bodies.needed("submitter", submitter)),
                            job == null ? null : job.toSpec(),
                            state(created),
                            attempt == null ? 0 : attempt,
                            created,
                            deletedAt,
                            Revision.UNSAVED),
                    new RunData(
                            List.of(),
                            Bodies.orEmpty(parameters),
                            Bodies.orEmpty(tags),
                            Bodies.orEmpty(datasets).stream()
                                    .map(DatasetBody::toInput)
                                    .toList(),
                            Stream.concat(
                                            Bodies.orEmpty(inputs).stream()
                                                    .map(model -> new ModelLink(model, 0, ModelLink.Direction.INPUT)),
                                            Bodies.orEmpty(outputs).stream()
                                                    .map(output -> new ModelLink(
                                                            Bodies.needed("outputs.model", output.model()),
                                                            output.step(),
                                                            ModelLink.Direction.OUTPUT)))
                                    .toList()),
                    Bodies.orEmpty(attempts).stream()
                            .map(each -> each.toAttempt(run.value()))
                            .toList());
        }

        private RunState state(Instant created) {
            var label = Bodies.needed("status", status);
            return switch (label) {
                case "Queued" -> new RunState.Queued();
                case "Running" -> new RunState.Running(startedAt == null ? created : startedAt);
                case "Completed" ->
                    new RunState.Completed(startedAt == null ? created : startedAt, Bodies.needed("ended_at", endedAt));
                case "Failed" ->
                    new RunState.Failed(
                            startedAt, Bodies.needed("ended_at", endedAt), Bodies.orEmpty(failure), exitCode);
                case "Canceled" -> new RunState.Canceled(startedAt, Bodies.needed("ended_at", endedAt));
                default ->
                    throw Refused.invalid(
                            "status",
                            "'%s' is not one of Queued, Running, Completed, Failed, Canceled".formatted(label));
            };
        }

        private static Stream<ModelLink> links(RunData data, ModelLink.Direction direction) {
            return data.models().stream().filter(link -> link.direction() == direction);
        }

        /** Its experiment stands beside it; its variables have no order of their own. */
        private static JobBody.Submission submission(JobBody.Submission job) {
            return new JobBody.Submission(
                    null,
                    null,
                    null,
                    null,
                    null,
                    job.code(),
                    job.command(),
                    job.environment(),
                    job.inputs(),
                    job.outputs(),
                    sorted(Bodies.orEmpty(job.environmentVariables())),
                    job.secrets(),
                    job.compute(),
                    job.timeoutSeconds(),
                    job.priority(),
                    job.type(),
                    job.resources(),
                    job.distribution(),
                    job.retrySettings(),
                    job.queueSettings(),
                    job.spark());
        }
    }

    /**
     * Points of one metric.
     *
     * @param points each a list of timestamp (ms), step and value, which may be "NaN"
     */
    @Schema(name = "MovedSeries", requiredProperties = "key")
    record SeriesBody(
            @Nullable String run,
            @Nullable String key,
            @Nullable List<JsonNode> points) {

        List<Metric> toMetrics() {
            var metric = Bodies.needed("key", key);
            var read = new ArrayList<Metric>();
            for (var point : Bodies.orEmpty(points)) {
                if (!point.isArray()
                        || point.size() != 3
                        || !point.get(0).canConvertToLong()
                        || !point.get(1).canConvertToLong()) {
                    throw Refused.invalid("metrics.points", "each is [timestamp, step, value], not " + point);
                }
                read.add(new Metric(
                        metric,
                        number(point.get(2)),
                        point.get(0).longValue(),
                        point.get(1).longValue()));
            }
            return read;
        }
    }

    @Schema(name = "MovedPoints")
    record PointsBody(@Nullable List<SeriesBody> metrics) {}

    @Schema(
            name = "MovedLoggedModel",
            requiredProperties = {"id", "experiment", "name", "status", "created_at"})
    record LoggedModelBody(
            @Nullable String id,
            @Nullable String experiment,
            @Nullable String name,
            @Nullable String modelType,
            @Nullable String run,
            @Nullable String status,
            @Nullable Map<String, String> parameters,
            @Nullable Map<String, String> tags,
            @Nullable Instant createdAt,
            @Nullable Instant updatedAt) {

        static LoggedModelBody of(LoggedModel model, String experiment) {
            var run = model.run();
            return new LoggedModelBody(
                    model.id().value(),
                    experiment,
                    model.name(),
                    model.modelType(),
                    run == null ? null : run.value(),
                    model.status().name(),
                    sorted(model.parameters()),
                    sorted(model.tags()),
                    model.createdAt(),
                    model.updatedAt());
        }

        LoggedModel toModel(WorkspaceName workspace, ExperimentId home) {
            var created = Bodies.needed("created_at", createdAt);
            return new LoggedModel(
                    new LoggedModelId(Bodies.needed("id", id)),
                    workspace,
                    home,
                    Bodies.needed("name", name),
                    Bodies.orEmpty(modelType),
                    run == null ? null : new RunId(run),
                    toStatus(),
                    Bodies.orEmpty(parameters),
                    Bodies.orEmpty(tags),
                    created,
                    updatedAt == null ? created : updatedAt,
                    null,
                    Revision.UNSAVED);
        }

        private LoggedModel.Status toStatus() {
            return Stream.of(LoggedModel.Status.values())
                    .filter(known -> known.name().equals(status))
                    .findFirst()
                    .orElseThrow(() -> Refused.invalid(
                            "status", "'%s' is not one of PENDING, READY, UPLOAD_FAILED".formatted(status)));
        }
    }

    /** A point that was measured on a logged model. */
    @Schema(
            name = "MovedModelPoint",
            requiredProperties = {"run", "key", "value"})
    record ModelPointBody(
            @Nullable String model,
            @Nullable String run,
            @Nullable String key,
            long timestamp,
            long step,

            @Schema(anyOf = {Double.class, String.class}) @Nullable
            JsonNode value,

            @Nullable String datasetName,
            @Nullable String datasetDigest) {

        static ModelPointBody of(ModelPoint measured) {
            var point = measured.point();
            return new ModelPointBody(
                    point.modelId(),
                    measured.run().value(),
                    point.key(),
                    point.timestamp(),
                    point.step(),
                    RestJson.MAPPER.valueToTree(point.value()),
                    point.datasetName(),
                    point.datasetDigest());
        }

        RunId toRun() {
            return new RunId(Bodies.needed("points.run", run));
        }

        Metric toMetric(LoggedModelId on) {
            return new Metric(
                    Bodies.needed("points.key", key),
                    number(Bodies.needed("points.value", value)),
                    timestamp,
                    step,
                    on.value(),
                    datasetName,
                    datasetDigest);
        }
    }

    @Schema(name = "MovedModelPoints")
    record ModelPointsBody(@Nullable List<ModelPointBody> points) {}

    @Schema(
            name = "MovedModel",
            requiredProperties = {"name", "created_at"})
    record ModelBody(
            @Nullable String name,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable Map<String, Integer> aliases,
            @Nullable Integer lastVersion,
            @Nullable Instant createdAt,
            @Nullable Instant updatedAt) {

        static ModelBody of(ModelTransfer.MovedModel model) {
            return new ModelBody(
                    model.name().value(),
                    model.description(),
                    sorted(model.tags()),
                    sorted(model.aliases()),
                    model.lastVersion(),
                    model.createdAt(),
                    model.updatedAt());
        }

        ModelTransfer.MovedModel toMoved() {
            var created = Bodies.needed("created_at", createdAt);
            return new ModelTransfer.MovedModel(
                    new ModelName(Bodies.needed("name", name)),
                    Bodies.orEmpty(description),
                    Bodies.orEmpty(tags),
                    Bodies.orEmpty(aliases),
                    lastVersion == null ? 0 : lastVersion,
                    created,
                    updatedAt == null ? created : updatedAt);
        }
    }

    @Schema(
            name = "MovedModelVersion",
            requiredProperties = {"name", "version", "source", "created_at"})
    record VersionBody(
            @Nullable String name,
            @Nullable Integer version,
            @Nullable String source,
            @Nullable String run,
            @Nullable String loggedModel,
            @Nullable String runLink,
            @Nullable String user,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable String stage,
            @Nullable Instant createdAt,
            @Nullable Instant updatedAt) {

        static VersionBody of(ModelTransfer.MovedVersion version) {
            return new VersionBody(
                    version.id().name().value(),
                    version.id().version(),
                    version.source(),
                    version.run() == null ? null : version.run().value(),
                    version.loggedModel() == null ? null : version.loggedModel().value(),
                    version.runLink(),
                    version.user(),
                    version.description(),
                    sorted(version.tags()),
                    version.stage().label(),
                    version.createdAt(),
                    version.updatedAt());
        }

        ModelTransfer.MovedVersion toMoved() {
            var number = Bodies.needed("version", version);
            if (number < 1) {
                throw Refused.invalid("version", "at least 1");
            }
            var created = Bodies.needed("created_at", createdAt);
            return new ModelTransfer.MovedVersion(
                    new ModelRef(new ModelName(Bodies.needed("name", name)), number),
                    Bodies.needed("source", source),
                    run == null ? null : new RunId(run),
                    loggedModel == null ? null : new LoggedModelId(loggedModel),
                    Bodies.orEmpty(runLink),
                    Bodies.orEmpty(user),
                    Bodies.orEmpty(description),
                    Bodies.orEmpty(tags),
                    Stage.parse(stage == null ? Stage.NONE.label() : stage),
                    created,
                    updatedAt == null ? created : updatedAt);
        }
    }

    /**
     * @param path below the files of its owner
     * @param sha256 when it was asked for
     */
    @Schema(name = "MovedFile")
    record FileBody(String path, long size, @Nullable String sha256) {
        static FileBody of(StoredFile file, int rootLength, @Nullable String sha256) {
            return new FileBody(file.path().value().substring(rootLength + 1), file.size(), sha256);
        }
    }

    @Schema(name = "Ids")
    record IdsBody(@Nullable List<String> ids) {}

    private static double number(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        return switch (value.asText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw Refused.invalid("value", "a number or NaN, not " + value);
        };
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        return new TreeMap<>(map);
    }
}
