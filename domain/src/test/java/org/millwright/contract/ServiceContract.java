package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.fake.Certificates;
import org.millwright.access.model.ClaimPattern;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.FederatedTrust;
import org.millwright.access.model.Principal;
import org.millwright.shared.Problem;

/** What every place that keeps certificates and trusts of service principals does. */
public abstract class ServiceContract {
    private static final PrincipalId NIGHTLY = new PrincipalId("nightly");
    private static final PrincipalId OTHER = new PrincipalId("other");

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        for (var id : List.of(NIGHTLY, OTHER)) {
            world.run(() -> world.principals().add(Principal.local(id, PrincipalKind.SERVICE, id.value(), NOON)));
        }
    }

    @Test
    void a_certificate_is_kept_as_it_was_added_and_when_it_was_used() {
        var certificate = certificate(1, NIGHTLY);
        world.run(() -> world.services().add(certificate));
        assertThat(certificates(NIGHTLY)).containsExactly(certificate);
        assertThat(certificates(OTHER)).isEmpty();
        world.run(() -> world.services().used(certificate.id(), NOON.plusSeconds(9)));
        assertThat(certificates(NIGHTLY))
                .extracting(ClientCertificate::lastUsedAt)
                .containsExactly(NOON.plusSeconds(9));
    }

    @Test
    void a_service_has_a_certificate_once_and_only_its_own_are_removed() {
        world.run(() -> world.services().add(certificate(1, NIGHTLY)));
        assertRefused(
                Problem.AlreadyExists.class,
                () -> world.run(() -> world.services().add(certificate(2, NIGHTLY))));
        world.run(() -> world.services().add(certificate(3, OTHER)));
        assertThat(world.inTransaction(() -> world.services().removeCertificate(OTHER, id(1))))
                .isFalse();
        assertThat(world.inTransaction(() -> world.services().removeCertificate(NIGHTLY, id(1))))
                .isTrue();
        assertThat(certificates(NIGHTLY)).isEmpty();
        assertThat(certificates(OTHER)).hasSize(1);
    }

    @Test
    void a_trust_is_kept_as_it_was_added_and_when_it_was_used() {
        var trust = trust(1, NIGHTLY, "production");
        world.run(() -> world.services().add(trust));
        assertThat(trusts(NIGHTLY)).containsExactly(trust);
        world.run(() -> world.services().used(trust.id(), NOON.plusSeconds(9)));
        assertThat(trusts(NIGHTLY)).extracting(FederatedTrust::lastUsedAt).containsExactly(NOON.plusSeconds(9));
    }

    @Test
    void the_name_of_a_trust_is_its_own_within_the_service() {
        world.run(() -> world.services().add(trust(1, NIGHTLY, "production")));
        assertRefused(
                Problem.AlreadyExists.class,
                () -> world.run(() -> world.services().add(trust(2, NIGHTLY, "production"))));
        world.run(() -> world.services().add(trust(3, OTHER, "production")));
        assertThat(world.inTransaction(() -> world.services().removeTrust(OTHER, id(1))))
                .isFalse();
        assertThat(world.inTransaction(() -> world.services().removeTrust(NIGHTLY, id(1))))
                .isTrue();
        assertThat(trusts(NIGHTLY)).isEmpty();
        assertThat(trusts(OTHER)).hasSize(1);
    }

    @Test
    void with_a_service_goes_all_that_it_signs_in_by() {
        world.run(() -> {
            world.services().add(certificate(1, NIGHTLY));
            world.services().add(trust(2, NIGHTLY, "production"));
        });
        assertThat(world.inTransaction(() -> world.principals().delete(NIGHTLY)))
                .isTrue();
        assertThat(certificates(NIGHTLY)).isEmpty();
        assertThat(trusts(NIGHTLY)).isEmpty();
    }

    private List<ClientCertificate> certificates(PrincipalId service) {
        return world.inTransaction(() -> world.services().certificatesOf(service));
    }

    private List<FederatedTrust> trusts(PrincipalId service) {
        return world.inTransaction(() -> world.services().trustsOf(service));
    }

    private static ClientCertificate certificate(int number, PrincipalId service) {
        return ClientCertificate.of(id(number), service, "for " + service, Certificates.NIGHTLY, NOON);
    }

    private static FederatedTrust trust(int number, PrincipalId service, String name) {
        return new FederatedTrust(
                id(number),
                service,
                name,
                FederatedTrust.GITHUB,
                "millwright",
                new ClaimPattern("repo:acme/churn:*"),
                Map.of("repository_id", new ClaimPattern("4711"), "ref", new ClaimPattern("refs/heads/*")),
                NOON,
                null);
    }

    private static CredentialId id(int number) {
        return new CredentialId(new UUID(0, number));
    }
}
