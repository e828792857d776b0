package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.access.fake.FakeProviders.person;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.access.fake.FakeProviders;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.fake.InMemoryProviderSessions;
import org.millwright.access.fake.Workspaces;
import org.millwright.access.model.Arrival;
import org.millwright.access.model.ProvidedRole;
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.Renewal;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.SignInAttempt;
import org.millwright.access.model.TokenLife;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** From the sign-in page to a provider, back, and out again. */
class ProviderSignInTest {
    private static final String CALLBACK = "/studio/sign-in/p/callback";

    private final InMemoryAccess kept = new InMemoryAccess();
    private final InMemoryProviderSessions keptSessions = new InMemoryProviderSessions(kept);
    private final Ids ids = new Ids();
    private final SettableClock clock = new SettableClock();
    private final RightsChanges changes = new RightsChanges();
    private final SecretCipher cipher = new Backwards();
    private final FakeProviders providers = new FakeProviders()
            .with("p", new ProviderRules(Map.of(), new ProvidedRole("Reader", null), Set.of()))
            .with("q", ProviderRules.NONE);
    private final Credentials credentials =
            new Credentials(kept, kept, changes, SessionLife.USUAL, TokenLife.USUAL, ids, clock);
    private final Provisioning provisioning =
            new Provisioning(kept, kept, new Workspaces(List.of(WorkspaceName.MAIN)), changes, ids, clock);
    private final ProviderSessions sessions = new ProviderSessions(
            keptSessions, kept, credentials, provisioning, providers, changes, cipher, SessionLife.USUAL, clock);
    private final ServerSettings settings =
            new ServerSettings(Path.of("/data"), URI.create("https://mw.example"), Path.of("/ca.pem"), "server-1", 2);
    private final ProviderSignIn signIn = new ProviderSignIn(providers, sessions, cipher, settings, ids, clock);
    private final ProviderSignOut signOut = new ProviderSignOut(sessions, providers, settings);
    private final ProviderChecks checks = new ProviderChecks(sessions, providers);

    @Test
    void the_way_there_leads_back_to_the_page_that_was_wanted() {
        var departure = signIn.depart("p", CALLBACK, "/studio/models.xhtml?q=a b");

        assertThat(departure.address().toString())
                .contains("state=" + departure.state(), "back=https://mw.example/studio/sign-in/p/callback");
        var attempt = signIn.recall(departure.sealed(), departure.state());
        assertThat(attempt.next()).isEqualTo("/studio/models.xhtml?q=a b");
        assertThat(List.of(attempt.state(), attempt.nonce(), attempt.verifier()))
                .doesNotHaveDuplicates();
    }

    @Test
    void who_arrives_has_a_session_and_what_the_configuration_gives() {
        var session = arrive(new Arrival(person("ada"), "s-1", "id-token", "refresh"));

        var ada = credentials.authenticate(session.secret());
        assertThat(ada.name()).isEqualTo("ada");
        assertThat(ada.mayEverywhere(Permission.MODEL_READ)).isTrue();
        assertThat(ada.grants()).containsExactly(Grant.allow(Role.READER, Scope.SERVER));
    }

    @Test
    void tokens_of_the_provider_are_kept_sealed() {
        var session = arrive(new Arrival(person("ada"), "s-1", "id-token", "refresh"));

        var known = keptSessions.find(session.credential().id()).orElseThrow();
        assertThat(known.idToken()).isEqualTo("provider-session/%s/id sealed:nekot-di".formatted(known.session()));
        assertThat(known.refreshToken())
                .isEqualTo("provider-session/%s/refresh sealed:hserfer".formatted(known.session()));
    }

    @Test
    void only_the_browser_that_set_out_arrives_and_only_with_its_own_answer() {
        var departure = signIn.depart("p", CALLBACK, "/studio/");
        var other = signIn.depart("p", CALLBACK, "/studio/");

        assertRefused(() -> signIn.recall(null, departure.state()), "did not ask for that sign-in");
        assertRefused(() -> signIn.recall(departure.sealed(), null), "did not ask for that sign-in");
        assertRefused(() -> signIn.recall(departure.sealed(), other.state()), "another sign-in");
        assertRefused(() -> signIn.recall("made up", departure.state()), "not this server's");
        assertRefused(
                () -> signIn.recall(cipher.seal(new SecretPlace("sign-in", "attempt"), "made up"), departure.state()),
                "not this server's");
    }

    @Test
    void an_answer_of_one_provider_does_not_count_for_another() {
        var departure = signIn.depart("p", CALLBACK, "/studio/");
        var attempt = signIn.recall(departure.sealed(), departure.state());

        assertRefused(() -> signIn.arrive(attempt, "q", Map.of("code", "c"), CALLBACK), "another provider");
    }

    @Test
    void a_sign_in_has_ten_minutes() {
        var departure = signIn.depart("p", CALLBACK, "/studio/");
        clock.advance(SignInAttempt.LIFETIME);
        var attempt = signIn.recall(departure.sealed(), departure.state());

        assertRefused(() -> signIn.arrive(attempt, "p", Map.of("code", "c"), CALLBACK), "longer than 10 minutes");
    }

