package org.millwright.db.experiment;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.Guarded;
import org.millwright.db.Json;
import org.millwright.db.TextMapConverter;
import org.millwright.db.Versioned;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.Experiment;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@Table(name = "experiment", schema = "experiment")
@SqlResultSetMapping(
        name = ExperimentRow.PAGE,
        entities = @EntityResult(entityClass = ExperimentRow.class),
        columns = @ColumnResult(name = "place", type = String.class))
class ExperimentRow implements Versioned, Guarded {
    static final String PAGE = "ExperimentRow.page";

    @Id
    @Column(name = "id")
    private long id;

    @Column(name = "workspace")
    private String workspace;

    @Column(name = "name")
    private String name;

    @Column(name = "tags")
    @Convert(converter = TextMapConverter.class)
    private Map<String, String> tags;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    @Column(name = "deleted_at")
    private @Nullable Instant deletedAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected ExperimentRow() {}

    ExperimentRow(Experiment experiment) {
        id = experiment.id().value();
        workspace = experiment.workspace().value();
        write(experiment);
    }

    /** Reads it by SQL. */
    ExperimentRow(ResultSet row) throws SQLException {
        id = row.getLong("id");
        workspace = row.getString("workspace");
        name = row.getString("name");
        tags = Json.texts(row.getString("tags"));
        createdAt = Database.requiredInstant(row, "created_at");
        updatedAt = Database.requiredInstant(row, "updated_at");
        deletedAt = Database.instant(row, "deleted_at");
        revision = row.getLong("revision");
    }

    final void write(Experiment experiment) {
        name = experiment.name();
        tags = experiment.tags();
        createdAt = experiment.createdAt();
        updatedAt = experiment.updatedAt();
        deletedAt = experiment.deletedAt();
    }

    Experiment toExperiment() {
        return new Experiment(
                new ExperimentId(id),
                new WorkspaceName(workspace),
                name,
                tags,
                createdAt,
                updatedAt,
                deletedAt,
                new Revision(revision));
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.EXPERIMENT, new WorkspaceName(workspace), id);
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
