package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.workspace.WorkspaceName.MAIN;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.AssignmentId;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.AccessQuestions.Bearing;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.fake.Workspaces;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.TokenLife;
import org.millwright.access.spi.ResourceDirectory;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** Who may give what to whom, and what nobody may do. */
class AccessManagementTest {
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final PrincipalId BOB = new PrincipalId("bob");
    private static final PrincipalId TEAM = new PrincipalId("team");
    private static final PrincipalId ADMIN = PrincipalId.LOCAL_ADMINISTRATOR;
    private static final WorkspaceName OTHER = new WorkspaceName("other");
    private static final Scope RISK = Scope.on(new Resource(ResourceKind.MODEL, MAIN, "credit-risk"));
    private static final Role MANAGER =
            Role.custom("Access manager", "", Set.of(Permission.ACCESS_READ, Permission.ACCESS_MANAGE));

    private final InMemoryAccess kept = new InMemoryAccess();
    private final SettableClock clock = new SettableClock();
    private final Ids ids = new Ids();
    private final RightsChanges changes = new RightsChanges();
    private final Principals principals = new Principals(kept, kept, changes, clock);
    private final Roles roles =
            new Roles(kept, kept, new Workspaces(List.of(MAIN, OTHER)), new Models(), changes, ids, clock);
    private final AccessQuestions questions = new AccessQuestions(kept, kept);
    private final Credentials credentials =
            new Credentials(kept, kept, changes, SessionLife.USUAL, TokenLife.USUAL, ids, clock);
    private final SignInLinks links = new SignInLinks(kept, kept, credentials);

    private Caller owner;

    @BeforeEach
    void an_owner_two_people_and_a_team() {
        kept.person(ADMIN, "Local administrator", Grant.allow(Role.OWNER, Scope.SERVER));
        kept.person(ADA, "Ada");
        kept.person(BOB, "Bob");
        kept.add(Principal.local(TEAM, PrincipalKind.GROUP, "Team", Instant.EPOCH));
        kept.put(MANAGER);
        owner = caller(ADMIN);
    }

    @Test
    void nobody_gives_more_than_they_hold_there() {
        kept.person(ADA, "Ada", Grant.allow(Role.OWNER, Scope.in(MAIN)));
        var ada = caller(ADA);

        roles.assign(ada, BOB, Role.CONTRIBUTOR, Effect.ALLOW, Scope.in(MAIN));
        roles.assign(ada, BOB, Role.OWNER, Effect.ALLOW, RISK);

        assertRefused(
                Problem.Forbidden.class, () -> roles.assign(ada, BOB, Role.READER, Effect.ALLOW, Scope.in(OTHER)));
        assertRefused(Problem.Forbidden.class, () -> roles.assign(ada, BOB, Role.READER, Effect.ALLOW, Scope.SERVER));
    }

    @Test
    void managing_access_alone_gives_nothing_but_itself() {
        kept.person(ADA, "Ada", Grant.allow(MANAGER, Scope.SERVER));
        var ada = caller(ADA);

        roles.assign(ada, BOB, MANAGER, Effect.ALLOW, Scope.SERVER);

        assertThatThrownBy(() -> roles.assign(ada, ADA, Role.READER, Effect.ALLOW, Scope.SERVER))
                .hasMessage(
                        "You may not give what you do not hold: 'Ada' holds no role with WORKSPACE_READ on the whole server");
        assertRefused(
                Problem.Forbidden.class,
                () -> roles.put(ada, Role.custom("Access manager", "", Role.READER.permissions())));
    }

    @Test
    void nobody_gets_around_a_denial_by_giving_to_another_what_is_denied_to_them() {
        kept.person(ADA, "Ada", Grant.allow(Role.OWNER, Scope.SERVER), Grant.deny(Role.REGISTRY_USER, RISK));
        var ada = caller(ADA);

        for (var scope : List.of(Scope.SERVER, Scope.in(MAIN), RISK)) {
            assertRefused(Problem.Forbidden.class, () -> roles.assign(ada, BOB, Role.CONTRIBUTOR, Effect.ALLOW, scope));
        }
        roles.assign(ada, BOB, Role.CONTRIBUTOR, Effect.ALLOW, Scope.in(OTHER));
        roles.assign(ada, BOB, Role.COMPUTE_OPERATOR, Effect.ALLOW, Scope.in(MAIN));
    }

