package org.millwright.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.workspace.WorkspaceName.MAIN;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

class CallerTest {
    private static final WorkspaceName OTHER = new WorkspaceName("other");
    private static final Resource RISK = Resource.of(ResourceKind.MODEL, MAIN, "credit-risk");
    private static final Resource CHURN = Resource.of(ResourceKind.MODEL, MAIN, "churn");

    @Test
    void a_role_reaches_as_far_as_it_was_given() {
        var everywhere = caller(Grant.allow(Role.OWNER, Scope.SERVER));
        assertThat(everywhere.mayEverywhere(Permission.ACCESS_MANAGE)).isTrue();
        assertThat(everywhere.may(Permission.MODEL_WRITE, OTHER)).isTrue();
        var inMain = caller(Grant.allow(Role.OWNER, Scope.in(MAIN)));
        assertThat(inMain.may(Permission.MODEL_WRITE, RISK)).isTrue();
        assertThat(inMain.may(Permission.MODEL_WRITE, OTHER)).isFalse();
        assertThat(inMain.mayEverywhere(Permission.MODEL_WRITE)).isFalse();
        assertRefused(Problem.Forbidden.class, () -> inMain.requireEverywhere(Permission.ACCESS_MANAGE));
    }

    @Test
    void a_role_on_one_resource_is_none_on_the_workspace() {
        var caller = caller(Grant.allow(Role.REGISTRY_USER, Scope.on(RISK)));
        assertThat(caller.may(Permission.MODEL_WRITE, RISK)).isTrue();
        assertThat(caller.may(Permission.MODEL_WRITE, CHURN)).isFalse();
        assertThat(caller.may(Permission.MODEL_WRITE, MAIN)).isFalse();
        assertThat(caller.reach(Permission.MODEL_READ, ResourceKind.MODEL, MAIN))
                .isEqualTo(new Reach(false, Set.of("credit-risk")));
    }

    @Test
    void a_denial_wins_over_whatever_allows() {
        var allowed = Grant.allow(Role.OWNER, Scope.SERVER);
        assertThat(caller(allowed, Grant.deny(Role.READER, Scope.in(MAIN))).may(Permission.MODEL_READ, RISK))
                .isFalse();
        var oneDenied = caller(allowed, Grant.deny(Role.READER, Scope.on(RISK)));
        assertThat(oneDenied.may(Permission.MODEL_READ, RISK)).isFalse();
        assertThat(oneDenied.may(Permission.MODEL_READ, CHURN)).isTrue();
        assertThat(oneDenied.may(Permission.MODEL_READ, MAIN)).isFalse();
        assertThat(oneDenied.may(Permission.ENDPOINT_READ, MAIN)).isTrue();
        assertThat(oneDenied
                        .reach(Permission.MODEL_READ, ResourceKind.MODEL, MAIN)
                        .includes("credit-risk"))
                .isFalse();
    }

    @Test
    void what_is_denied_on_the_whole_server_is_not_allowed_anywhere() {
        var allowed = Grant.allow(Role.READER, Scope.in(MAIN));
        caller(allowed).requireAnywhere(Permission.OWN_CREDENTIALS);
        caller(allowed, Grant.deny(Role.READER, Scope.in(OTHER))).requireAnywhere(Permission.OWN_CREDENTIALS);
        var denied = caller(allowed, Grant.deny(Role.READER, Scope.SERVER));
        assertRefused(Problem.Forbidden.class, () -> denied.requireAnywhere(Permission.OWN_CREDENTIALS));
    }

    @Test
    void what_is_denied_where_it_is_allowed_is_not_allowed_anywhere() {
        var denied = caller(Grant.allow(Role.READER, Scope.in(MAIN)), Grant.deny(Role.READER, Scope.in(MAIN)));
        assertRefused(Problem.Forbidden.class, () -> denied.requireAnywhere(Permission.OWN_CREDENTIALS));
        caller(Grant.allow(Role.READER, Scope.SERVER), Grant.deny(Role.READER, Scope.in(MAIN)))
                .requireAnywhere(Permission.OWN_CREDENTIALS);
    }

    @Test
    void a_role_on_one_resource_lets_in_to_the_workspace_and_makes_nothing_new() {
        var caller = caller(Grant.allow(Role.REGISTRY_USER, Scope.on(RISK)));
        assertThat(caller.maySomewhereIn(Permission.MODEL_WRITE, MAIN)).isTrue();
        assertThat(caller.maySomewhereIn(Permission.WORKSPACE_READ, MAIN)).isTrue();
        assertThat(caller.maySomewhereIn(Permission.EXPERIMENT_READ, MAIN)).isFalse();
        assertThat(caller.maySomewhereIn(Permission.WORKSPACE_READ, OTHER)).isFalse();
        assertRefused(Problem.Forbidden.class, () -> caller.requireInGeneral(Permission.MODEL_WRITE, MAIN));
        var denied =
                caller(Grant.allow(Role.REGISTRY_USER, Scope.on(RISK)), Grant.deny(Role.REGISTRY_USER, Scope.on(RISK)));
        assertThat(denied.maySomewhereIn(Permission.MODEL_READ, MAIN)).isFalse();
        var butOne = caller(Grant.allow(Role.OWNER, Scope.SERVER), Grant.deny(Role.OWNER, Scope.on(RISK)));
        butOne.requireInGeneral(Permission.MODEL_WRITE, MAIN);
        assertThat(butOne.may(Permission.MODEL_WRITE, MAIN)).isFalse();
    }

    @Test
    void who_is_denied_reading_something_is_denied_everything_on_it() {
        var caller = caller(Grant.allow(Role.OWNER, Scope.SERVER), Grant.deny(Role.READER, Scope.on(RISK)));
        assertThat(caller.may(Permission.MODEL_WRITE, RISK)).isFalse();
        assertThat(caller.may(Permission.MODEL_APPROVE, RISK)).isFalse();
        assertThat(caller.reach(Permission.MODEL_WRITE, ResourceKind.MODEL, MAIN))
                .isEqualTo(new Reach(true, Set.of("credit-risk")));
        assertThat(caller(Grant.allow(Role.OWNER, Scope.SERVER), Grant.deny(Role.READER, Scope.in(MAIN)))
                        .maySomewhereIn(Permission.MODEL_WRITE, MAIN))
                .isFalse();
    }

    @Test
    void a_credential_can_only_take_away() {
        var confined = new Caller(
                new PrincipalId("ada"),
                "Ada",
                List.of(Grant.allow(Role.READER, Scope.SERVER)),
                new Confinement(Set.of(Permission.MODEL_READ, Permission.MODEL_WRITE), MAIN),
                new CredentialId(new UUID(0, 1)),
                (@Nullable String) null);
        assertThat(confined.may(Permission.MODEL_READ, MAIN)).isTrue();
        assertThat(confined.may(Permission.MODEL_READ, OTHER)).isFalse();
        assertThat(confined.may(Permission.EXPERIMENT_READ, MAIN)).isFalse();
        assertThat(confined.may(Permission.MODEL_WRITE, MAIN)).isFalse();
        assertThat(confined.mayEverywhere(Permission.MODEL_READ)).isFalse();
    }

    private static Caller caller(Grant... grants) {
        return new Caller(
                new PrincipalId("ada"),
                "Ada",
                List.of(grants),
                Confinement.NONE,
                new CredentialId(new UUID(0, 1)),
                (@Nullable String) null);
    }
}
