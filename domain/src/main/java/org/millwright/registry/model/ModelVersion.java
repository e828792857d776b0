package org.millwright.registry.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelRef;
import org.millwright.registry.ModelVersionRegistered;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * One version of a registered model: which files, and where they came from. The files and the origin never change; its
 * description, tags and stage do.
 *
 * @param source as the client named it
 * @param files where they lie in the artifact store; null when the source is elsewhere
 * @param run that made it, or null
 * @param loggedModel that it was registered from, or null
 * @param user who registered it, as shown to people
 * @param author who registered it; null when nobody knows, as for versions that were brought from elsewhere
 */
public record ModelVersion(
        WorkspaceName workspace,
        ModelRef id,
        String source,
        @Nullable ArtifactPath files,
        @Nullable RunId run,
        @Nullable LoggedModelId loggedModel,
        String runLink,
        String user,
        @Nullable PrincipalId author,
        String description,
        Map<String, String> tags,
        Stage stage,
        Instant createdAt,
        Instant updatedAt,
        Revision revision) {

    public ModelVersion {
        tags = Map.copyOf(tags);
    }

    /** Whether MLflow's clients keep a prompt in it. */
    public boolean isPrompt() {
        return PromptTag.isIn(tags);
    }

    /** What there is to tell of a new version. */
    public ModelVersionRegistered registered() {
        return new ModelVersionRegistered(workspace, id, source, run, description, tags, isPrompt(), createdAt);
    }

    public ModelVersion describe(String newDescription, Instant now) {
        return new ModelVersion(
                workspace,
                id,
                source,
                files,
                run,
                loggedModel,
                runLink,
                user,
                author,
                newDescription,
                tags,
                stage,
                createdAt,
                now,
                revision);
    }

    public ModelVersion tag(String key, String value, Instant now) {
        var next = new HashMap<>(tags);
        next.put(key, value);
        return withTags(next, now);
    }

    public ModelVersion untag(String key, Instant now) {
        var next = new HashMap<>(tags);
        next.remove(key);
        return withTags(next, now);
    }

    public ModelVersion moveTo(Stage next, Instant now) {
        return new ModelVersion(
                workspace,
                id,
                source,
                files,
                run,
                loggedModel,
                runLink,
                user,
                author,
                description,
                tags,
                next,
                createdAt,
                now,
                revision);
    }

    private ModelVersion withTags(Map<String, String> next, Instant now) {
        return new ModelVersion(
                workspace,
                id,
                source,
                files,
                run,
                loggedModel,
                runLink,
                user,
                author,
                description,
                next,
                stage,
                createdAt,
                now,
                revision);
    }
}
