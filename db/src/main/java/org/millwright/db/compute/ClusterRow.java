package org.millwright.db.compute;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.model.ComputeCluster;
import org.millwright.db.Guarded;
import org.millwright.db.NamedKey;
import org.millwright.db.Versioned;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@IdClass(NamedKey.class)
@Table(name = "cluster", schema = "compute")
class ClusterRow implements Versioned, Guarded {
    @Id
    @Column(name = "workspace")
    private String workspace;

    @Id
    @Column(name = "name")
    private String name;

    @Column(name = "slots")
    private int slots;

    @Column(name = "paused")
    private boolean paused;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected ClusterRow() {}

    ClusterRow(ComputeCluster cluster) {
        workspace = cluster.workspace().value();
        name = cluster.name().value();
        createdAt = cluster.createdAt();
        write(cluster);
    }

    final void write(ComputeCluster cluster) {
        slots = cluster.slots();
        paused = cluster.paused();
    }

    ComputeCluster toCluster() {
        return new ComputeCluster(
                new ComputeName(name), new WorkspaceName(workspace), slots, paused, createdAt, new Revision(revision));
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
