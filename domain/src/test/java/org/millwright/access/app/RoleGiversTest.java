package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.model.Principal;
import org.millwright.workspace.WorkspaceName;

/** Whom somebody is told to ask for a role. */
class RoleGiversTest {
    private static final Scope MAIN = Scope.in(new WorkspaceName("main"));
    private static final Scope OTHER = Scope.in(new WorkspaceName("other"));

    private final InMemoryAccess kept = new InMemoryAccess();
    private final RoleGivers givers = new RoleGivers(kept, kept, new AccessQuestions(kept, kept));

    @Test
    void owners_of_the_workspace_come_before_those_of_the_server() {
        person("server", Grant.allow(Role.OWNER, Scope.SERVER));
        person("workspace", Grant.allow(Role.OWNER, MAIN));
        person("elsewhere", Grant.allow(Role.OWNER, OTHER));
        person("contributor", Grant.allow(Role.CONTRIBUTOR, Scope.SERVER));

        assertThat(givers(Permission.MODEL_READ, MAIN)).containsExactly("workspace", "server");
        assertThat(givers(Permission.MODEL_READ, Scope.SERVER)).containsExactly("server");
    }

    @Test
    void who_is_an_owner_through_a_group_can_give_roles_as_well() {
        person("ada");
        kept.add(Principal.local(new PrincipalId("owners"), PrincipalKind.GROUP, "Owners", Instant.EPOCH));
        kept.person(new PrincipalId("owners"), "Owners", Grant.allow(Role.OWNER, MAIN));
        kept.join(new PrincipalId("ada"), new PrincipalId("owners"));

        assertThat(givers(Permission.MODEL_READ, MAIN)).containsExactly("ada");

        kept.update(kept.find(new PrincipalId("owners")).orElseThrow().disabled(Instant.EPOCH));
        assertThat(givers(Permission.MODEL_READ, MAIN)).isEmpty();
    }

    @Test
    void who_could_not_give_it_is_not_named() {
        person("disabled", Grant.allow(Role.OWNER, MAIN));
        kept.update(kept.find(new PrincipalId("disabled")).orElseThrow().disabled(Instant.EPOCH));
        person("denied", Grant.allow(Role.OWNER, MAIN), Grant.deny(Role.OWNER, MAIN));
        person("manages-only", Grant.allow(Role.custom("Access manager", "", List.of(Permission.ACCESS_MANAGE)), MAIN));

        assertThat(givers(Permission.MODEL_READ, MAIN)).isEmpty();
        assertThat(givers(Permission.ACCESS_MANAGE, MAIN)).containsExactly("manages-only");
    }

    @Test
    void a_few_names_are_enough() {
        for (var number = 10; number < 30; number++) {
            person("owner-" + number, Grant.allow(Role.OWNER, MAIN));
        }

        assertThat(givers(Permission.MODEL_READ, MAIN)).hasSize(5).startsWith("owner-10", "owner-11");
    }

    private void person(String name, Grant... grants) {
        kept.person(new PrincipalId(name), name, grants);
    }

    private List<String> givers(Permission permission, Scope where) {
        return givers.of(permission, where).stream().map(Principal::name).toList();
    }
}
