package org.millwright.access.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/** Keeps people, groups and services, and who is in which group. */
public interface PrincipalRepository {

    Optional<Principal> find(PrincipalId id);

    Optional<Principal> find(Identity identity);

    /** Those of them that there are. */
    List<Principal> findAll(Set<PrincipalId> ids);

    /** Those of that id, username or e-mail address, upper and lower case alike for the latter two. */
    List<Principal> called(String text);

    /** In the order of their ids. @param kind null for all; @param text part of the id, name, username or address */
    Page<Principal> page(@Nullable PrincipalKind kind, String text, PageRequest page);

    /** @throws org.millwright.shared.Refused with AlreadyExists when there is one of that id or identity */
    void add(Principal principal);

    /**
     * Adds those of a provider that are new, whoever else adds the same meanwhile.
     *
     * @param principals of one provider and one kind; added in this order
     * @return the ids of all that are there now, also of those that go by another id; one whose id or identity is taken by
     *     something else is missing
     */
    Set<PrincipalId> provide(List<Principal> principals);

    void update(Principal principal);

    /** With their roles, memberships and credentials. @return whether there was one */
    boolean delete(PrincipalId id);

    List<Principal> groupsOf(PrincipalId member);

    List<Principal> membersOf(PrincipalId group);

    /** Whether they are in it because their identity provider says so. */
    boolean isProvided(PrincipalId member, PrincipalId group);

    /** Again is harmless. */
    void join(PrincipalId member, PrincipalId group);

    /** @return whether they were in it */
    boolean leave(PrincipalId member, PrincipalId group);

    /** The groups that a provider says they are in replace those that it said before; others stay. */
    void joinProvided(PrincipalId member, Set<PrincipalId> groups);
}
