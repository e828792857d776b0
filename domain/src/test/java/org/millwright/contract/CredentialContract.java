package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.access.model.CredentialRepository} does. */
public abstract class CredentialContract {
    private static final PrincipalId ADA = new PrincipalId("ada");

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        world.run(() -> world.credentials().ensurePrincipal(ADA, "Ada", new Grant(Role.OWNER, null)));
    }

    @Test
    void a_credential_is_found_by_its_digest_with_its_owners_roles() {
        var reader = new Grant(Role.READER, WorkspaceName.MAIN);
        world.run(() -> {
            world.credentials().ensurePrincipal(ADA, "Another name", reader);
            world.credentials().ensurePrincipal(ADA, "Ada", reader);
        });
        var token = add(1, CredentialKind.PERSONAL_TOKEN, null);
        var holder = world.inTransaction(() -> world.credentials().findByDigest(token.digest()))
                .orElseThrow();
        assertThat(holder.credential()).isEqualTo(token);
        assertThat(holder.principalName()).isEqualTo("Ada");
        assertThat(holder.grants()).containsExactlyInAnyOrder(new Grant(Role.OWNER, null), reader);
        assertThat(world.inTransaction(() -> world.credentials().findByDigest("0".repeat(64))))
                .isEmpty();
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
    void its_last_use_is_remembered() {
        var token = add(1, CredentialKind.PERSONAL_TOKEN, null);
        world.run(() -> world.credentials().touch(token.id(), NOON.plusSeconds(5)));
        assertThat(found(token).lastUsedAt()).isEqualTo(NOON.plusSeconds(5));
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
                NOON,
                NOON.plusSeconds(60),
                null,
                null);
        world.run(() -> world.credentials().add(credential));
        return credential;
    }
}
