package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.access.fake.FakeProviders.person;
import static org.millwright.contract.Refusals.assertRefused;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millwright.access.AssignmentId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.fake.FakeProviders;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.fake.Workspaces;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.access.model.ProvidedIdentity;
import org.millwright.access.model.ProvidedRole;
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.RoleAssignment;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** People and groups of providers become principals here, and follow what is said of them. */
class ProvisioningTest {
    private static final WorkspaceName TEAM_A = new WorkspaceName("team-a");
    private static final ProviderRules NONE = ProviderRules.NONE;

    private final InMemoryAccess kept = new InMemoryAccess();
    private final Ids ids = new Ids();
    private final SettableClock clock = new SettableClock();
    private final Provisioning provisioning = new Provisioning(
            kept, kept, new Workspaces(List.of(WorkspaceName.MAIN, TEAM_A)), new RightsChanges(), ids, clock);

    @Test
    void who_comes_for_the_first_time_is_made_known_with_their_groups() {
        var ada = provisioning.follow(person("ada", "data-science", "everyone"), NONE);

        assertThat(ada.kind()).isEqualTo(PrincipalKind.USER);
        assertThat(ada.id()).hasToString("p:subject-of-ada");
        assertThat(ada.username()).isEqualTo("ada");
        assertThat(groupsOf(ada)).containsExactly("p:group:data-science", "p:group:everyone");
        assertThat(grantsOf(ada)).isEmpty();
    }

    @Test
    void names_and_groups_are_followed_and_what_was_decided_here_stays() {
        var ada = provisioning.follow(person("ada", "old"), NONE);
        var own = Principal.local(new PrincipalId("own"), PrincipalKind.GROUP, "Own", clock.instant());
        kept.add(own);
        kept.join(ada.id(), own.id());

        var married = new ProvidedIdentity(ada.identity(), "ada.king", "Ada King", null, Set.of("new"), Set.of());
        provisioning.follow(married, NONE);

        var now = kept.find(ada.id()).orElseThrow();
        assertThat(now.name()).isEqualTo("Ada King");
        assertThat(now.username()).isEqualTo("ada.king");
        assertThat(now.email()).isNull();
        assertThat(groupsOf(now)).containsExactlyInAnyOrder("own", "p:group:new");
    }

    @Test
    void a_role_of_a_group_is_its_members() {
        var ada = provisioning.follow(person("ada", "data-science"), NONE);
        give(new PrincipalId("p:group:data-science"), Grant.allow(Role.DATA_SCIENTIST, Scope.SERVER));

        assertThat(grantsOf(ada)).containsExactly(Grant.allow(Role.DATA_SCIENTIST, Scope.SERVER));
    }

    @Test
    void a_groups_name_that_was_given_here_is_kept() {
        var ada = provisioning.follow(person("ada", "0f5e3a9c"), NONE);
        var group = kept.find(new PrincipalId("p:group:0f5e3a9c")).orElseThrow();
        kept.update(group.called("Data science"));

        provisioning.follow(person("ada", "0f5e3a9c"), NONE);

        assertThat(kept.groupsOf(ada.id())).extracting(Principal::name).containsExactly("Data science");
    }

    @Test
    void who_is_disabled_here_is_refused_and_nothing_of_them_changes() {
        var ada = provisioning.follow(person("ada", "old"), NONE);
        kept.update(ada.disabled(clock.instant()));

        assertRefused(Problem.Unauthenticated.class, () -> provisioning.follow(person("ada", "new"), NONE));

        assertThat(groupsOf(ada)).containsExactly("p:group:old");
    }

    @Test
    void a_person_cannot_pass_for_a_group_nor_for_somebody_who_was_made_here() {
        for (var subject : List.of("group:owners", "configured:owners")) {
            var eve = new ProvidedIdentity(new Identity("p", subject), "eve", "Eve", null, Set.of(), Set.of());
            assertRefused(Problem.Unauthenticated.class, () -> provisioning.follow(eve, NONE));
        }
        kept.add(Principal.local(new PrincipalId("p:subject-of-eve"), PrincipalKind.SERVICE, "CI", clock.instant()));
        assertRefused(Problem.Unauthenticated.class, () -> provisioning.follow(person("eve"), NONE));
    }

