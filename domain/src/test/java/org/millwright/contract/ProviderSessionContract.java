package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.access.model.ProviderSession;

/** What every {@link org.millwright.access.model.ProviderSessionRepository} does, and how people of providers are added. */
public abstract class ProviderSessionContract {
    private static final PrincipalId ADA = new PrincipalId("p:ada");
    private static final Identity ADAS = new Identity("p", "ada");
    private static final Instant HOUR_AGO = NOON.minusSeconds(3600);

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        world.run(() -> world.principals().provide(List.of(person(ADA, ADAS))));
    }

    @Test
    void a_session_is_found_by_its_credential_its_account_and_the_providers_name_for_it() {
        var one = open(1, "s-1", "refresh-1");
        var other = open(2, "s-2", null);

        assertThat(world.inTransaction(() -> world.providerSessions().find(one.session())))
                .contains(one);
        assertThat(world.inTransaction(() -> world.providerSessions().of(ADAS, null)))
                .containsExactlyInAnyOrder(one, other);
        assertThat(world.inTransaction(() -> world.providerSessions().of(ADAS, "s-2")))
                .containsExactly(other);
        assertThat(world.inTransaction(() -> world.providerSessions().of("p", "s-1")))
                .containsExactly(one);
        assertThat(world.inTransaction(() -> world.providerSessions().of("other", "s-1")))
                .isEmpty();
    }

    @Test
    void what_is_due_is_claimed_once_until_it_is_due_again() {
        var session = open(1, null, "refresh");
        var later = NOON.plusSeconds(900);

        assertThat(claim(NOON.minusSeconds(1), later)).isEmpty();
        assertThat(claim(NOON, later)).containsExactly(session);
        assertThat(claim(NOON, later)).isEmpty();
        assertThat(claim(later, later.plusSeconds(900))).containsExactly(session);
    }

    @Test
    void what_cannot_be_asked_about_is_over_or_was_left_is_not_claimed() {
        open(1, null, null);
        var revoked = open(2, null, "refresh");
        world.run(() -> world.credentials().revoke(revoked.session(), NOON));
        open(3, null, "refresh");

        assertThat(world.inTransaction(() -> world.providerSessions()
                        .claimDue(NOON.plusSeconds(1), NOON.plusSeconds(1), NOON.plusSeconds(900), 10)))
                .isEmpty();
        assertThat(claim(NOON, NOON.plusSeconds(900)))
                .extracting(ProviderSession::session)
                .containsExactly(id(3));
    }

    @Test
    void new_tokens_replace_old_ones_and_go_with_the_session() {
        var session = open(1, "s-1", "refresh");
        var renewed = new ProviderSession(session.session(), ADA, ADAS, "s-1", "id-2", "refresh-2");
        world.run(() -> world.providerSessions().update(renewed));
        assertThat(world.inTransaction(() -> world.providerSessions().find(session.session())))
                .contains(renewed);

        world.run(() -> world.credentials().revoke(session.session(), NOON));

        assertThat(world.inTransaction(() -> world.providerSessions().forgetEnded(NOON)))
                .isEqualTo(1);
        assertThat(world.inTransaction(() -> world.providerSessions().find(session.session())))
                .isEmpty();
    }

    @Test
    void people_and_groups_of_a_provider_are_added_once_and_never_in_the_place_of_others() {
        var ops = new Identity("p", "group:ops");
        var group = new Principal(
                new PrincipalId("p:group:ops"), PrincipalKind.GROUP, "ops", null, null, ops, NOON, null, null);
        var taken = new Principal(ADA, PrincipalKind.GROUP, "x", null, null, new Identity("p", "x"), NOON, null, null);
        var another = new Principal(
                new PrincipalId("p:again"), PrincipalKind.GROUP, "ops", null, null, ops, NOON, null, null);

        assertThat(provide(group, taken)).containsExactly(group.id());
        assertThat(provide(another)).containsExactly(group.id());
        assertThat(world.inTransaction(() -> world.principals().find(ADA))
                        .orElseThrow()
                        .kind())
                .isEqualTo(PrincipalKind.USER);
        assertThat(provide()).isEmpty();
    }

    private Set<PrincipalId> provide(Principal... principals) {
        return world.inTransaction(() -> world.principals().provide(List.of(principals)));
    }

    private List<ProviderSession> claim(Instant now, Instant dueAgain) {
        return world.inTransaction(() -> world.providerSessions().claimDue(now, HOUR_AGO, dueAgain, 10));
    }

    private ProviderSession open(int number, String theirs, String refreshToken) {
        var session = new ProviderSession(id(number), ADA, ADAS, theirs, "id-token", refreshToken);
        world.run(() -> {
            world.credentials()
                    .add(Credential.made(
                            session.session(),
                            CredentialKind.SESSION,
                            ADA,
                            "Browser session",
                            String.valueOf(number).repeat(64),
                            Confinement.NONE,
                            NOON,
                            NOON.plusSeconds(12 * 3600)));
            world.providerSessions().add(session, NOON);
        });
        return session;
    }

    private static CredentialId id(int number) {
        return new CredentialId(new UUID(0, number));
    }

    private static Principal person(PrincipalId id, Identity identity) {
        return new Principal(id, PrincipalKind.USER, "Ada", null, null, identity, NOON, NOON, null);
    }
}
