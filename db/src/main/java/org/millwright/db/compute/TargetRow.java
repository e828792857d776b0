package org.millwright.db.compute;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.Tier;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.db.Guarded;
import org.millwright.db.JsonConverter;
import org.millwright.db.JsonText;
import org.millwright.db.NamedKey;
import org.millwright.db.TaggedJson;
import org.millwright.db.Versioned;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@IdClass(NamedKey.class)
@Table(name = "target", schema = "compute")
class TargetRow implements Versioned, Guarded {
    @Id
    @Column(name = "workspace")
    private String workspace;

    @Id
    @Column(name = "name")
    private String name;

    @Column(name = "kind")
    @Convert(converter = JsonConverter.class)
    private JsonText kind;

    @Column(name = "max_nodes")
    private int maxNodes;

    @Column(name = "min_nodes")
    private int minNodes;

    @Column(name = "idle_seconds")
    private int idleSeconds;

    @Column(name = "low_tier")
    private boolean lowTier;

    @Column(name = "description")
    private @Nullable String description;

    @Column(name = "paused")
    private boolean paused;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected TargetRow() {}

    TargetRow(ComputeTarget target) {
        workspace = target.workspace().value();
        name = target.name().value();
        createdAt = target.createdAt();
        write(target);
    }

    final void write(ComputeTarget target) {
        kind = TaggedJson.write(target.kind(), ComputeKind.class);
        maxNodes = target.kind().maxNodes();
        minNodes = target.kind().minNodes();
        idleSeconds = Math.toIntExact(target.kind().idleBeforeScaleDown().toSeconds());
        lowTier = target.kind().tier() == Tier.LOW_PRIORITY;
        description = target.description();
        paused = target.paused();
    }

    ComputeTarget toTarget() {
        return new ComputeTarget(
                new ComputeName(name),
                new WorkspaceName(workspace),
                TaggedJson.read(kind, ComputeKind.class),
                description,
                paused,
                createdAt,
                new Revision(revision));
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.COMPUTE, new WorkspaceName(workspace), name);
    }

    @Override
    public boolean isPart() {
        return false;
    }

    @Override
    public long revision() {
        return revision;
    }
}
