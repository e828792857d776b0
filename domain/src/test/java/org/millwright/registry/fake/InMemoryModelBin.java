package org.millwright.registry.fake;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.registry.BinId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.ModelBin;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.workspace.WorkspaceName;

/** The registry's bin in memory. */
public final class InMemoryModelBin implements ModelBin {
    private final InMemoryModels models;
    private final TreeMap<Long, Deletion> deletions = new TreeMap<>();
    private final Set<Long> doomed = new HashSet<>();
    private long lastId;

    /** @param version null when the whole model was deleted */
    public record Deletion(
            BinId id,
            WorkspaceName workspace,
            ModelName name,
            @Nullable ModelRef version,
            Instant deletedAt,
            @Nullable RegisteredModel model,
            int lastVersion,
            List<ModelVersion> versions) {}

    public InMemoryModelBin(InMemoryModels models) {
        this.models = models;
    }

    @Override
    public BinId put(WorkspaceName workspace, ModelName name, Instant deletedAt) {
        var id = new BinId(++lastId);
        deletions.put(
                id.value(),
                new Deletion(
                        id,
                        workspace,
                        name,
                        null,
                        deletedAt,
                        models.find(workspace, name).orElseThrow(),
                        models.lastVersion(workspace, name),
                        models.versions(workspace, name)));
        return id;
    }

    @Override
    public BinId putVersion(WorkspaceName workspace, ModelRef version, Instant deletedAt) {
        var id = new BinId(++lastId);
        var kept = List.of(models.findVersion(workspace, version).orElseThrow());
        deletions.put(id.value(), new Deletion(id, workspace, version.name(), version, deletedAt, null, 0, kept));
        return id;
    }

    @Override
    public Optional<ModelName> nameOf(WorkspaceName workspace, BinId id) {
        return find(workspace, id)
                .filter(deletion -> deletion.version() == null)
                .map(Deletion::name);
    }

    @Override
    public Optional<ModelRef> versionOf(WorkspaceName workspace, BinId id) {
        return find(workspace, id).map(Deletion::version);
    }

    @Override
    public void restore(BinId id) {
        var deletion = deletions.remove(id.value());
        if (deletion.model() != null) {
            models.putBack(deletion.model(), deletion.lastVersion());
        }
        deletion.versions().forEach(models::putBack);
    }

    public List<Deletion> all() {
        return List.copyOf(deletions.values());
    }

    /** Orders its purge. */
    public void doom(BinId id) {
        doomed.add(id.value());
    }

    public boolean isDoomed(BinId id) {
        return doomed.contains(id.value());
    }

    /** Takes it out for good. */
    public void remove(BinId id) {
        deletions.remove(id.value());
        doomed.remove(id.value());
    }

    private Optional<Deletion> find(WorkspaceName workspace, BinId id) {
        return Optional.ofNullable(deletions.get(id.value()))
                .filter(deletion -> deletion.workspace().equals(workspace) && !isDoomed(id))
                .filter(deletion -> Authority.current().sees(InMemoryModels.resource(workspace, deletion.name())));
    }
}
