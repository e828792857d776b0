package org.millwright.db.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.RoleRepository;
import org.millwright.db.Database;
import org.millwright.shared.Notifications;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Roles and who holds them, in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcRoleRepository implements RoleRepository {
    private static final String ASSIGNMENTS = "SELECT a.id, a.principal, a.created_at, a.created_by, " + Grants.COLUMNS
            + " FROM access.role_assignment a JOIN access.role r ON r.name = a.role ";

    private final Database database;

    @Inject
    public JdbcRoleRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcRoleRepository() {
        this(null);
    }

    @Override
    public List<Role> custom() {
        return database.query(
                "SELECT * FROM access.role WHERE NOT built_in ORDER BY lower(name)", JdbcRoleRepository::role);
    }

    @Override
    public Optional<Role> findCustom(String name) {
        return database
                .query("SELECT * FROM access.role WHERE name = ? AND NOT built_in", JdbcRoleRepository::role, name)
                .stream()
                .findFirst();
    }

    @Override
    public void put(Role role) {
        var stored = database.update(
                """
                INSERT INTO access.role (name, description, permissions, built_in)
                SELECT ?, ?, ?, false
                WHERE NOT EXISTS (SELECT 1 FROM access.role WHERE lower(name) = lower(?) AND name <> ?)
                ON CONFLICT (name) DO UPDATE SET description = excluded.description, permissions = excluded.permissions
                WHERE NOT role.built_in
                """,
                role.name(),
                role.description(),
                Database.Values.of("text", role.permissions().stream().sorted().toList(), Permission::name),
                role.name(),
                role.name());
        if (stored == 0) {
            throw new Refused(new Problem.AlreadyExists("role", role.name()));
        }
        database.wake(Notifications.RIGHTS);
    }

    @Override
    public boolean deleteCustom(String name) {
        if (findCustom(name).isEmpty()) {
            return false;
        }
        var deleted = database.update("""
                DELETE FROM access.role r WHERE name = ?
                AND NOT EXISTS (SELECT 1 FROM access.role_assignment WHERE role = r.name)
                """, name);
        if (deleted == 0) {
            throw new Refused(new Problem.WrongState("role", name, "held by somebody", "delete"));
        }
        return true;
    }

    @Override
    public List<RoleAssignment> assignments(@Nullable WorkspaceName workspace) {
        return workspace == null
                ? database.query(
                        ASSIGNMENTS + "WHERE a.workspace IS NULL ORDER BY a.created_at DESC, a.id",
                        JdbcRoleRepository::assignment)
                : database.query(
                        ASSIGNMENTS + "WHERE a.workspace = ? ORDER BY a.created_at DESC, a.id",
                        JdbcRoleRepository::assignment,
                        workspace.value());
    }

    @Override
    public List<RoleAssignment> assignments() {
        return database.query(ASSIGNMENTS + "ORDER BY a.created_at DESC, a.id", JdbcRoleRepository::assignment);
    }

    @Override
    public Optional<RoleAssignment> findAssignment(AssignmentId id) {
        return database.query(ASSIGNMENTS + "WHERE a.id = ?", JdbcRoleRepository::assignment, id.value()).stream()
                .findFirst();
    }

    @Override
    public boolean assign(RoleAssignment assignment) {
        var grant = assignment.grant();
        var workspace = grant.scope().workspace();
        var resource = grant.scope() instanceof Scope.OnResource(var one) ? one : null;
        var added = database.update(
                """
                INSERT INTO access.role_assignment
                    (id, principal, role, effect, workspace, resource_kind, resource, created_at, created_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT role_assignment_once DO NOTHING
                """,
                assignment.id().value(),
                assignment.principal().value(),
                grant.role().name(),
                grant.effect(),
                workspace == null ? null : workspace.value(),
                resource == null ? null : resource.kind(),
                resource == null ? null : resource.id(),
                assignment.createdAt(),
                assignment.by().value());
        database.wake(Notifications.RIGHTS);
        return added == 1;
    }

    @Override
    public boolean remove(AssignmentId id) {
        var there = database.update("DELETE FROM access.role_assignment WHERE id = ?", id.value()) == 1;
        database.wake(Notifications.RIGHTS);
        return there;
    }

    @Override
    public List<Held> heldBy(PrincipalId principal) {
        return database.query(
                """
                SELECT a.id AS assignment_id, a.principal AS assignment_principal, a.created_at AS assigned_at, a.created_by,
                    p.*, %s
                FROM access.role_assignment a
                JOIN access.role r ON r.name = a.role
                JOIN access.principal p ON p.id = a.principal
                WHERE a.principal = ?
                   OR a.principal IN (
                       SELECT m.grouping FROM access.membership m JOIN access.principal g ON g.id = m.grouping
                       WHERE m.member = ? AND g.disabled_at IS NULL)
                ORDER BY a.created_at DESC, a.id
                """.formatted(Grants.COLUMNS),
                row -> {
                    var holder = JdbcPrincipalRepository.principal(row);
                    return new Held(
                            new RoleAssignment(
                                    new AssignmentId(row.getObject("assignment_id", UUID.class)),
                                    holder.id(),
                                    Objects.requireNonNull(Grants.read(row)),
                                    Database.requiredInstant(row, "assigned_at"),
                                    new PrincipalId(row.getString("created_by"))),
                            holder.id().equals(principal) ? null : holder);
                },
                principal.value(),
                principal.value());
    }

    private static Role role(ResultSet row) throws SQLException {
        return Grants.role(row.getString("name"), row.getString("description"), (String[])
                row.getArray("permissions").getArray());
    }

    private static RoleAssignment assignment(ResultSet row) throws SQLException {
        return new RoleAssignment(
                new AssignmentId(row.getObject("id", UUID.class)),
                new PrincipalId(row.getString("principal")),
                Objects.requireNonNull(Grants.read(row)),
                Database.requiredInstant(row, "created_at"),
                new PrincipalId(row.getString("created_by")));
    }
}
