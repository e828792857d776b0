package org.millwright.access;

import static org.millwright.access.Permission.*;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.millwright.shared.Names;
import org.millwright.shared.Refused;

/**
 * A named set of permissions. Some are built in, by the names that Azure ML gives them; a team makes others.
 *
 * @param name 1 to 100 characters; two roles differ by more than upper and lower case
 */
public record Role(String name, String description, Set<Permission> permissions) {
    private static final Pattern FORM = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,99}");
    private static final int DESCRIPTION_LENGTH = 1000;

    public static final Role OWNER =
            new Role("Owner", "Everything, including who may do what", EnumSet.allOf(Permission.class));
    public static final Role CONTRIBUTOR = new Role(
            "Contributor",
            "Everything but who may do what, which workspaces there are, and which promotions need approval",
            allBut(ACCESS_READ, ACCESS_MANAGE, AUDIT_READ, WORKSPACES_MANAGE, MODEL_POLICY));
    public static final Role DATA_SCIENTIST = new Role(
            "AzureML Data Scientist",
            "Works with experiments, jobs, models, endpoints and schedules; changes no compute and no workspace",
            allBut(
                    ACCESS_READ,
                    ACCESS_MANAGE,
                    AUDIT_READ,
                    MODEL_POLICY,
                    WORKSPACES_MANAGE,
                    COMPUTE_WRITE,
                    WORKSPACE_IMPORT,
                    WORKSPACE_WRITE,
                    SECRET_WRITE,
                    PURGE));
    public static final Role COMPUTE_OPERATOR = new Role(
            "AzureML Compute Operator",
            "Manages compute targets",
            EnumSet.of(WORKSPACE_READ, COMPUTE_READ, COMPUTE_WRITE, OWN_CREDENTIALS));
    public static final Role REGISTRY_USER = new Role(
            "AzureML Registry User",
            "Reads, registers and changes models",
            EnumSet.of(WORKSPACE_READ, MODEL_READ, MODEL_WRITE, OWN_CREDENTIALS));
    public static final Role READER = new Role(
            "Reader",
            "Reads everything but keys, secrets and who may do what",
            EnumSet.of(
                    WORKSPACE_READ,
                    EXPERIMENT_READ,
                    COMPUTE_READ,
                    MODEL_READ,
                    ENDPOINT_READ,
                    SCHEDULE_READ,
                    OWN_CREDENTIALS));

    public static final List<Role> BUILT_IN =
            List.of(OWNER, CONTRIBUTOR, DATA_SCIENTIST, COMPUTE_OPERATOR, REGISTRY_USER, READER);

    private static final Map<String, Role> BUILT_IN_BY_NAME = byName();

    public Role {
        Names.require("role", name, FORM, "1 to 100 letters, digits, spaces, '.', '_' and '-'");
        if (description.length() > DESCRIPTION_LENGTH) {
            throw Refused.invalid("description", "at most %d characters".formatted(DESCRIPTION_LENGTH));
        }
        permissions = Set.copyOf(permissions);
    }

    /** One that a team makes. @throws Refused with Invalid when it permits nothing, or has a built-in role's name */
    public static Role custom(String name, String description, Collection<Permission> permissions) {
        if (permissions.isEmpty()) {
            throw Refused.invalid("permissions", "at least one");
        }
        if (BUILT_IN.stream().anyMatch(role -> role.name.equalsIgnoreCase(name))) {
            throw Refused.invalid("name", "not that of a built-in role");
        }
        return new Role(name, description, Set.copyOf(permissions));
    }

    public static Optional<Role> builtIn(String name) {
        return Optional.ofNullable(BUILT_IN_BY_NAME.get(name));
    }

    public boolean isBuiltIn() {
        return BUILT_IN_BY_NAME.containsKey(name);
    }

    public boolean permits(Permission permission) {
        return permissions.contains(permission);
    }

    private static Set<Permission> allBut(Permission... withheld) {
        var permissions = EnumSet.allOf(Permission.class);
        permissions.removeAll(Set.of(withheld));
        return permissions;
    }

    private static Map<String, Role> byName() {
        var byName = new LinkedHashMap<String, Role>();
        BUILT_IN.forEach(role -> byName.put(role.name, role));
        return byName;
    }
}
