package org.millwright.registry.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * A model that a run wrote, before anybody registered it (MLflow 3). It is pending while its files are uploaded, then
 * ready or failed.
 *
 * @param run that wrote it, or null
 * @param deletedAt null while it is not deleted
 */
public record LoggedModel(
        LoggedModelId id,
        WorkspaceName workspace,
        ExperimentId experiment,
        String name,
        String modelType,
        @Nullable RunId run,
        Status status,
        Map<String, String> parameters,
        Map<String, String> tags,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        Revision revision) {

    public LoggedModel {
        parameters = Map.copyOf(parameters);
        tags = Map.copyOf(tags);
    }

    /** How far its files have come. */
    public enum Status {
        PENDING,
        READY,
        UPLOAD_FAILED
    }

    /** The root of its files in the artifact store. */
    public ArtifactPath artifacts() {
        return new ArtifactPath(experiment + "/models/" + id + "/artifacts");
    }

    public LoggedModel become(Status next, Instant now) {
        return new LoggedModel(
                id,
                workspace,
                experiment,
                name,
                modelType,
                run,
                next,
                parameters,
                tags,
                createdAt,
                now,
                deletedAt,
                revision);
    }

    public LoggedModel tag(Map<String, String> more, Instant now) {
        var next = new HashMap<>(tags);
        next.putAll(more);
        return withTags(next, now);
    }

    public LoggedModel untag(String key, Instant now) {
        var next = new HashMap<>(tags);
        next.remove(key);
        return withTags(next, now);
    }

    public LoggedModel withParameters(Map<String, String> more, Instant now) {
        var next = new HashMap<>(parameters);
        next.putAll(more);
        return new LoggedModel(
                id,
                workspace,
                experiment,
                name,
                modelType,
                run,
                status,
                next,
                tags,
                createdAt,
                now,
                deletedAt,
                revision);
    }

    public LoggedModel delete(Instant now) {
        return new LoggedModel(
                id,
                workspace,
                experiment,
                name,
                modelType,
                run,
                status,
                parameters,
                tags,
                createdAt,
                now,
                now,
                revision);
    }

    public LoggedModel restore(Instant now) {
        return new LoggedModel(
                id,
                workspace,
                experiment,
                name,
                modelType,
                run,
                status,
                parameters,
                tags,
                createdAt,
                now,
                null,
                revision);
    }

    private LoggedModel withTags(Map<String, String> next, Instant now) {
        return new LoggedModel(
                id,
                workspace,
                experiment,
                name,
                modelType,
                run,
                status,
                parameters,
                next,
                createdAt,
                now,
                deletedAt,
                revision);
    }
}