    @Test
    void nobody_rises_by_joining_a_group_or_lets_another_rise() {
        kept.person(ADA, "Ada", Grant.allow(MANAGER, Scope.SERVER));
        give(TEAM, Role.OWNER, Scope.SERVER);
        var ada = caller(ADA);

        assertRefused(Problem.Forbidden.class, () -> principals.join(ada, ADA, TEAM));
        assertRefused(Problem.Forbidden.class, () -> principals.join(ada, BOB, TEAM));
        assertThat(kept.membersOf(TEAM)).isEmpty();

        principals.join(owner, BOB, TEAM);
        principals.join(owner, BOB, TEAM);
        assertThat(kept.membersOf(TEAM)).extracting(Principal::id).containsExactly(BOB);
    }

    @Test
    void into_a_group_only_those_put_somebody_who_manage_all_that_it_reaches() {
        kept.person(ADA, "Ada", Grant.allow(Role.OWNER, Scope.in(MAIN)));
        var ada = caller(ADA);
        assertRefused(Problem.Forbidden.class, () -> principals.join(ada, BOB, TEAM));

        give(TEAM, Role.CONTRIBUTOR, Scope.in(MAIN));
        principals.join(ada, BOB, TEAM);

        give(TEAM, Role.READER, Scope.in(OTHER));
        assertRefused(Problem.Forbidden.class, () -> principals.join(ada, ADA, TEAM));
        assertRefused(Problem.Forbidden.class, () -> principals.leave(ada, BOB, TEAM));
        principals.leave(owner, BOB, TEAM);
        assertThat(kept.membersOf(TEAM)).isEmpty();
    }

    @Test
    void nobody_lifts_a_denial_of_what_they_do_not_hold_in_whatever_way() {
        kept.person(ADA, "Ada", Grant.allow(MANAGER, Scope.SERVER), Grant.allow(Role.READER, Scope.SERVER));
        var denial = roles.assign(owner, ADA, Role.CONTRIBUTOR, Effect.DENY, Scope.in(MAIN));
        roles.assign(owner, TEAM, Role.CONTRIBUTOR, Effect.DENY, Scope.in(OTHER));
        var custom = Role.custom("Cancel", "", Set.of(Permission.JOB_CANCEL));
        roles.put(owner, custom);
        roles.assign(owner, BOB, custom, Effect.DENY, Scope.SERVER);
        principals.join(owner, ADA, TEAM);
        var ada = caller(ADA);

        assertRefused(Problem.Forbidden.class, () -> roles.remove(ada, denial.id()));
        assertRefused(Problem.Forbidden.class, () -> principals.leave(ada, ADA, TEAM));
        assertRefused(Problem.Forbidden.class, () -> principals.disable(ada, TEAM));
        assertRefused(Problem.Forbidden.class, () -> principals.delete(ada, TEAM));
        assertRefused(Problem.Forbidden.class, () -> principals.delete(ada, BOB));
        assertRefused(
                Problem.Forbidden.class,
                () -> roles.put(ada, Role.custom("Cancel", "", Set.of(Permission.WORKSPACE_READ))));

        roles.remove(owner, denial.id());
        principals.leave(owner, ADA, TEAM);
        principals.delete(owner, TEAM);
        assertThat(kept.heldBy(ADA)).hasSize(2);
    }

    @Test
    void whoever_manages_access_may_take_it_from_the_stronger_and_deny_it() {
        kept.person(ADA, "Ada", Grant.allow(MANAGER, Scope.SERVER));
        var given = roles.assign(owner, BOB, Role.OWNER, Effect.ALLOW, Scope.SERVER);
        var ada = caller(ADA);

        roles.assign(ada, BOB, Role.CONTRIBUTOR, Effect.DENY, Scope.in(MAIN));
        roles.remove(ada, given.id());

        assertThat(kept.heldBy(BOB))
                .extracting(held -> held.assignment().grant())
                .containsExactly(Grant.deny(Role.CONTRIBUTOR, Scope.in(MAIN)));
    }

    @Test
    void an_account_is_opened_again_by_those_who_could_give_what_it_holds() {
        kept.person(ADA, "Ada", Grant.allow(MANAGER, Scope.SERVER));
        give(BOB, Role.OWNER, Scope.SERVER);
        var ada = caller(ADA);

        assertThat(principals.disable(ada, BOB).isDisabled()).isTrue();
        assertRefused(Problem.Forbidden.class, () -> principals.enable(ada, BOB));
        assertThat(principals.enable(owner, BOB).isDisabled()).isFalse();
        assertThat(principals.enable(ada, BOB)).isEqualTo(kept.find(BOB).orElseThrow());
    }

