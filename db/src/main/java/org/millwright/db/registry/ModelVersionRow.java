package org.millwright.db.registry;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.data.ArtifactPath;
import org.millwright.db.Guarded;
import org.millwright.db.TextMapConverter;
import org.millwright.db.Versioned;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Stage;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@IdClass(VersionKey.class)
@Table(name = "model_version", schema = "registry")
@SqlResultSetMapping(
        name = ModelVersionRow.PAGE,
        entities = @EntityResult(entityClass = ModelVersionRow.class),
        columns = @ColumnResult(name = "place", type = String.class))
class ModelVersionRow implements Versioned, Guarded {
    static final String PAGE = "ModelVersionRow.page";

    @Id
    @Column(name = "workspace")
    private String workspace;

    @Id
    @Column(name = "model")
    private String model;

    @Id
    @Column(name = "version")
    private int version;

    @Column(name = "source")
    private String source;

    @Column(name = "files")
    private @Nullable String files;

    @Column(name = "run")
    private @Nullable String run;

    @Column(name = "logged_model")
    private @Nullable String loggedModel;

    @Column(name = "run_link")
    private String runLink;

    @Column(name = "user_name")
    private String user;

    @Column(name = "author")
    private @Nullable String author;

    @Column(name = "description")
    private String description;

    @Column(name = "tags")
    @Convert(converter = TextMapConverter.class)
    private Map<String, String> tags;

    @Column(name = "stage")
    private String stage;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected ModelVersionRow() {}

    ModelVersionRow(ModelVersion version) {
        this.workspace = version.workspace().value();
        this.model = version.id().name().value();
        this.version = version.id().version();
        this.source = version.source();
        this.files = version.files() == null ? null : version.files().value();
        this.run = version.run() == null ? null : version.run().value();
        this.loggedModel =
                version.loggedModel() == null ? null : version.loggedModel().value();
        this.runLink = version.runLink();
        this.user = version.user();
        this.author = version.author() == null ? null : version.author().value();
        this.createdAt = version.createdAt();
        write(version);
    }

    /** The files and the origin never change. */
    final void write(ModelVersion next) {
        description = next.description();
        tags = next.tags();
        stage = next.stage().name();
        updatedAt = next.updatedAt();
    }

    ModelVersion toVersion() {
        return new ModelVersion(
                new WorkspaceName(workspace),
                new ModelRef(new ModelName(model), version),
                source,
                files == null ? null : new ArtifactPath(files),
                run == null ? null : new RunId(run),
                loggedModel == null ? null : new LoggedModelId(loggedModel),
                runLink,
                user,
                author == null ? null : new PrincipalId(author),
                description,
                tags,
                Stage.valueOf(stage),
                createdAt,
                updatedAt,
                new Revision(revision));
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.MODEL, new WorkspaceName(workspace), model);
    }

    @Override
    public long revision() {
        return revision;
    }
}