    @Test
    void what_cannot_stand_in_an_id_becomes_a_digest_and_stays_apart() {
        var slash = Provisioning.id(new Identity("p", "a/b"));
        var space = Provisioning.id(new Identity("p", "a b"));
        var group = Provisioning.id(new Identity("p", "group:Müller"));
        var dots = Provisioning.id(new Identity("p", "auth0|1234"));

        assertThat(slash).isNotEqualTo(space);
        assertThat(slash.value()).matches("p:[0-9a-f]{64}");
        assertThat(group.value()).matches("p:group:[0-9a-f]{64}");
        assertThat(dots).hasToString("p:auth0|1234");
        assertThat(Provisioning.id(new Identity("p", "x".repeat(300))).value()).hasSizeLessThan(100);
    }

    @Test
    void the_configuration_gives_roles_for_the_providers_roles_to_everybody_and_to_owners() {
        var rules = new ProviderRules(
                Map.of(
                        "AML.Reader", List.of(new ProvidedRole("Reader", TEAM_A)),
                        "AML.Nothing", List.of(new ProvidedRole("No such role", null))),
                new ProvidedRole("AzureML Registry User", null),
                Set.of("ADA", "ops"));
        var ada = provisioning.follow(
                new ProvidedIdentity(
                        new Identity("p", "1"), "ada", "Ada", null, Set.of(), Set.of("AML.Reader", "AML.Nothing", "x")),
                rules);
        var bob = provisioning.follow(person("bob", "ops"), rules);
        var carl = provisioning.follow(person("carl"), rules);

        var everybodys = Grant.allow(Role.REGISTRY_USER, Scope.SERVER);
        var owners = Grant.allow(Role.OWNER, Scope.SERVER);
        assertThat(grantsOf(ada))
                .containsExactlyInAnyOrder(everybodys, owners, Grant.allow(Role.READER, Scope.in(TEAM_A)));
        assertThat(grantsOf(bob)).containsExactlyInAnyOrder(everybodys, owners);
        assertThat(grantsOf(carl)).containsExactly(everybodys);
    }

    @Test
    void what_the_configuration_no_longer_gives_is_lost_at_the_next_start_or_sign_in() {
        var before = new ProviderRules(
                Map.of("AML.Owner", List.of(new ProvidedRole("Owner", null))), null, Set.of("ada", "bob"));
        var boss = new ProvidedIdentity(new Identity("p", "1"), "boss", "Boss", null, Set.of(), Set.of("AML.Owner"));
        provisioning.follow(boss, before);
        var ada = provisioning.follow(person("ada"), before);
        var bob = provisioning.follow(person("bob"), before);
        var after =
                new ProviderRules(Map.of("AML.Owner", List.of(new ProvidedRole("Reader", null))), null, Set.of("bob"));

        provisioning.followConfiguration(new FakeProviders().with("p", after));

        assertThat(grantsOf(kept.find(new Identity("p", "1")).orElseThrow()))
                .containsExactly(Grant.allow(Role.READER, Scope.SERVER));
        assertThat(grantsOf(ada)).isEmpty();
        assertThat(grantsOf(bob)).containsExactly(Grant.allow(Role.OWNER, Scope.SERVER));

        provisioning.followConfiguration(new FakeProviders());

        assertThat(grantsOf(bob)).isEmpty();
    }

    @Test
    void roles_that_people_gave_to_a_group_of_the_configuration_are_left_alone() {
        var rules = new ProviderRules(Map.of(), new ProvidedRole("Reader", null), Set.of());
        var ada = provisioning.follow(person("ada"), rules);
        give(new PrincipalId("p:configured:everybody"), Grant.allow(Role.CONTRIBUTOR, Scope.in(TEAM_A)));

        provisioning.followConfiguration(new FakeProviders().with("p", NONE));
        provisioning.follow(person("ada"), rules);

        assertThat(grantsOf(ada))
                .containsExactlyInAnyOrder(
                        Grant.allow(Role.READER, Scope.SERVER), Grant.allow(Role.CONTRIBUTOR, Scope.in(TEAM_A)));
    }

    private void give(PrincipalId to, Grant grant) {
        kept.assign(new RoleAssignment(
                new AssignmentId(ids.nextId()), to, grant, clock.instant(), PrincipalId.LOCAL_ADMINISTRATOR));
    }

    private List<String> groupsOf(Principal member) {
        return kept.groupsOf(member.id()).stream()
                .map(group -> group.id().value())
                .toList();
    }

    private List<Grant> grantsOf(Principal principal) {
        return kept.heldBy(principal.id()).stream()
                .map(held -> held.assignment().grant())
                .toList();
    }
}