    @Test
    void the_server_always_has_an_owner_who_is_neither_disabled_nor_denied_nor_gone() {
        var ownership = kept.heldBy(ADMIN).getFirst().assignment().id();
        give(BOB, Role.OWNER, Scope.SERVER);
        var bob = caller(BOB);

        for (var by : List.of(owner, bob)) {
            assertRefused(Problem.Invalid.class, () -> principals.disable(by, ADMIN));
            assertRefused(Problem.Invalid.class, () -> principals.delete(by, ADMIN));
            assertRefused(Problem.Invalid.class, () -> roles.remove(by, ownership));
            assertRefused(
                    Problem.Invalid.class, () -> roles.assign(by, ADMIN, Role.READER, Effect.DENY, Scope.in(MAIN)));
            assertRefused(Problem.Invalid.class, () -> principals.join(by, ADMIN, TEAM));
        }
        kept.join(ADMIN, TEAM);
        assertRefused(Problem.Invalid.class, () -> roles.assign(bob, TEAM, Role.OWNER, Effect.DENY, Scope.SERVER));
        assertThat(caller(ADMIN).mayEverywhere(Permission.ACCESS_MANAGE)).isTrue();
    }

    @Test
    void people_and_groups_are_the_servers_and_whoever_manages_one_workspace_makes_none() {
        kept.person(ADA, "Ada", Grant.allow(Role.OWNER, Scope.in(MAIN)));
        var ada = caller(ADA);
        var eve = new PrincipalId("eve@example.org");

        assertRefused(Problem.Forbidden.class, () -> principals.create(ada, eve, PrincipalKind.USER, "Eve"));
        assertRefused(Problem.Forbidden.class, () -> principals.rename(ada, BOB, "Robert"));
        assertRefused(Problem.Forbidden.class, () -> principals.disable(ada, BOB));
        assertRefused(Problem.Forbidden.class, () -> principals.delete(ada, BOB));
        assertRefused(Problem.Forbidden.class, () -> links.issue(ada, BOB));

        assertThat(principals.create(owner, eve, PrincipalKind.USER, "Eve").identity())
                .isNull();
        assertRefused(Problem.AlreadyExists.class, () -> principals.create(owner, eve, PrincipalKind.GROUP, "Eve"));
        for (var reserved : List.of("configuration", "entra:group:ml")) {
            assertRefused(
                    Problem.Invalid.class,
                    () -> principals.create(owner, new PrincipalId(reserved), PrincipalKind.GROUP, "No"));
        }
    }

    @Test
    void what_an_identity_provider_says_is_not_changed_by_hand_where_the_next_sign_in_would_undo_it() {
        var eve = provided("entra:7", PrincipalKind.USER, "7");
        var ours = provided("entra:group:ml", PrincipalKind.GROUP, "group:ml");
        var owners = provided("entra:configured:owners", PrincipalKind.GROUP, "configured:owners");
        kept.joinProvided(eve, Set.of(ours, owners));
        var configured = new RoleAssignment(
                new AssignmentId(new UUID(9, 9)),
                owners,
                Grant.allow(Role.OWNER, Scope.SERVER),
                Instant.EPOCH,
                Provisioning.CONFIGURATION);
        kept.assign(configured);

        assertRefused(Problem.Invalid.class, () -> principals.rename(owner, eve, "Evelyn"));
        assertThatThrownBy(() -> principals.leave(owner, eve, ours))
                .hasMessageContaining("is said by 'entra', and would be again at the next sign-in");
        assertRefused(Problem.Invalid.class, () -> principals.join(owner, BOB, ours));
        assertThatThrownBy(() -> principals.join(owner, BOB, owners)).hasMessageContaining("the server's settings");
        assertRefused(Problem.Invalid.class, () -> principals.delete(owner, owners));
        assertThatThrownBy(() -> roles.remove(owner, configured.id()))
                .hasMessage("id: the server's settings give it, and would again: change them");
        assertRefused(Problem.Invalid.class, () -> links.issue(owner, eve));

        assertThat(principals.rename(owner, ours, "The ML team").name()).isEqualTo("The ML team");
        principals.join(owner, eve, TEAM);
        assertThat(kept.groupsOf(eve)).hasSize(3);
    }

