package org.millwright.access.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.workspace.WorkspaceName;

/** Keeps the roles that the team made, and who holds which role where. */
public interface RoleRepository {

    /** A role that somebody holds by themselves or through a group. @param group null when by themselves */
    record Held(RoleAssignment assignment, @Nullable Principal group) {}

    /** In the order of their names. */
    List<Role> custom();

    Optional<Role> findCustom(String name);

    /** New, or instead of the one of that name; whoever holds it holds the new one. */
    void put(Role role);

    /** @return whether there was one. @throws org.millwright.shared.Refused with WrongState while somebody holds it */
    boolean deleteCustom(String name);

    /** Newest first. @param workspace those in it and on its resources; null for those on the whole server */
    List<RoleAssignment> assignments(@Nullable WorkspaceName workspace);

    /** All of them, newest first. */
    List<RoleAssignment> assignments();

    Optional<RoleAssignment> findAssignment(AssignmentId id);

    /** @return false, and nothing is changed, when the principal has the same already */
    boolean assign(RoleAssignment assignment);

    boolean remove(AssignmentId id);

    /** All that they hold, wherever. */
    List<Held> heldBy(PrincipalId principal);

    /** The same, for whoever does not ask where it comes from. Of a person also what their groups hold. */
    default List<Grant> grantsOf(PrincipalId principal) {
        return heldBy(principal).stream().map(held -> held.assignment().grant()).toList();
    }
}
