package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.contract.Refusals.assertRefused;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.AssignmentId;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.fake.Certificates;
import org.millwright.access.fake.FakeVerifier;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.model.IssuerSettings;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.SignedClaims;
import org.millwright.access.model.TokenLife;
import org.millwright.access.model.TokenScope;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** How a service principal gets a token to work with: by a secret, a statement of its own, or somebody whom it trusts. */
class TokenGrantsTest {
    private static final PrincipalId NIGHTLY = new PrincipalId("nightly");
    private static final String GITHUB = "https://token.actions.githubusercontent.com";
    private static final String DEVOPS = "https://vstoken.dev.azure.com/6c3bb2ac-7bb1-4f6f-a1f7-4c5d5d5d0001";
    private static final Set<String> US = TokenGrants.addresses(URI.create("https://mw.example"));

    private final InMemoryAccess kept = new InMemoryAccess();
    private final SettableClock clock = new SettableClock();
    private final Ids ids = new Ids();
    private final RightsChanges changes = new RightsChanges();
    private final FakeVerifier verifier = new FakeVerifier();
    private final ServicePrincipals services = new ServicePrincipals(
            new Principals(kept, kept, changes, clock),
            kept,
            kept,
            kept,
            kept,
            TokenLife.USUAL,
            IssuerSettings.PUBLIC_ONLY,
            changes,
            ids,
            clock);
    private final TokenGrants grants =
            new TokenGrants(services, new AccessTokens(kept, kept, kept, TokenLife.USUAL, ids, clock), verifier, clock);
    private final Credentials credentials =
            new Credentials(kept, kept, changes, SessionLife.USUAL, TokenLife.USUAL, ids, clock);
    private final Caller admin = new Caller(
            PrincipalId.LOCAL_ADMINISTRATOR,
            "Administrator",
            List.of(Grant.allow(Role.OWNER, Scope.SERVER)),
            Confinement.NONE,
            new CredentialId(new UUID(9, 9)),
            null);

    @BeforeEach
    void a_service_of_main() {
        services.create(NIGHTLY, "Nightly", null);
        give(Grant.allow(Role.CONTRIBUTOR, Scope.in(WorkspaceName.MAIN)));
    }

    private void give(Grant grant) {
        kept.assign(new RoleAssignment(
                new AssignmentId(ids.nextId()), NIGHTLY, grant, clock.instant(), PrincipalId.LOCAL_ADMINISTRATOR));
    }

