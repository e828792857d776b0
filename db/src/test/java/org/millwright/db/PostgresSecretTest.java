package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.SecretPlace;
import org.millwright.access.model.Identity;
import org.millwright.access.model.ProviderSession;
import org.millwright.db.access.JdbcProviderSessionRepository;
import org.millwright.db.secret.JdbcSealedValueRepository;
import org.millwright.db.secret.JdbcWorkspaceSecretRepository;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.secret.SecretName;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealedValue;
import org.millwright.secret.model.WorkspaceSecret;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

class PostgresSecretTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final SecretName NAME = new SecretName("PASSWORD");
    private static final WebhookId WEBHOOK = new WebhookId(UUID.fromString("0198c0de-0000-7000-8000-000000000001"));

    private static final CredentialId SESSION =
            new CredentialId(UUID.fromString("0198c0de-0000-7000-8000-000000000002"));

    private final PostgresWorld world = new PostgresWorld();
    private final JdbcWorkspaceSecretRepository secrets = new JdbcWorkspaceSecretRepository(world.database());
    private final JdbcSealedValueRepository values = new JdbcSealedValueRepository(world.database());

    private final JdbcProviderSessionRepository sessions = new JdbcProviderSessionRepository(world.database());

    @Test
    void a_secret_that_is_set_again_keeps_when_it_was_made_and_used() {
        world.inTransaction(() -> {
            secrets.set(secret("v2|key-1|a|b", "ada", NOON));
            secrets.used(WorkspaceName.MAIN, List.of(NAME), "train", NOON);
            secrets.set(secret("v2|key-1|c|d", "grace", NOON.plus(Duration.ofHours(1))));
            assertThat(secrets.all(WorkspaceName.MAIN))
                    .containsExactly(new WorkspaceSecret(
                            WorkspaceName.MAIN,
                            NAME,
                            "v2|key-1|c|d",
                            new PrincipalId("grace"),
                            NOON.plus(Duration.ofHours(1)),
                            NOON,
                            NOON,
                            "train"));
            assertThat(secrets.delete(WorkspaceName.MAIN, NAME)).isTrue();
            assertThat(secrets.delete(WorkspaceName.MAIN, NAME)).isFalse();
            return null;
        });
    }

    @Test
    void all_that_is_sealed_is_counted_by_its_key_and_found_with_its_place() {
        world.inTransaction(() -> {
            secrets.set(secret("v2|key-2|a|b", "ada", NOON));
            world.webhooks()
                    .save(new Webhook(
                            WEBHOOK,
                            WorkspaceName.MAIN,
                            "ci",
                            "",
                            "https://ci.example",
                            List.of(WebhookEvent.values()[0]),
                            "v1.abc",
                            true,
                            NOON,
                            NOON,
                            Revision.UNSAVED));
            assertThat(values.countByKey()).isEqualTo(Map.of(new KeyId("key-2"), 1L, KeyId.UNNAMED, 1L));
            assertThat(values.notSealedWith(new KeyId("key-2"), 10))
                    .containsExactly(new SealedValue(
                            new SecretPlace("webhook", WEBHOOK.toString()), "monitoring.webhook.secret", "v1.abc"));
            assertThat(values.notSealedWith(new KeyId("key-3"), 10))
                    .extracting(SealedValue::place)
                    .contains(WorkspaceSecret.place(WorkspaceName.MAIN, NAME));
            return null;
        });
    }

    @Test
    void the_tokens_of_an_identity_provider_are_wrapped_anew_at_their_places() {
        world.inTransaction(() -> {
            world.database().update("""
                            INSERT INTO access.principal (id, kind, name, created_at) VALUES ('ada', 'USER', 'Ada', ?)
                            """, NOON);
            world.database().update("""
                            INSERT INTO access.credential (id, principal, kind, name, digest, created_at, expires_at)
                            VALUES (?, 'ada', 'SESSION', '', repeat('d', 64), ?, ?)
                            """, SESSION.value(), NOON, NOON);
            sessions.add(
                    new ProviderSession(
                            SESSION,
                            new PrincipalId("ada"),
                            new Identity("entra", "1"),
                            null,
                            "v2|key-1|a|id",
                            "v2|key-1|a|refresh"),
                    NOON);
            var found = values.sealedWith(new KeyId("key-1"), 10);
            assertThat(found)
                    .extracting(SealedValue::place)
                    .containsExactlyInAnyOrder(
                            ProviderSession.idTokenPlace(SESSION), ProviderSession.refreshTokenPlace(SESSION));
            found.forEach(
                    value -> assertThat(values.replace(value, value.sealed().replace("key-1", "key-2")))
                            .isTrue());
            assertThat(sessions.find(SESSION).orElseThrow().refreshToken()).isEqualTo("v2|key-2|a|refresh");
            return null;
        });
    }

    @Test
    void a_value_is_replaced_only_while_it_is_what_was_read() {
        world.inTransaction(() -> {
            secrets.set(secret("v2|key-1|a|b", "ada", NOON));
            var read = values.notSealedWith(new KeyId("key-2"), 10).getFirst();
            assertThat(values.replace(read, "v2|key-2|c|b")).isTrue();
            assertThat(values.replace(read, "v2|key-2|d|b")).isFalse();
            assertThat(secrets.find(WorkspaceName.MAIN, NAME).orElseThrow().sealed())
                    .isEqualTo("v2|key-2|c|b");
            return null;
        });
    }

    @Test
    void secrets_go_with_their_workspace() {
        world.inTransaction(() -> {
            secrets.set(secret("v2|key-1|a|b", "ada", NOON));
            assertThat(world.workspaces().contents(WorkspaceName.MAIN)).doesNotContain("workspace secrets");
            return null;
        });
    }

    private static WorkspaceSecret secret(String sealed, String by, Instant at) {
        return new WorkspaceSecret(WorkspaceName.MAIN, NAME, sealed, new PrincipalId(by), at, at, null, null);
    }
}
