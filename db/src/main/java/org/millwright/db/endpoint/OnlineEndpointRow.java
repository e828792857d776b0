package org.millwright.db.endpoint;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Guarded;
import org.millwright.db.Json;
import org.millwright.db.JsonConverter;
import org.millwright.db.JsonText;
import org.millwright.db.NamedKey;
import org.millwright.db.NumberMapConverter;
import org.millwright.db.TextMapConverter;
import org.millwright.db.Versioned;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@IdClass(NamedKey.class)
@Table(name = "online_endpoint", schema = "endpoint")
class OnlineEndpointRow implements Versioned, Guarded {
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

    @Column(name = "deployments")
    @Convert(converter = JsonConverter.class)
    private JsonText deployments;

    @Column(name = "traffic")
    @Convert(converter = NumberMapConverter.class)
    private Map<String, Integer> traffic;

    @Column(name = "primary_key")
    private String primaryKey;

    @Column(name = "secondary_key")
    private String secondaryKey;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected OnlineEndpointRow() {}

    OnlineEndpointRow(OnlineEndpoint endpoint) {
        workspace = endpoint.workspace().value();
        name = endpoint.name().value();
        createdAt = endpoint.createdAt();
        write(endpoint);
    }

    final void write(OnlineEndpoint endpoint) {
        description = endpoint.description();
        tags = endpoint.tags();
        deployments = Json.write(DeploymentDocument.Set.of(endpoint.deployments()));
        var percents = new HashMap<String, Integer>();
        endpoint.traffic().forEach((deployment, percent) -> percents.put(deployment.value(), percent));
        traffic = percents;
        primaryKey = endpoint.primaryKey();
        secondaryKey = endpoint.secondaryKey();
        updatedAt = endpoint.updatedAt();
    }

    OnlineEndpoint toEndpoint() {
        var percents = new HashMap<DeploymentName, Integer>();
        traffic.forEach((deployment, percent) -> percents.put(new DeploymentName(deployment), percent));
        return new OnlineEndpoint(
                new WorkspaceName(workspace),
                new EndpointName(name),
                description,
                tags,
                Json.read(deployments, DeploymentDocument.Set.class).toDeployments(),
                percents,
                primaryKey,
                secondaryKey,
                createdAt,
                updatedAt,
                new Revision(revision));
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.ENDPOINT, new WorkspaceName(workspace), name);
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
