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
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Guarded;
import org.millwright.db.NamedKey;
import org.millwright.db.NumberMapConverter;
import org.millwright.db.TextMapConverter;
import org.millwright.db.Versioned;
import org.millwright.registry.ModelName;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@IdClass(NamedKey.class)
@Table(name = "registered_model", schema = "registry")
@SqlResultSetMapping(
        name = RegisteredModelRow.PAGE,
        entities = @EntityResult(entityClass = RegisteredModelRow.class),
        columns = @ColumnResult(name = "place", type = String.class))
class RegisteredModelRow implements Versioned, Guarded {
    static final String PAGE = "RegisteredModelRow.page";

    @Id
    @Column(name = "workspace")
    private String workspace;

    @Id
    @Column(name = "name")
    private String name;

    @Column(name = "description")
    private String description;

    @Column(name = "tags")
    @Convert(converter = TextMapConverter.class)
    private Map<String, String> tags;

    @Column(name = "aliases")
    @Convert(converter = NumberMapConverter.class)
    private Map<String, Integer> aliases;

    @Column(name = "last_version")
    private int lastVersion;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected RegisteredModelRow() {}

    RegisteredModelRow(RegisteredModel model) {
        workspace = model.workspace().value();
        name = model.name().value();
        createdAt = model.createdAt();
        write(model);
    }

    final void write(RegisteredModel model) {
        description = model.description();
        tags = model.tags();
        aliases = model.aliases();
        updatedAt = model.updatedAt();
    }

    int lastVersion() {
        return lastVersion;
    }

    void reserveVersions(int upTo) {
        lastVersion = Math.max(lastVersion, upTo);
    }

    int nextVersion() {
        return ++lastVersion;
    }

    RegisteredModel toModel() {
        return new RegisteredModel(
                new WorkspaceName(workspace),
                new ModelName(name),
                description,
                tags,
                aliases,
                createdAt,
                updatedAt,
                new Revision(revision));
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.MODEL, new WorkspaceName(workspace), name);
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