    @Test
    void a_secret_gives_an_hour_of_what_the_service_may_do() {
        var secret = services.addSecret(admin, NIGHTLY, "spring", null);
        var issued = grants.forSecret("nightly", secret.secret(), Confinement.NONE);
        var caller = credentials.authenticate(issued.secret());
        assertThat(caller.principal()).isEqualTo(NIGHTLY);
        assertThat(caller.may(Permission.JOB_SUBMIT, WorkspaceName.MAIN)).isTrue();
        clock.advance(Duration.ofHours(1));
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(issued.secret()));
    }

    @Test
    void a_secret_signs_no_request_itself_and_opens_no_session() {
        var secret = services.addSecret(admin, NIGHTLY, "spring", null).secret();
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(secret));
        var access = grants.forSecret("nightly", secret, Confinement.NONE).secret();
        assertRefused(Problem.Unauthenticated.class, () -> credentials.signInWithToken(access));
        var service = credentials.authenticate(access);
        assertRefused(
                Problem.Forbidden.class, () -> credentials.issueToken(service, "for ever", Confinement.NONE, null));
    }

    @Test
    void what_is_asked_for_less_is_less() {
        var secret = services.addSecret(admin, NIGHTLY, "spring", null).secret();
        var issued = grants.forSecret("nightly", secret, TokenScope.of(List.of("read-only", "workspace:main")));
        var caller = credentials.authenticate(issued.secret());
        assertThat(caller.may(Permission.MODEL_READ, WorkspaceName.MAIN)).isTrue();
        assertThatThrownBy(() -> caller.require(Permission.MODEL_WRITE, WorkspaceName.MAIN))
                .hasMessageContaining("does not carry MODEL_WRITE");
    }

    @Test
    void an_unknown_service_and_a_wrong_secret_are_refused_in_the_same_words() {
        services.addSecret(admin, NIGHTLY, "spring", null);
        services.create(new PrincipalId("other"), "Other", null);
        var foreign = services.addSecret(admin, new PrincipalId("other"), "theirs", null)
                .secret();
        assertThat(refusal(() -> grants.forSecret("nightly", foreign, Confinement.NONE)))
                .isEqualTo(refusal(() -> grants.forSecret("nobody", "mwc_x", Confinement.NONE)))
                .isEqualTo(refusal(() -> grants.forSecret("nightly", "mwc_x", Confinement.NONE)));
    }

    @Test
    void a_revoked_secret_ends_the_tokens_that_it_was_good_for_and_no_others() {
        var old = services.addSecret(admin, NIGHTLY, "old", null);
        var fresh = services.addSecret(admin, NIGHTLY, "new", null);
        var ofOld = grants.forSecret("nightly", old.secret(), Confinement.NONE).secret();
        var ofNew =
                grants.forSecret("nightly", fresh.secret(), Confinement.NONE).secret();
        services.revokeSecret(NIGHTLY, old.credential().id());
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(ofOld));
        assertRefused(Problem.Unauthenticated.class, () -> grants.forSecret("nightly", old.secret(), Confinement.NONE));
        assertThat(credentials.authenticate(ofNew).principal()).isEqualTo(NIGHTLY);
    }

    @Test
    void a_disabled_service_gets_nothing_and_what_it_got_is_worth_nothing() {
        var secret = services.addSecret(admin, NIGHTLY, "spring", null).secret();
        var access = grants.forSecret("nightly", secret, Confinement.NONE).secret();
        services.disable(admin, NIGHTLY);
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(access));
        assertRefused(Problem.Unauthenticated.class, () -> grants.forSecret("nightly", secret, Confinement.NONE));
    }

    @Test
    void a_statement_is_believed_that_the_certificates_key_signed() {
        var certificate = services.addCertificate(admin, NIGHTLY, "spring", Certificates.NIGHTLY);
        var statement = own(certificate.thumbprint(), "https://mw.example/oauth2/token", "1", minutes(5));
        var issued = grants.forAssertion(null, statement, US, Confinement.NONE);
        assertThat(credentials.authenticate(issued.secret()).principal()).isEqualTo(NIGHTLY);
        assertThat(services.get(NIGHTLY).certificates().getFirst().lastUsedAt()).isEqualTo(clock.instant());
        services.removeCertificate(NIGHTLY, certificate.id());
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(issued.secret()));
    }

    @Test
    void a_statement_counts_once() {
        var certificate = services.addCertificate(admin, NIGHTLY, "spring", Certificates.NIGHTLY);
        var statement = own(certificate.thumbprint(), "https://mw.example", "1", minutes(5));
        grants.forAssertion("nightly", statement, US, Confinement.NONE);
        assertUnauthenticated(() -> grants.forAssertion("nightly", statement, US, Confinement.NONE), "used before");
        // The same name of a statement, signed once more, is the same statement.
        var again = own(certificate.thumbprint(), "https://mw.example", "1", minutes(6));
        assertUnauthenticated(() -> grants.forAssertion("nightly", again, US, Confinement.NONE), "used before");
    }

    @Test
    void a_statement_for_another_server_or_for_ever_or_by_another_key_does_not_count() {
        var certificate = services.addCertificate(admin, NIGHTLY, "spring", Certificates.NIGHTLY);
        var thumbprint = certificate.thumbprint();
        assertUnauthenticated(() -> forOwn(own(thumbprint, "https://other.example", "1", minutes(5))), "aud is");
        assertUnauthenticated(() -> forOwn(own(thumbprint, "https://mw.example", "2", minutes(-2))), "has expired");
        assertUnauthenticated(
                () -> forOwn(own(thumbprint, "https://mw.example", "3", minutes(25 * 60))), "good for too long");
        assertUnauthenticated(() -> forOwn(own(thumbprint, "https://mw.example", "4", null)), "no 'exp'");
        var byAnother = verifier.signed(
                "another", claims("nightly", "nightly", "https://mw.example", "5", minutes(5), Map.of()), thumbprint);
        assertUnauthenticated(() -> forOwn(byAnother), "signature");
        var unnamed = own("AAAA", "https://mw.example", "6", minutes(5));
        assertUnauthenticated(() -> forOwn(unnamed), "No certificate");
    }

    @Test
    void a_job_of_github_stands_for_the_service_that_trusts_its_repository_and_environment() {
        trust("production", GITHUB, "millwright", "repo:acme/churn:environment:production");
        var token = foreign(GITHUB, "repo:acme/churn:environment:production", "millwright", "a");
        var issued = grants.forForeignToken("nightly", token, Confinement.NONE);
        assertThat(credentials.authenticate(issued.secret()).principal()).isEqualTo(NIGHTLY);
        assertThat(verifier.asked()).containsExactly(URI.create(GITHUB));
        assertUnauthenticated(() -> grants.forForeignToken("nightly", token, Confinement.NONE), "used before");
    }

    @Test
    void another_branch_repository_or_audience_is_refused_with_what_the_token_says() {
        trust("main", GITHUB, "millwright", "repo:acme/churn:ref:refs/heads/main");
        assertUnauthenticated(
                () -> forForeign(foreign(GITHUB, "repo:acme/churn:ref:refs/heads/mine", "millwright", "a")),
                "'main' does not match, since sub is 'repo:acme/churn:ref:refs/heads/mine'");
        assertUnauthenticated(
                () -> forForeign(foreign(GITHUB, "repo:evil/churn:ref:refs/heads/main", "millwright", "b")), "sub is");
        assertUnauthenticated(
                () -> forForeign(foreign(GITHUB, "repo:acme/churn:ref:refs/heads/main", "sts.amazonaws.com", "c")),
                "aud is 'sts.amazonaws.com'");
    }

    @Test
    void a_service_connection_of_azure_devops_stands_for_the_service() {
        trust("devops", DEVOPS, "api://AzureADTokenExchange", "sc://acme/churn/millwright");
        var token = foreign(DEVOPS, "sc://acme/churn/millwright", "api://AzureADTokenExchange", "a");
        var issued = grants.forAssertion("nightly", token, US, Confinement.NONE);
        assertThat(credentials.authenticate(issued.secret()).principal()).isEqualTo(NIGHTLY);
    }

    @Test
    void an_issuer_that_nobody_named_is_asked_for_nothing() {
        trust("main", GITHUB, "millwright", "repo:acme/churn:ref:refs/heads/main");
        assertUnauthenticated(
                () -> forForeign(
                        foreign("https://evil.example", "repo:acme/churn:ref:refs/heads/main", "millwright", "a")),
                "does not trust tokens of 'https://evil.example'");
        assertThat(verifier.asked()).isEmpty();
    }

    @Test
    void a_token_that_the_issuer_did_not_sign_uses_up_nothing() {
        trust("main", GITHUB, "millwright", "repo:acme/churn:ref:refs/heads/main");
        var claims = claims(GITHUB, "repo:acme/churn:ref:refs/heads/main", "millwright", "a", minutes(5), Map.of());
        assertUnauthenticated(() -> forForeign(verifier.signed("evil", claims, null)), "signature");
        assertThat(forForeign(verifier.signed(GITHUB, claims, null))).isNotNull();
    }

    @Test
    void a_trust_that_is_removed_ends_what_was_got_by_it() {
        var trust = trust("main", GITHUB, "millwright", "repo:acme/churn:ref:refs/heads/main");
        var issued = forForeign(foreign(GITHUB, "repo:acme/churn:ref:refs/heads/main", "millwright", "a"));
        services.removeTrust(NIGHTLY, trust);
        assertRefused(Problem.Unauthenticated.class, () -> credentials.authenticate(issued.secret()));
    }

    @Test
    void nobody_rises_by_a_secret_they_make() {
        give(Grant.allow(Role.OWNER, Scope.SERVER));
        var manager = new Caller(
                new PrincipalId("ada"),
                "Ada",
                List.of(Grant.allow(Role.custom("Access", "", Set.of(Permission.ACCESS_MANAGE)), Scope.SERVER)),
                Confinement.NONE,
                new CredentialId(new UUID(9, 8)),
                null);
        assertRefused(Problem.Forbidden.class, () -> services.addSecret(manager, NIGHTLY, "mine", null));
        assertRefused(
                Problem.Forbidden.class, () -> services.addCertificate(manager, NIGHTLY, "mine", Certificates.NIGHTLY));
        services.disable(admin, NIGHTLY);
        assertRefused(Problem.Forbidden.class, () -> services.enable(manager, NIGHTLY));
    }

    @Test
    void a_service_takes_no_id_that_could_be_a_providers_or_the_settings() {
        for (var id : List.of("entra:user:1", Provisioning.CONFIGURATION.value())) {
            assertRefused(Problem.Invalid.class, () -> services.create(new PrincipalId(id), "Other", null));
        }
    }

    @Test
    void an_issuer_on_this_machine_is_none_unless_the_operator_says_so() {
        assertRefused(
                Problem.Invalid.class, () -> trust("here", "http://127.0.0.1:8080", "millwright", "repo:acme/churn:*"));
    }

    private CredentialId trust(String name, String issuer, String audience, String subject) {
        return services.addTrust(
                        admin, NIGHTLY, new ServicePrincipals.NewTrust(name, issuer, audience, subject, Map.of()))
                .id();
    }

    private Credentials.Issued forOwn(String statement) {
        return grants.forAssertion("nightly", statement, US, Confinement.NONE);
    }

    private Credentials.Issued forForeign(String token) {
        return grants.forForeignToken("nightly", token, Confinement.NONE);
    }

    private String own(String thumbprint, String audience, String id, @Nullable Instant end) {
        return verifier.signed(thumbprint, claims("nightly", "nightly", audience, id, end, Map.of()), thumbprint);
    }

    private String foreign(String issuer, String subject, String audience, String id) {
        return verifier.signed(issuer, claims(issuer, subject, audience, id, minutes(5), Map.of()), null);
    }

    private SignedClaims claims(
            String issuer,
            String subject,
            String audience,
            String id,
            @Nullable Instant end,
            Map<String, String> more) {
        return new SignedClaims(issuer, subject, Set.of(audience), end, clock.instant(), clock.instant(), id, more);
    }

    private Instant minutes(long count) {
        return clock.instant().plus(Duration.ofMinutes(count));
    }

    private static void assertUnauthenticated(ThrowingCallable attempt, String words) {
        assertRefused(Problem.Unauthenticated.class, attempt);
        assertThat(refusal(attempt)).contains(words);
    }

    private static String refusal(ThrowingCallable attempt) {
        try {
            attempt.call();
        } catch (Refused refused) {
            return refused.problem().sentence();
        } catch (Throwable other) {
            throw new AssertionError(other);
        }
        throw new AssertionError("It was not refused");
    }
}
