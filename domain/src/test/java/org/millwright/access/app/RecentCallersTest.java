package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
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
import org.millwright.access.fake.FakeProviders;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.fake.Workspaces;
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.ProviderToken;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.TokenLife;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class RecentCallersTest {
    private static final PrincipalId ADA = new PrincipalId("ada");

    private final InMemoryAccess kept = new InMemoryAccess();
    private final SettableClock clock = new SettableClock();
    private final RightsChanges changes = new RightsChanges();
    private final Credentials credentials =
            new Credentials(kept, kept, changes, SessionLife.USUAL, TokenLife.USUAL, new Ids(), clock);
    private final FakeProviders providers = new FakeProviders();
    private final ProviderTokens providerTokens = new ProviderTokens(
            providers,
            new ProvidedCallers(
                    kept, kept, new Provisioning(kept, kept, new Workspaces(List.of()), changes, new Ids(), clock)));
    private final RecentCallers callers = new RecentCallers(credentials, providerTokens, changes, clock);

    @BeforeEach
    void begin() {
        kept.person(ADA, "Ada", Grant.allow(Role.OWNER, Scope.SERVER));
    }

    private Credentials.Issued token() {
        var ada = new Caller(ADA, "Ada", List.of(), Confinement.NONE, new CredentialId(new UUID(9, 9)), null);
        return credentials.issueToken(ada, "notebook", Confinement.NONE, null);
    }

    @Test
    void who_was_recognized_is_believed_for_a_second() {
        var token = token();
        assertThat(callers.authenticate(token.secret(), true).principal()).isEqualTo(ADA);
        kept.revoke(token.credential().id(), clock.instant()); // as another server does
        assertThat(callers.authenticate(token.secret(), true).principal()).isEqualTo(ADA);
        clock.advance(Duration.ofSeconds(1));
        assertRefused(Problem.Unauthenticated.class, () -> callers.authenticate(token.secret(), true));
    }

    @Test
    void a_providers_token_says_who_asks_as_one_of_this_server_does() {
        var who = FakeProviders.person("ada");
        providers.issues(
                "eyJ.token.signature",
                new ProviderToken.OfPerson(
                        who,
                        true,
                        ProviderRules.NONE,
                        clock.instant(),
                        clock.instant().plusSeconds(300)));
        var caller = callers.authenticate("eyJ.token.signature", true);
        assertThat(caller.principal()).hasToString("p:subject-of-ada");
        assertThat(caller.credential())
                .isEqualTo(callers.authenticate("eyJ.token.signature", true).credential());
        assertRefused(Problem.Unauthenticated.class, () -> callers.authenticate("eyJ.other.signature", true));
    }

    @Test
    void a_revocation_by_this_server_is_seen_at_once() {
        var token = token();
        var ofRun = credentials.issueRunToken(ADA, "some-run", WorkspaceName.MAIN);
        callers.authenticate(token.secret(), true);
        callers.authenticate(ofRun.secret(), true);
        credentials.revoke(ADA, token.credential().id());
        assertRefused(Problem.Unauthenticated.class, () -> callers.authenticate(token.secret(), true));
        credentials.revokeOfRun("some-run");
        assertRefused(Problem.Unauthenticated.class, () -> callers.authenticate(ofRun.secret(), true));
    }

    @Test
    void a_changed_right_that_another_server_tells_of_is_seen_at_once() {
        var token = token().secret();
        assertThat(callers.authenticate(token, true).mayEverywhere(Permission.ACCESS_MANAGE))
                .isTrue();
        kept.person(ADA, "Ada", Grant.deny(Role.OWNER, Scope.SERVER));
        assertThat(callers.authenticate(token, true).mayEverywhere(Permission.ACCESS_MANAGE))
                .isTrue();
        changes.happened();
        assertThat(callers.authenticate(token, true).mayEverywhere(Permission.ACCESS_MANAGE))
                .isFalse();
    }

    @Test
    void what_is_no_credential_is_refused_each_time() {
        for (var again = 0; again < 2; again++) {
            assertRefused(Problem.Unauthenticated.class, () -> callers.authenticate("mwt_unknown", true));
        }
    }
}
