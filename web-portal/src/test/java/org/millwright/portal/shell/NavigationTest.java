package org.millwright.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.workspace.WorkspaceName;

class NavigationTest {

    @Test
    void an_owner_is_led_everywhere() {
        assertThat(shown(Grant.allow(Role.OWNER, Scope.SERVER)))
                .containsExactlyElementsOf(
                        Navigation.pages().map(Navigation.Entry::key).toList());
    }

    @Test
    void a_reader_is_not_led_to_what_only_owners_see() {
        assertThat(shown(Grant.allow(Role.READER, Scope.in(WorkspaceName.MAIN))))
                .contains("jobs", "models", "tokens", "settings")
                .doesNotContain("webhooks", "access", "people", "roles", "why", "audit");
    }

    @Test
    void a_denial_takes_a_page_out() {
        assertThat(shown(
                        Grant.allow(Role.OWNER, Scope.SERVER),
                        Grant.deny(Role.REGISTRY_USER, Scope.in(WorkspaceName.MAIN))))
                .contains("jobs")
                .doesNotContain("models");
    }

    @Test
    void headings_without_pages_are_left_out() {
        var reader = caller(Grant.allow(Role.COMPUTE_OPERATOR, Scope.in(WorkspaceName.MAIN)));

        assertThat(Navigation.of(reader, WorkspaceName.MAIN))
                .extracting(Navigation.Section::title)
                .containsExactly("", "Manage");
    }

    private static List<String> shown(Grant... grants) {
        return Navigation.of(caller(grants), WorkspaceName.MAIN).stream()
                .flatMap(section -> section.entries().stream())
                .map(Navigation.Entry::key)
                .toList();
    }

    private static Caller caller(Grant... grants) {
        return new Caller(
                new PrincipalId("ada"),
                "Ada",
                List.of(grants),
                Confinement.NONE,
                new CredentialId(new UUID(0, 1)),
                null);
    }
}