    @Test
    void a_session_is_checked_when_it_is_due_and_follows_what_the_provider_says() {
        var session = arrive(new Arrival(person("ada", "old"), "s-1", "id-token", "refresh"));
        assertThat(checks.check(10)).isZero();
        clock.advance(providers.checkInterval());
        providers.answersNext(new Renewal.Holds(new Arrival(person("ada", "new"), "s-1", "id-2", "refresh-2")));

        assertThat(checks.check(10)).isEqualTo(1);
        assertThat(checks.check(10)).isZero();

        var ada = session.credential().principal();
        assertThat(kept.groupsOf(ada))
                .extracting(group -> group.id().value())
                .containsExactlyInAnyOrder("p:group:new", "p:configured:everybody");
        assertThat(keptSessions.find(session.credential().id()).orElseThrow().refreshToken())
                .endsWith("/refresh sealed:2-hserfer");
        credentials.authenticate(session.secret());
    }

    @Test
    void a_session_ends_when_its_provider_no_longer_vouches_for_it() {
        var session = arrive(new Arrival(person("ada"), null, "id-token", "refresh"));
        clock.advance(providers.checkInterval());
        providers.answersNext(new Renewal.Ended("invalid_grant"));

        checks.check(10);

        assertRefused(() -> credentials.authenticate(session.secret()), "revoked");
        assertThat(checks.forgetEnded()).isEqualTo(1);
    }

    @Test
    void a_session_ends_when_the_provider_answers_with_somebody_else() {
        var session = arrive(new Arrival(person("ada"), null, "id-token", "refresh"));
        clock.advance(providers.checkInterval());
        providers.answersNext(new Renewal.Holds(new Arrival(person("eve"), null, "id", "refresh")));

        checks.check(10);

        assertRefused(() -> credentials.authenticate(session.secret()), "revoked");
    }

    @Test
    void a_session_lives_on_while_its_provider_does_not_answer_and_is_asked_about_again() {
        var session = arrive(new Arrival(person("ada"), null, "id-token", "refresh"));
        clock.advance(providers.checkInterval());
        providers.answersNext(new Renewal.Unanswered("down"));
        checks.check(10);

        clock.advance(providers.checkInterval());
        providers.answersNext(new Renewal.HoldsUnsaid("refresh-2"));
        checks.check(10);

        credentials.authenticate(session.secret());
        assertThat(keptSessions.find(session.credential().id()).orElseThrow().refreshToken())
                .endsWith("/refresh sealed:2-hserfer");
    }

    @Test
    void a_session_ends_when_its_owner_is_disabled_here() {
        var session = arrive(new Arrival(person("ada"), null, "id-token", "refresh"));
        kept.update(kept.find(session.credential().principal()).orElseThrow().disabled(clock.instant()));
        clock.advance(providers.checkInterval());
        providers.answersNext(new Renewal.Holds(new Arrival(person("ada"), null, "id", "refresh")));

        checks.check(10);

        assertThat(kept.findByDigest(session.credential().digest())
                        .orElseThrow()
                        .credential()
                        .revokedAt())
                .isNotNull();
    }

    @Test
    void signing_out_leads_to_the_provider_with_the_token_that_it_wants_back() {
        var session = arrive(new Arrival(person("ada"), null, "id-token", null));

        assertThat(signOut.address(session.credential().id(), "/studio/sign-in.xhtml"))
                .hasValueSatisfying(
                        address -> assertThat(address).hasToString("https://provider.example/logout?hint=id-token"));
        var local = credentials.openSession(session.credential().principal());
        assertThat(signOut.address(local.credential().id(), "/studio/sign-in.xhtml"))
                .isEmpty();
    }

    @Test
    void a_notice_of_the_provider_ends_the_session_it_names_or_all_of_the_account() {
        var one = arrive(new Arrival(person("ada"), "s-1", "id-token", null));
        var two = arrive(new Arrival(person("ada"), "s-2", "id-token", null));

        signOut.signedOut("p", "sid:s-1");

        assertRefused(() -> credentials.authenticate(one.secret()), "revoked");
        credentials.authenticate(two.secret());

        signOut.signedOut("p", "subject-of-ada");

        assertRefused(() -> credentials.authenticate(two.secret()), "revoked");
    }

    private Credentials.Issued arrive(Arrival who) {
        providers.arrives(who);
        var departure = signIn.depart("p", CALLBACK, "/studio/");
        return signIn.arrive(signIn.recall(departure.sealed(), departure.state()), "p", Map.of("code", "c"), CALLBACK);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(Refused.class).hasMessageContaining(words);
    }

    /** Seals by writing backwards, and knows what it sealed. */
    private static final class Backwards implements SecretCipher {
        @Override
        public String seal(SecretPlace place, String secret) {
            return place + " sealed:" + new StringBuilder(secret).reverse();
        }

        @Override
        public String open(SecretPlace place, String sealed) {
            var mark = place + " sealed:";
            if (!sealed.startsWith(mark)) {
                throw new IllegalStateException("sealed by another");
            }
            return new StringBuilder(sealed.substring(mark.length())).reverse().toString();
        }
    }
}
