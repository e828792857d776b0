package org.millwright.registry.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.millwright.registry.ModelName;
import org.millwright.shared.Change;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * A name under which versions of a model are kept.
 *
 * <p>It is made by hand or with its first version, may be described, tagged and renamed, and is deleted with its
 * versions. An alias names one version at a time.
 *
 * @param aliases version numbers by alias
 */
public record RegisteredModel(
        WorkspaceName workspace,
        ModelName name,
        String description,
        Map<String, String> tags,
        Map<String, Integer> aliases,
        Instant createdAt,
        Instant updatedAt,
        Revision revision) {

    public RegisteredModel {
        tags = Map.copyOf(tags);
        aliases = Map.copyOf(aliases);
    }

    public static RegisteredModel create(
            WorkspaceName workspace, ModelName name, String description, Map<String, String> tags, Instant now) {
        return new RegisteredModel(workspace, name, description, tags, Map.of(), now, now, Revision.UNSAVED);
    }

    public Change<RegisteredModel> describe(String newDescription, Instant now) {
        return Change.of(new RegisteredModel(workspace, name, newDescription, tags, aliases, createdAt, now, revision));
    }

    public Change<RegisteredModel> tag(String key, String value, Instant now) {
        var next = new HashMap<>(tags);
        next.put(key, value);
        return Change.of(new RegisteredModel(workspace, name, description, next, aliases, createdAt, now, revision));
    }

    public Change<RegisteredModel> untag(String key, Instant now) {
        var next = new HashMap<>(tags);
        next.remove(key);
        return Change.of(new RegisteredModel(workspace, name, description, next, aliases, createdAt, now, revision));
    }

    /** Lets the alias name this version from now on, and no other. */
    public Change<RegisteredModel> alias(String alias, int version, Instant now) {
        requireAlias(alias);
        var next = new HashMap<>(aliases);
        next.put(alias, version);
        return Change.of(new RegisteredModel(workspace, name, description, tags, next, createdAt, now, revision));
    }

    public Change<RegisteredModel> unalias(String alias, Instant now) {
        var next = new HashMap<>(aliases);
        next.remove(alias);
        return Change.of(new RegisteredModel(workspace, name, description, tags, next, createdAt, now, revision));
    }

    private static void requireAlias(String alias) {
        if (!alias.matches("[\\w-]{1,255}") || alias.equalsIgnoreCase("latest") || alias.matches("[vV]\\d+")) {
            throw Refused.invalid(
                    "alias", "letters, digits, '_' and '-', at most 255, neither 'latest' nor 'v' and a number");
        }
    }
}
