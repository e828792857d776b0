package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.millwright.access.AssignmentId;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
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
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.ProviderToken;
import org.millwright.access.model.RoleAssignment;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** Who somebody is whose provider gave them a token for this server. */
class ProvidedCallersTest {
    private static final CredentialId TOKEN = new CredentialId(new UUID(9, 9));
    private static final PrincipalId DENIED = new PrincipalId("p:group:interns");

    private final InMemoryAccess kept = new InMemoryAccess();
    private final SettableClock clock = new SettableClock();
    private final Ids ids = new Ids();
    private final ProvidedCallers callers = new ProvidedCallers(
            kept,
            kept,
            new Provisioning(kept, kept, new Workspaces(List.of(WorkspaceName.MAIN)), new RightsChanges(), ids, clock));

    @Test
    void a_person_becomes_known_with_their_first_token_and_what_they_make_ends_with_it() {
        var token = of(FakeProviders.person("ada", "data-science"), true, clock.instant());
        var caller = callers.of(token, TOKEN);
        assertThat(caller.principal()).hasToString("p:subject-of-ada");
        assertThat(caller.credential()).isEqualTo(TOKEN);
        assertThat(caller.confinement().until()).isEqualTo(token.expiresAt());
        assertThat(kept.groupsOf(caller.principal()))
                .extracting(group -> group.id().value())
                .containsExactly("p:group:data-science");
    }

    @Test
    void a_later_token_is_followed_and_an_older_one_is_not() {
        var first = clock.instant();
        callers.of(of(FakeProviders.person("ada", "interns"), true, first), TOKEN);
        give(DENIED, Grant.deny(Role.OWNER, Scope.SERVER));
        give(new PrincipalId("p:subject-of-ada"), Grant.allow(Role.OWNER, Scope.SERVER));
        clock.advance(Duration.ofHours(1));
        var stale = of(FakeProviders.person("ada"), true, first.minusSeconds(60));
        assertThat(callers.of(stale, TOKEN).mayEverywhere(Permission.MODEL_READ))
                .isFalse();
        var fresh = of(FakeProviders.person("ada"), true, clock.instant());
        assertThat(callers.of(fresh, TOKEN).mayEverywhere(Permission.MODEL_READ))
                .isTrue();
    }

    @Test
    void a_token_that_leaves_groups_out_takes_nobody_out_of_one_that_is_denied_something() {
        callers.of(of(FakeProviders.person("ada", "interns"), true, clock.instant()), TOKEN);
        give(DENIED, Grant.deny(Role.OWNER, Scope.SERVER));
        give(new PrincipalId("p:subject-of-ada"), Grant.allow(Role.OWNER, Scope.SERVER));
        clock.advance(Duration.ofHours(1));
        var silent = of(FakeProviders.person("ada"), false, clock.instant());
        assertThat(callers.of(silent, TOKEN).mayEverywhere(Permission.MODEL_READ))
                .isFalse();
    }

    @Test
    void who_is_disabled_here_is_not_let_in_by_the_provider() {
        var token = of(FakeProviders.person("ada"), true, clock.instant());
        var ada = callers.of(token, TOKEN).principal();
        kept.update(kept.find(ada).orElseThrow().disabled(clock.instant()));
        assertRefused(Problem.Unauthenticated.class, () -> callers.of(token, TOKEN));
    }

    @Test
    void an_application_acts_as_the_service_principal_that_somebody_made_of_it() {
        var token = new ProviderToken.OfApplication(
                new Identity("p", "app-7"), clock.instant().plusSeconds(300));
        assertRefused(Problem.Unauthenticated.class, () -> callers.of(token, TOKEN));
        kept.add(new Principal(
                new PrincipalId("nightly"),
                PrincipalKind.SERVICE,
                "Nightly",
                null,
                null,
                new Identity("p", "app-7"),
                clock.instant(),
                null,
                null));
        give(new PrincipalId("nightly"), Grant.allow(Role.READER, Scope.in(WorkspaceName.MAIN)));
        var caller = callers.of(token, TOKEN);
        assertThat(caller.principal()).hasToString("nightly");
        assertThat(caller.may(Permission.MODEL_READ, WorkspaceName.MAIN)).isTrue();
    }

    @Test
    void an_application_is_no_person_of_the_same_id() {
        var who = new ProvidedIdentity(new Identity("p", "app-7"), "app-7", "Ada", null, Set.of(), Set.of());
        callers.of(of(who, true, clock.instant()), TOKEN);
        var token = new ProviderToken.OfApplication(
                new Identity("p", "app-7"), clock.instant().plusSeconds(300));
        assertRefused(Problem.Unauthenticated.class, () -> callers.of(token, TOKEN));
    }

    private ProviderToken of(ProvidedIdentity who, boolean tellsMemberships, Instant issuedAt) {
        return new ProviderToken.OfPerson(
                who,
                tellsMemberships,
                ProviderRules.NONE,
                issuedAt,
                clock.instant().plusSeconds(300));
    }

    private void give(PrincipalId to, Grant grant) {
        kept.assign(new RoleAssignment(
                new AssignmentId(ids.nextId()), to, grant, clock.instant(), PrincipalId.LOCAL_ADMINISTRATOR));
    }
}