    @Test
    void a_link_is_given_by_those_who_hold_as_much_as_whom_it_signs_in() {
        give(BOB, Role.OWNER, Scope.SERVER);
        kept.person(ADA, "Ada", Grant.allow(MANAGER, Scope.SERVER));
        var ada = caller(ADA);

        assertRefused(Problem.Forbidden.class, () -> links.issue(ada, BOB));
        assertRefused(Problem.Forbidden.class, () -> links.issue(ada, ADMIN));
        assertRefused(Problem.Invalid.class, () -> links.issue(owner, TEAM));

        var session = credentials.signIn(links.issue(owner, BOB).secret());
        assertThat(session.credential().principal()).isEqualTo(BOB);
        principals.disable(owner, BOB);
        assertRefused(Problem.WrongState.class, () -> links.issue(owner, BOB));
    }

    @Test
    void a_role_is_given_on_what_there_is() {
        assertThat(roles.assign(owner, BOB, Role.READER, Effect.ALLOW, RISK))
                .isEqualTo(kept.heldBy(BOB).getFirst().assignment());
        assertThat(roles.assign(owner, BOB, Role.READER, Effect.ALLOW, RISK).id())
                .isEqualTo(kept.heldBy(BOB).getFirst().assignment().id());
        var nothing = Scope.on(new Resource(ResourceKind.MODEL, MAIN, "nothing"));
        assertRefused(Problem.NotFound.class, () -> roles.assign(owner, BOB, Role.READER, Effect.ALLOW, nothing));
        assertRefused(
                Problem.NotFound.class,
                () -> roles.assign(owner, BOB, Role.READER, Effect.ALLOW, Scope.in(new WorkspaceName("nowhere"))));
        assertRefused(
                Problem.NotFound.class,
                () -> roles.assign(owner, new PrincipalId("nobody"), Role.READER, Effect.ALLOW, Scope.in(MAIN)));
    }

    @Test
    void what_there_is_in_a_workspace_is_told_to_those_who_may_see_it() {
        kept.person(ADA, "Ada", Grant.allow(Role.READER, Scope.in(MAIN)));
        var ada = caller(ADA);
        var bob = caller(BOB);

        assertRefused(Problem.NotFound.class, () -> roles.resource(owner, ResourceKind.MODEL, MAIN, "nothing"));
        assertRefused(Problem.NotFound.class, () -> roles.workspace(owner, new WorkspaceName("nowhere")));
        for (var name : List.of("nothing", "credit-risk")) {
            var named = new Resource(ResourceKind.MODEL, MAIN, name);
            assertThat(roles.resource(bob, ResourceKind.MODEL, MAIN, name)).isEqualTo(named);
            assertThat(roles.resource(ada, ResourceKind.MODEL, MAIN, name)).isEqualTo(named);
        }
        assertThat(roles.workspace(bob, new WorkspaceName("nowhere")))
                .isEqualTo(Scope.in(new WorkspaceName("nowhere")));
    }

    @Test
    void whoever_looks_after_one_workspace_sees_what_is_held_there() {
        kept.person(ADA, "Ada", Grant.allow(Role.OWNER, Scope.in(MAIN)));
        give(BOB, Role.READER, Scope.in(OTHER));
        give(BOB, Role.REGISTRY_USER, RISK);
        var ada = caller(ADA);

        assertThat(roles.assignments(ada, null))
                .extracting(given -> given.assignment().grant().scope())
                .containsExactlyInAnyOrder(Scope.in(MAIN), RISK);
        assertThat(roles.heldBy(ada, BOB))
                .extracting(given -> given.assignment().grant().role())
                .containsExactly(Role.REGISTRY_USER);
        assertThat(roles.heldBy(caller(BOB), BOB)).hasSize(2);
        assertThat(roles.assignments(owner, Scope.in(MAIN))).hasSize(2);
        assertThat(roles.assignments(owner, RISK)).hasSize(1);
        assertThat(roles.assignments(owner, Scope.SERVER)).hasSize(1);
        assertRefused(Problem.Forbidden.class, () -> roles.assignments(ada, Scope.SERVER));
    }

    @Test
    void who_is_denied_reading_is_told_that_this_is_why_they_cannot_write() {
        give(BOB, Role.CONTRIBUTOR, Scope.in(MAIN));
        roles.assign(owner, BOB, Role.READER, Effect.DENY, RISK);

        var answer = questions.why(owner, BOB, Permission.MODEL_WRITE, RISK);

        assertThat(answer.allowed()).isFalse();
        assertThat(answer.sentence())
                .contains("denied role 'Reader' on model 'credit-risk'")
                .endsWith("denies it, and a denial wins");
    }

