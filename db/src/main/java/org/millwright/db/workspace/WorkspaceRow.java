package org.millwright.db.workspace;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import org.millwright.db.Json;
import org.millwright.db.JsonConverter;
import org.millwright.db.JsonText;
import org.millwright.db.TextMapConverter;
import org.millwright.db.Versioned;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.model.Workspace;

@Entity
@Table(name = "workspace", schema = "workspace")
class WorkspaceRow implements Versioned {
    @Id
    @Column(name = "name")
    private String name;

    @Column(name = "description")
    private String description;

    @Column(name = "subscription")
    private String subscription;

    @Column(name = "resource_group")
    private String resourceGroup;

    @Column(name = "region")
    private String region;

    @Column(name = "tags")
    @Convert(converter = TextMapConverter.class)
    private Map<String, String> tags;

    @Column(name = "settings")
    @Convert(converter = JsonConverter.class)
    private JsonText settings;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected WorkspaceRow() {}

    WorkspaceRow(Workspace workspace) {
        name = workspace.name().value();
        write(workspace);
    }

    final void write(Workspace workspace) {
        description = workspace.description();
        subscription = workspace.subscription();
        resourceGroup = workspace.resourceGroup();
        region = workspace.region();
        tags = workspace.tags();
        settings = Json.write(SettingsDocument.of(workspace.settings()));
        createdAt = workspace.createdAt();
    }

    Workspace toWorkspace() {
        return new Workspace(
                new WorkspaceName(name),
                description,
                subscription,
                resourceGroup,
                region,
                tags,
                Json.read(settings, SettingsDocument.class).toSettings(),
                createdAt,
                new Revision(revision));
    }

    @Override
    public long revision() {
        return revision;
    }
}
