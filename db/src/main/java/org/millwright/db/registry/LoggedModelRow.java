package org.millwright.db.registry;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Guarded;
import org.millwright.db.TextMapConverter;
import org.millwright.db.Versioned;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@Table(name = "logged_model", schema = "registry")
@SqlResultSetMapping(
        name = LoggedModelRow.PAGE,
        entities = @EntityResult(entityClass = LoggedModelRow.class),
        columns = @ColumnResult(name = "place", type = String.class))
class LoggedModelRow implements Versioned, Guarded {
    static final String PAGE = "LoggedModelRow.page";

    @Id
    @Column(name = "id")
    private String id;

    @Column(name = "workspace")
    private String workspace;

    @Column(name = "experiment")
    private long experiment;

    @Column(name = "name")
    private String name;

    @Column(name = "model_type")
    private String modelType;

    @Column(name = "run")
    private @Nullable String run;

    @Column(name = "status")
    private String status;

    @Column(name = "parameters")
    @Convert(converter = TextMapConverter.class)
    private Map<String, String> parameters;

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

    protected LoggedModelRow() {}

    LoggedModelRow(LoggedModel model) {
        id = model.id().value();
        workspace = model.workspace().value();
        experiment = model.experiment().value();
        name = model.name();
        modelType = model.modelType();
        run = model.run() == null ? null : model.run().value();
        createdAt = model.createdAt();
        write(model);
    }

    final void write(LoggedModel model) {
        status = model.status().name();
        parameters = model.parameters();
        tags = model.tags();
        updatedAt = model.updatedAt();
        deletedAt = model.deletedAt();
    }

    LoggedModel toModel() {
        return new LoggedModel(
                new LoggedModelId(id),
                new WorkspaceName(workspace),
                new ExperimentId(experiment),
                name,
                modelType,
                run == null ? null : new RunId(run),
                LoggedModel.Status.valueOf(status),
                parameters,
                tags,
                createdAt,
                updatedAt,
                deletedAt,
                new Revision(revision));
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.EXPERIMENT, new WorkspaceName(workspace), experiment);
    }

    @Override
    public long revision() {
        return revision;
    }
}
