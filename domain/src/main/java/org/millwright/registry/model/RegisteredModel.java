package org.millwright.registry.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.millwright.registry.ModelAliasDeleted;
import org.millwright.registry.ModelAliasSet;
import org.millwright.registry.ModelCreated;
import org.millwright.registry.ModelDeleted;
import org.millwright.registry.ModelDescribed;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRenamed;
import org.millwright.registry.ModelTagDeleted;
import org.millwright.registry.ModelTagSet;
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

    /** This model, new. */
    public Change<RegisteredModel> announced() {
        return Change.of(this, new ModelCreated(workspace, name, description, tags, isPrompt(), createdAt));
    }

    /** Whether MLflow's clients keep a prompt in it. */
    public boolean isPrompt() {
        return PromptTag.isIn(tags);
    }

    public ModelRenamed renamed(ModelName newName, Instant now) {
        return new ModelRenamed(workspace, name, newName, isPrompt(), now);
    }

    public ModelDeleted deleted(Instant now) {
        return new ModelDeleted(workspace, name, isPrompt(), now);
    }

    public Change<RegisteredModel> describe(String newDescription, Instant now) {
        return Change.of(
                new RegisteredModel(workspace, name, newDescription, tags, aliases, createdAt, now, revision),
                new ModelDescribed(workspace, name, newDescription, isPrompt(), now));
    }

    public Change<RegisteredModel> tag(String key, String value, Instant now) {
        var next = new HashMap<>(tags);
        next.put(key, value);
        return Change.of(
                new RegisteredModel(workspace, name, description, next, aliases, createdAt, now, revision),
                new ModelTagSet(workspace, name, key, value, isPrompt(), now));
    }

    public Change<RegisteredModel> untag(String key, Instant now) {
        var next = new HashMap<>(tags);
        next.remove(key);
        return Change.of(
                new RegisteredModel(workspace, name, description, next, aliases, createdAt, now, revision),
                new ModelTagDeleted(workspace, name, key, isPrompt(), now));
    }

    /** Lets the alias name this version from now on, and no other. */
    public Change<RegisteredModel> alias(String alias, int version, Instant now) {
        requireAlias(alias);
        var next = new HashMap<>(aliases);
        next.put(alias, version);
        return Change.of(
                new RegisteredModel(workspace, name, description, tags, next, createdAt, now, revision),
                new ModelAliasSet(workspace, name, alias, version, isPrompt(), now));
    }

    public Change<RegisteredModel> unalias(String alias, Instant now) {
        var next = new HashMap<>(aliases);
        next.remove(alias);
        return Change.of(
                new RegisteredModel(workspace, name, description, tags, next, createdAt, now, revision),
                new ModelAliasDeleted(workspace, name, alias, isPrompt(), now));
    }

    static void requireAlias(String alias) {
        if (!alias.matches("[\\w-]{1,255}") || alias.equalsIgnoreCase("latest") || alias.matches("[vV]\\d+")) {
            throw Refused.invalid(
                    "alias", "letters, digits, '_' and '-', at most 255, neither 'latest' nor 'v' and a number");
        }
    }
}
