package org.millwright.access.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operator grants to the people of a provider, before anybody gives them a role here.
 *
 * @param roles by the name of a role at the provider
 * @param everybody what each of its people has; null for nothing
 * @param owners usernames, subjects and groups at the provider that own the server
 */
public record ProviderRules(
        Map<String, List<ProvidedRole>> roles, @Nullable ProvidedRole everybody, Set<String> owners) {
    public static final ProviderRules NONE = new ProviderRules(Map.of(), null, Set.of());

    public ProviderRules {
        roles = Map.copyOf(roles);
        owners = Set.copyOf(owners);
    }
}
