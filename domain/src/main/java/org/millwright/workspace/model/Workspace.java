package org.millwright.workspace.model;

import java.time.Instant;
import java.util.Map;
import org.millwright.shared.Change;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.WorkspaceSettings;

/**
 * The hub that everything else belongs to: experiments, models, endpoints, compute.
 *
 * <p>It is created once, may be described anew, and keeps its name for life, because clients put the name into paths.
 * Subscription, resource group and region are labels that Azure clients expect in their paths; they decide nothing here.
 */
public record Workspace(
        WorkspaceName name,
        String description,
        String subscription,
        String resourceGroup,
        String region,
        Map<String, String> tags,
        WorkspaceSettings settings,
        Instant createdAt,
        Revision revision) {

    public Workspace {
        tags = Map.copyOf(tags);
    }

    public Change<Workspace> decide(WorkspaceSettings next) {
        return next.equals(settings)
                ? Change.none(this)
                : Change.of(new Workspace(
                        name, description, subscription, resourceGroup, region, tags, next, createdAt, revision));
    }
}
