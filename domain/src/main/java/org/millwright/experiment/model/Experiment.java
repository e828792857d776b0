package org.millwright.experiment.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.ExperimentId;
import org.millwright.shared.Change;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * A named group of runs that are compared with each other.
 *
 * <p>It is made by its first use, may be renamed and tagged, deleted and restored. Its name is unique in its workspace,
 * deleted ones included, because they may come back.
 *
 * @param deletedAt null while it is not deleted
 */
public record Experiment(
        ExperimentId id,
        WorkspaceName workspace,
        String name,
        Map<String, String> tags,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        Revision revision) {
    private static final int LONGEST_NAME = 500;

    public Experiment {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw Refused.invalid("name", "1 to %d characters, not all blank".formatted(LONGEST_NAME));
        }
        tags = Map.copyOf(tags);
    }

    public Change<Experiment> rename(String newName, Instant now) {
        return Change.of(new Experiment(id, workspace, newName, tags, createdAt, now, deletedAt, revision));
    }

    public Change<Experiment> tag(String key, String value, Instant now) {
        var next = new java.util.HashMap<>(tags);
        next.put(key, value);
        return Change.of(new Experiment(id, workspace, name, next, createdAt, now, deletedAt, revision));
    }

    public Change<Experiment> untag(String key, Instant now) {
        var next = new java.util.HashMap<>(tags);
        if (next.remove(key) == null) {
            throw Refused.notFound("tag", key);
        }
        return Change.of(new Experiment(id, workspace, name, next, createdAt, now, deletedAt, revision));
    }

    public Change<Experiment> delete(Instant now) {
        return deletedAt != null
                ? Change.none(this)
                : Change.of(new Experiment(id, workspace, name, tags, createdAt, now, now, revision));
    }

    public Change<Experiment> restore(Instant now) {
        return deletedAt == null
                ? Change.none(this)
                : Change.of(new Experiment(id, workspace, name, tags, createdAt, now, null, revision));
    }
}
