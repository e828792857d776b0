package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.AssignmentId;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.Principal;
import org.millwright.access.model.RoleAssignment;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.access.model.CredentialRepository} does. */
public abstract class CredentialContract {
    private static final PrincipalId ADA = new PrincipalId("ada");

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        world.run(() -> world.principals().add(Principal.local(ADA, PrincipalKind.USER, "Ada", NOON)));
    }

    @Test
    void a_credential_is_found_by_its_digest_with_all_that_its_owner_holds_also_through_groups() {
        var team = new PrincipalId("team");
        var owner = Grant.allow(Role.OWNER, Scope.SERVER);
        var denied = Grant.deny(
                Role.CONTRIBUTOR, Scope.on(Resource.of(ResourceKind.MODEL, WorkspaceName.MAIN, "credit-risk")));
        var reader = Grant.allow(Role.READER, Scope.in(WorkspaceName.MAIN));
        world.run(() -> {
            world.principals().add(Principal.local(team, PrincipalKind.GROUP, "Team", NOON));
            world.principals().join(ADA, team);
            assign(1, ADA, owner);
            assign(2, ADA, denied);
            assign(3, team, reader);
        });
        var token = add(1, CredentialKind.PERSONAL_TOKEN, null);
        var holder = world.inTransaction(() -> world.credentials().findByDigest(token.digest()))
                .orElseThrow();
        assertThat(holder.credential()).isEqualTo(token);
        assertThat(holder.principalName()).isEqualTo("Ada");
        assertThat(holder.disabled()).isFalse();
        assertThat(holder.grants()).containsExactlyInAnyOrder(owner, denied, reader);
        assertThat(world.inTransaction(() -> world.credentials().findByDigest("0".repeat(64))))
                .isEmpty();
    }

    @Test
    void a_disabled_owner_is_said_to_be_and_a_disabled_group_gives_nothing() {
        var team = new PrincipalId("team");
        world.run(() -> {
            world.principals().add(Principal.local(team, PrincipalKind.GROUP, "Team", NOON));
            world.principals().join(ADA, team);
            assign(1, team, Grant.allow(Role.OWNER, Scope.SERVER));
            for (var id : List.of(ADA, team)) {
                world.principals()
                        .update(world.principals().find(id).orElseThrow().disabled(NOON));
            }
        });
        var token = add(1, CredentialKind.PERSONAL_TOKEN, null);
        var holder = world.inTransaction(() -> world.credentials().findByDigest(token.digest()))
                .orElseThrow();
        assertThat(holder.disabled()).isTrue();
        assertThat(holder.grants()).isEmpty();
    }

    @Test
    void what_is_held_and_who_says_a_membership_is_known() {
        var team = new PrincipalId("team");
        var theirs = new PrincipalId("theirs");
        var server = Grant.allow(Role.READER, Scope.SERVER);
        var inMain = Grant.deny(Role.READER, Scope.in(WorkspaceName.MAIN));
        world.run(() -> {
            world.principals().add(Principal.local(team, PrincipalKind.GROUP, "Team", NOON));
            world.principals().add(Principal.local(theirs, PrincipalKind.GROUP, "Theirs", NOON));
            world.principals().join(ADA, team);
            world.principals().joinProvided(ADA, Set.of(theirs));
            assign(1, ADA, server);
            assign(2, team, inMain);
        });
        world.run(() -> {
            assertThat(world.principals().isProvided(ADA, theirs)).isTrue();
            assertThat(world.principals().isProvided(ADA, team)).isFalse();
            assertThat(world.principals().isProvided(theirs, team)).isFalse();
            assertThat(world.principals().findAll(Set.of(ADA, team, new PrincipalId("nobody"))))
                    .extracting(Principal::id)
                    .containsExactly(ADA, team);
            assertThat(world.roles().assignments())
                    .extracting(RoleAssignment::grant)
                    .contains(server, inMain);
        });
    }

    private void assign(int number, PrincipalId holder, Grant grant) {
        world.roles().assign(new RoleAssignment(new AssignmentId(new UUID(1, number)), holder, grant, NOON, ADA));
    }

    @Test
    void of_two_revocations_only_the_first_succeeds() {
        var link = add(1, CredentialKind.SIGN_IN_LINK, null);
        assertThat(world.inTransaction(() -> world.credentials().revoke(link.id(), NOON)))
                .isTrue();
        assertThat(world.inTransaction(() -> world.credentials().revoke(link.id(), NOON.plusSeconds(9))))
                .isFalse();
        assertThat(world.inTransaction(() -> world.credentials().of(ADA, CredentialKind.SIGN_IN_LINK)))
                .extracting(Credential::revokedAt)
                .containsExactly(NOON);
    }

    @Test
    void the_tokens_of_a_run_are_revoked_together_and_no_others() {
        var ofRun = add(1, CredentialKind.RUN_TOKEN, "run-1");
        var ofOther = add(2, CredentialKind.RUN_TOKEN, "run-2");
        world.run(() -> world.credentials().revokeOfRun("run-1", NOON));
        assertThat(found(ofRun).revokedAt()).isEqualTo(NOON);
        assertThat(found(ofOther).revokedAt()).isNull();
    }

    @Test
    void its_last_use_is_remembered_and_where_from() {
        var token = add(1, CredentialKind.PERSONAL_TOKEN, null);
        world.run(() -> world.credentials().touch(token.id(), NOON.plusSeconds(5), "192.0.2.7"));
        assertThat(found(token).lastUsedAt()).isEqualTo(NOON.plusSeconds(5));
        assertThat(found(token).lastUsedFrom()).isEqualTo("192.0.2.7");
    }

    @Test
    void what_a_token_is_confined_to_is_kept() {
        var confined = new Confinement(
                Set.of(Permission.MODEL_READ, Permission.WORKSPACE_READ), WorkspaceName.MAIN, NOON.plusSeconds(30));
        var token = Credential.made(
                new CredentialId(new UUID(0, 7)),
                CredentialKind.PERSONAL_TOKEN,
                ADA,
                "confined",
                "7".repeat(64),
                confined,
                NOON,
                NOON.plusSeconds(60));
        world.run(() -> world.credentials().add(token));
        assertThat(found(token)).isEqualTo(token);
        assertThat(world.inTransaction(() -> world.credentials().find(token.id())))
                .contains(token);
        assertThat(world.inTransaction(() -> world.credentials().find(new CredentialId(new UUID(0, 8)))))
                .isEmpty();
    }

    @Test
    void the_access_tokens_of_a_secret_are_revoked_with_it_and_forgotten_after_their_end() {
        var secret = add(1, CredentialKind.CLIENT_SECRET, null);
        var other = add(2, CredentialKind.CLIENT_SECRET, null);
        var token = accessToken(3, secret.id());
        var ofOther = accessToken(4, other.id());
        world.run(() -> world.credentials().revokeMadeWith(secret.id(), NOON));
        assertThat(found(token).revokedAt()).isEqualTo(NOON);
        assertThat(found(ofOther).revokedAt()).isNull();
        world.run(() -> world.credentials().forgetAccessTokens(NOON.plusSeconds(60)));
        assertThat(found(ofOther)).isEqualTo(ofOther);
        world.run(() -> world.credentials().forgetAccessTokens(NOON.plusSeconds(61)));
        assertThat(world.inTransaction(() -> world.credentials().find(ofOther.id())))
                .isEmpty();
        assertThat(found(other)).isEqualTo(other);
    }

    private Credential accessToken(int number, CredentialId madeWith) {
        var token = new Credential(
                new CredentialId(new UUID(0, number)),
                CredentialKind.ACCESS_TOKEN,
                ADA,
                "Access token",
                String.valueOf(number).repeat(64),
                null,
                Confinement.NONE,
                madeWith,
                NOON,
                NOON.plusSeconds(60),
                null,
                null,
                null);
        world.run(() -> world.credentials().add(token));
        return token;
    }

    @Test
    void a_signed_statement_is_used_once_until_it_ends_by_itself() {
        var statement = "a".repeat(64);
        assertThat(useOnce(statement, 0)).isTrue();
        assertThat(useOnce(statement, 60)).isFalse();
        assertThat(useOnce("b".repeat(64), 60)).isTrue();
        assertThat(useOnce(statement, 61)).isTrue();
    }

    private boolean useOnce(String statement, int seconds) {
        return world.inTransaction(
                () -> world.credentials().useOnce(statement, NOON.plusSeconds(60), NOON.plusSeconds(seconds)));
    }

    private Credential found(Credential credential) {
        return world.inTransaction(() -> world.credentials().findByDigest(credential.digest()))
                .orElseThrow()
                .credential();
    }

    private Credential add(int number, CredentialKind kind, String run) {
        var credential = new Credential(
                new CredentialId(new UUID(0, number)),
                kind,
                ADA,
                "for tests",
                String.valueOf(number).repeat(64),
                run,
                Confinement.NONE,
                null,
                NOON,
                NOON.plusSeconds(60),
                null,
                null,
                null);
        world.run(() -> world.credentials().add(credential));
        return credential;
    }
}
