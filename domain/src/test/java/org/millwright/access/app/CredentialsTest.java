package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.contract.Refusals.assertRefused;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.TokenLife;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class CredentialsTest {
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final WorkspaceName OTHER = new WorkspaceName("other");

    private final InMemoryAccess kept = new InMemoryAccess();
    private final SettableClock clock = new SettableClock();
    private final Ids ids = new Ids();
    private final Credentials credentials =
            new Credentials(kept, kept, new RightsChanges(), SessionLife.USUAL, TokenLife.USUAL, ids, clock);
    private final LocalAdministrator administrator = new LocalAdministrator(kept, kept, kept, ids, clock);

    @BeforeEach
    void ada_is_a_contributor_of_main() {
        kept.person(ADA, "Ada", Grant.allow(Role.CONTRIBUTOR, Scope.in(WorkspaceName.MAIN)));
    }

    private Caller caller(PrincipalId who) {
        return new Caller(who, who.value(), List.of(), Confinement.NONE, new CredentialId(new UUID(9, 9)), null);
    }

    private Credentials.Issued token(PrincipalId who, String name, @Nullable Duration lifetime) {
        return credentials.issueToken(caller(who), name, Confinement.NONE, lifetime);
    }

    @Test
    void a_token_says_who_asks_and_what_they_may_do_where() {
        var caller = credentials.authenticate(token(ADA, "laptop", null).secret());
        assertThat(caller.principal()).isEqualTo(ADA);
        assertThat(caller.may(Permission.JOB_SUBMIT, WorkspaceName.MAIN)).isTrue();
        assertThat(caller.may(Permission.JOB_SUBMIT, OTHER)).isFalse();
        assertThat(caller.may(Permission.ACCESS_MANAGE, WorkspaceName.MAIN)).isFalse();
        assertRefused(Problem.Forbidden.class, () -> caller.require(Permission.MODEL_READ, OTHER));
    }

    @Test
    void only_the_digest_of_a_secret_is_kept() {
        var issued = token(ADA, "laptop", null);
        assertThat(issued.credential().toString()).doesNotContain(issued.secret());
        assertThat(issued.credential().digest()).isEqualTo(Sha256.hex(issued.secret()));
    }

    @Test
    void a_token_ends_with_its_lifetime_or_its_revocation() {
        var shortLived = token(ADA, "ci", Duration.ofMinutes(1));
        var revoked = token(ADA, "lost", null);
        credentials.revoke(ADA, revoked.credential().id());
        clock.advance(Duration.ofMinutes(1));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(shortLived.secret()));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(revoked.secret()));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate("mwt_unknown"));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate("something else"));
    }

    @Test
    void nobody_revokes_what_belongs_to_another() {
        var issued = token(ADA, "laptop", null);
        assertRefused(
                Problem.NotFound.class,
                () -> credentials.revoke(
                        new PrincipalId("eve"), issued.credential().id()));
    }

    @Test
    void a_sign_in_link_opens_one_session() {
        var link = credentials.issueSignInLink(caller(ADA));
        var session = credentials.signIn(link.secret());
        assertThat(credentials.authenticate(session.secret()).principal()).isEqualTo(ADA);
        assertRefused(Problem.Unauthenticated.class, () -> credentials.signIn(link.secret()));
    }

    @Test
    void a_sign_in_link_is_no_token_and_ends_after_a_quarter_of_an_hour() {
        var link = credentials.issueSignInLink(caller(ADA));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(link.secret()));
        clock.advance(Duration.ofMinutes(15));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.signIn(link.secret()));
    }

    @Test
    void a_session_that_nobody_uses_ends_and_one_that_is_used_ends_after_its_longest_life() {
        var session = credentials.signInWithToken(token(ADA, "laptop", null).secret());
        var used = credentials.signInWithToken(token(ADA, "laptop", null).secret());
        for (var minutes = 0; minutes < 12 * 60; minutes += 30) {
            assertThat(credentials.authenticate(used.secret()).principal()).isEqualTo(ADA);
            clock.advance(Duration.ofMinutes(30));
        }
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(session.secret()));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(used.secret()));
    }

    @Test
    void what_a_page_fetches_by_itself_does_not_keep_a_session_alive() {
        var token = token(ADA, "laptop", null);
        var session = credentials.signInWithToken(token.secret());
        for (var minutes = 0; minutes < 60; minutes += 5) {
            credentials.authenticate(session.secret(), false);
            clock.advance(Duration.ofMinutes(5));
        }
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(session.secret(), false));
        assertThat(credentials.authenticate(token.secret()).principal())
                .as("a token is never left")
                .isEqualTo(ADA);
    }

    @Test
    void a_browser_that_signs_in_again_loses_its_earlier_session_and_nothing_else() {
        var token = token(ADA, "laptop", null);
        var first = credentials.signInWithToken(token.secret());
        var second = credentials.signInWithToken(token.secret());
        assertThat(second.secret()).isNotEqualTo(first.secret());
        credentials.endSession(first.secret());
        credentials.endSession(token.secret());
        credentials.endSession("mws_unknown");
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(first.secret()));
        assertThat(credentials.authenticate(second.secret()).principal()).isEqualTo(ADA);
        assertThat(credentials.authenticate(token.secret()).principal()).isEqualTo(ADA);
    }

    @Test
    void signing_out_everywhere_ends_every_session_of_one_person_and_no_token() {
        var eve = new PrincipalId("eve");
        kept.person(eve, "Eve", Grant.allow(Role.READER, Scope.in(WorkspaceName.MAIN)));
        var token = token(ADA, "laptop", null);
        var phone = credentials.signInWithToken(token.secret());
        var laptop = credentials.signInWithToken(token.secret());
        var other = credentials.signIn(credentials.issueSignInLink(caller(eve)).secret());
        assertThat(credentials.endSessions(ADA)).isEqualTo(2);
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(phone.secret()));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(laptop.secret()));
        assertThat(credentials.authenticate(other.secret()).principal()).isEqualTo(eve);
        assertThat(credentials.authenticate(token.secret()).principal()).isEqualTo(ADA);
        assertThat(credentials.endSessions(ADA)).isZero();
    }

    @Test
    void a_runs_token_may_log_and_no_more_and_ends_with_the_run() {
        var token = credentials.issueRunToken(ADA, "run-1", WorkspaceName.MAIN).secret();
        var caller = credentials.authenticate(token);
        assertThat(caller.run()).isEqualTo("run-1");
        assertThat(caller.may(Permission.EXPERIMENT_WRITE, WorkspaceName.MAIN)).isTrue();
        assertThat(caller.may(Permission.EXPERIMENT_WRITE, OTHER)).isFalse();
        assertThat(caller.may(Permission.JOB_SUBMIT, WorkspaceName.MAIN)).isFalse();
        assertRefused(Problem.Unauthenticated.class, () -> credentials.signInWithToken(token));
        credentials.revokeOfRun("run-1");
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(token));
    }

    @Test
    void a_run_never_may_more_than_its_submitter() {
        kept.person(new PrincipalId("eve"), "Eve", Grant.allow(Role.READER, Scope.in(WorkspaceName.MAIN)));
        var caller = credentials.authenticate(credentials
                .issueRunToken(new PrincipalId("eve"), "run-2", WorkspaceName.MAIN)
                .secret());
        assertThat(caller.may(Permission.EXPERIMENT_WRITE, WorkspaceName.MAIN)).isFalse();
    }

    @Test
    void a_revoked_connection_token_is_replaced_so_that_the_operator_is_not_locked_out() {
        administrator.ensure("mwt_from-the-file");
        var leaked = credentials.authenticate("mwt_from-the-file");
        credentials.revoke(leaked.principal(), leaked.credential());

        var kept = administrator.ensure("mwt_from-the-file");

        assertThat(kept).isNotEqualTo("mwt_from-the-file");
        assertThat(credentials.authenticate(kept).principal()).isEqualTo(PrincipalId.LOCAL_ADMINISTRATOR);
        assertThatThrownBy(() -> credentials.authenticate("mwt_from-the-file")).isInstanceOf(Refused.class);
    }

    @Test
    void the_local_administrator_is_made_once() {
        administrator.ensure("mwt_from-the-file");
        administrator.ensure("mwt_from-the-file");
        assertThat(credentials.tokensOf(PrincipalId.LOCAL_ADMINISTRATOR)).hasSize(1);
        assertThat(credentials.authenticate("mwt_from-the-file").may(Permission.ACCESS_MANAGE, OTHER))
                .isTrue();
    }

    @Test
    void whoever_is_disabled_is_believed_nothing_until_they_are_enabled_again() {
        var token = token(ADA, "laptop", null).secret();
        var link = credentials.issueSignInLink(caller(ADA)).secret();
        var owner = new Caller(
                PrincipalId.LOCAL_ADMINISTRATOR,
                "Owner",
                List.of(Grant.allow(Role.OWNER, Scope.SERVER)),
                Confinement.NONE,
                new CredentialId(new UUID(0, 0)),
                null);
        var principals = new Principals(kept, kept, new RightsChanges(), clock);
        principals.disable(owner, ADA);
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(token));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.signIn(link));
        principals.enable(owner, ADA);
        assertThat(credentials.authenticate(token).principal()).isEqualTo(ADA);
        assertRefused(Problem.Invalid.class, () -> {
            administrator.ensure("mwt_from-the-file");
            principals.disable(owner, PrincipalId.LOCAL_ADMINISTRATOR);
        });
    }

    @Test
    void nameless_tokens_and_lifetimes_of_nothing_or_for_ever_are_refused() {
        assertRefused(Problem.Invalid.class, () -> token(ADA, " ", null));
        assertRefused(Problem.Invalid.class, () -> token(ADA, "a", Duration.ZERO));
        assertRefused(Problem.Invalid.class, () -> token(ADA, "a", Duration.ofSeconds(Long.MAX_VALUE)));
    }
}
