package org.millwright.access.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an identity provider says of somebody who has just proved who they are.
 *
 * @param username what they sign in by there; may change, and may be another's later
 * @param name as shown to people
 * @param email null when there is none, or the provider says that it is not verified
 * @param groups the identifiers of all groups that they are in
 * @param roles the roles that the provider gives them for this server, by their names there
 */
public record ProvidedIdentity(
        Identity identity,
        @Nullable String username,
        String name,
        @Nullable String email,
        Set<String> groups,
        Set<String> roles) {
    public ProvidedIdentity {
        groups = Set.copyOf(groups);
        roles = Set.copyOf(roles);
    }

    /** Whether the operator named them, or a group of theirs, as an owner of the server. */
    public boolean isAmong(Set<String> owners) {
        return owners.contains(identity.subject())
                || owners.stream().anyMatch(owner -> owner.equalsIgnoreCase(username))
                || groups.stream().anyMatch(owners::contains);
    }
}