    @Test
    void why_somebody_may_not_says_what_decides_and_what_would_help() {
        give(BOB, Role.READER, Scope.in(OTHER));
        var nothing = questions.why(owner, BOB, Permission.MODEL_WRITE, Scope.in(MAIN));
        assertThat(nothing.allowed()).isFalse();
        assertThat(nothing.sentence())
                .isEqualTo(
                        "'Bob' may not register and change models on workspace 'main': none of the roles held (1) reaches that far");
        assertThat(nothing.deciding()).isNull();
        assertThat(nothing.help()).isEqualTo("Give them the role 'AzureML Registry User' on workspace 'main'");

        principals.join(owner, BOB, TEAM);
        give(TEAM, Role.CONTRIBUTOR, Scope.in(MAIN));
        var allowed = questions.why(owner, BOB, Permission.MODEL_WRITE, Scope.in(MAIN));
        assertThat(allowed.sentence())
                .isEqualTo(
                        "'Bob' may register and change models on workspace 'main': role 'Contributor' on workspace 'main' through the group 'Team' allows it");
        assertThat(allowed.help()).isEmpty();

        roles.assign(owner, BOB, Role.REGISTRY_USER, Effect.DENY, RISK);
        var partly = questions.why(owner, BOB, Permission.MODEL_WRITE, RISK);
        assertThat(partly.deciding())
                .extracting(AccessQuestions.Reason::bearing)
                .isEqualTo(Bearing.DENIES);
        assertThat(partly.help())
                .startsWith("Take away the denial of 'AzureML Registry User' on model 'credit-risk'")
                .doesNotContain("give");

        var exceptOne = questions.why(owner, BOB, Permission.MODEL_WRITE, Scope.in(MAIN));
        assertThat(exceptOne.allowed()).isFalse();
        assertThat(exceptOne.deciding())
                .extracting(AccessQuestions.Reason::bearing)
                .isEqualTo(Bearing.EXCEPTS);
        roles.assign(owner, BOB, Role.CONTRIBUTOR, Effect.DENY, RISK);
        assertThat(questions
                        .why(owner, BOB, Permission.WEBHOOK_WRITE, Scope.in(MAIN))
                        .reasons())
                .as("a denial on a model is none of webhooks")
                .extracting(AccessQuestions.Reason::bearing)
                .doesNotContain(Bearing.EXCEPTS, Bearing.DENIES);

        principals.disable(owner, BOB);
        assertThat(questions
                        .why(owner, BOB, Permission.MODEL_WRITE, Scope.in(MAIN))
                        .help())
                .isEqualTo("Enable the account");
    }

    @Test
    void everybody_asks_about_themselves_and_about_others_who_may_see_it() {
        give(BOB, Role.READER, Scope.in(OTHER));
        kept.person(ADA, "Ada", Grant.allow(Role.OWNER, Scope.in(MAIN)));
        var ada = caller(ADA);
        var bob = caller(BOB);

        assertThat(questions
                        .why(bob, BOB, Permission.MODEL_READ, Scope.in(MAIN))
                        .reasons())
                .hasSize(1);
        assertThat(questions
                        .why(ada, BOB, Permission.MODEL_READ, Scope.in(MAIN))
                        .reasons())
                .isEmpty();
        assertRefused(Problem.Forbidden.class, () -> questions.why(ada, BOB, Permission.MODEL_READ, Scope.in(OTHER)));
        assertRefused(Problem.Forbidden.class, () -> questions.why(bob, ADA, Permission.MODEL_READ, Scope.in(MAIN)));
    }

    private PrincipalId provided(String id, PrincipalKind kind, String subject) {
        var made = new PrincipalId(id);
        kept.add(new Principal(made, kind, id, null, null, new Identity("entra", subject), Instant.EPOCH, null, null));
        return made;
    }

    private void give(PrincipalId to, Role role, Scope scope) {
        roles.assign(owner, to, role, Effect.ALLOW, scope);
    }

    private Caller caller(PrincipalId id) {
        var principal = kept.find(id).orElseThrow();
        return new Caller(
                id,
                principal.name(),
                kept.heldBy(id).stream().map(held -> held.assignment().grant()).toList(),
                Confinement.NONE,
                new CredentialId(new UUID(0, 0)),
                null);
    }

    /** Of the model "credit-risk" in "main". */
    private static final class Models implements ResourceDirectory {
        @Override
        public Optional<Resource> find(ResourceKind kind, WorkspaceName workspace, String name) {
            var asked = Scope.on(new Resource(kind, workspace, name));
            return asked.equals(RISK) ? Optional.of(new Resource(kind, workspace, name)) : Optional.empty();
        }

        @Override
        public Map<Resource, String> names(Collection<Resource> resources) {
            return Map.of();
        }
    }
}
