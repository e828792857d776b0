package org.millwright.workspace.model;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.millwright.shared.Change;
import org.millwright.shared.Refused;
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

    /** MLflow's clients say {@code default} and mean the main one. */
    private static final Set<String> TAKEN = Set.of("default");

    private static final int LONGEST_DESCRIPTION = 5000;

    public Workspace {
        tags = Map.copyOf(tags);
        if (description.length() > LONGEST_DESCRIPTION) {
            throw Refused.invalid("description", "at most %d characters".formatted(LONGEST_DESCRIPTION));
        }
    }

    public static Change<Workspace> create(WorkspaceName name, String description, Instant now) {
        if (TAKEN.contains(name.value())) {
            throw Refused.invalid(
                    "name", "'%s' is how MLflow's clients call the workspace 'main'; choose another".formatted(name));
        }
        return Change.of(
                new Workspace(name, description, "", "", "", Map.of(), WorkspaceSettings.USUAL, now, Revision.UNSAVED));
    }

    public Change<Workspace> describe(String words) {
        return Change.of(
                new Workspace(name, words, subscription, resourceGroup, region, tags, settings, createdAt, revision));
    }

    public Change<Workspace> decide(WorkspaceSettings next) {
        return next.equals(settings)
                ? Change.none(this)
                : Change.of(new Workspace(
                        name, description, subscription, resourceGroup, region, tags, next, createdAt, revision));
    }
}
