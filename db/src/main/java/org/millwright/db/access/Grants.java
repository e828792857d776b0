package org.millwright.db.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.workspace.WorkspaceName;

/** How an assigned role lies in the database, as two queries read it. */
final class Grants {
    /** Of {@code access.role_assignment a} and {@code access.role r}. */
    static final String COLUMNS = """
            a.effect, a.workspace, a.resource_kind, a.resource,
            r.name AS role_name, r.description AS role_description, r.permissions AS role_permissions
            """;

    private Grants() {}

    /** @return null when the principal of an outer join holds none */
    static @Nullable Grant read(ResultSet row) throws SQLException {
        return row.getString("role_name") == null
                ? null
                : new Grant(
                        role(row.getString("role_name"), row.getString("role_description"), (String[])
                                row.getArray("role_permissions").getArray()),
                        Effect.valueOf(row.getString("effect")),
                        scope(row));
    }

    static Role role(String name, String description, String[] permissions) {
        return Role.builtIn(name)
                .orElseGet(() -> new Role(
                        name,
                        description,
                        Arrays.stream(permissions).map(Permission::valueOf).collect(Collectors.toUnmodifiableSet())));
    }

    private static Scope scope(ResultSet row) throws SQLException {
        var workspace = row.getString("workspace");
        if (workspace == null) {
            return Scope.SERVER;
        }
        var kind = row.getString("resource_kind");
        return kind == null
                ? Scope.in(new WorkspaceName(workspace))
                : Scope.on(new Resource(
                        ResourceKind.valueOf(kind), new WorkspaceName(workspace), row.getString("resource")));
    }
}
