package org.millwright.secret.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.PrincipalId;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.secret.SecretName;
import org.millwright.secret.model.WorkspaceSecret;
import org.millwright.secret.model.WorkspaceSecretRepository;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

class WorkspaceSecretsTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final SecretName PASSWORD = new SecretName("PASSWORD");
    private static final PrincipalId ADA = new PrincipalId("ada");

    private final Kept kept = new Kept();
    private final List<String> told = new ArrayList<>();
    private final WorkspaceSecrets secrets = new WorkspaceSecrets(
            new WorkspaceSecretBook(kept),
            new PlaceCipher(),
            (kind, workspace, resource, part) -> told.add("%s %s/%s for %s".formatted(kind, workspace, resource, part)),
            Clock.fixed(NOON, ZoneOffset.UTC));

    @Test
    void a_secret_is_kept_sealed_for_its_workspace_and_name() {
        secrets.set(MAIN, PASSWORD, "sesame", ADA);
        assertThat(kept.byName.get(PASSWORD).sealed()).isEqualTo("secret/main/PASSWORD sealed sesame");
    }

    @Test
    void a_run_gets_what_it_asks_for_and_that_is_written_down() {
        secrets.set(MAIN, PASSWORD, "sesame", ADA);
        secrets.set(MAIN, new SecretName("ANOTHER"), "walnut", ADA);
        assertThat(secrets.openForRun(MAIN, "train", Map.of(PASSWORD, "PGPASSWORD")))
                .isEqualTo(Map.of("PGPASSWORD", "sesame"));
        assertThat(kept.byName.get(PASSWORD).lastUsedBy()).isEqualTo("train");
        assertThat(kept.byName.get(new SecretName("ANOTHER")).lastUsedBy()).isNull();
        assertThat(told).containsExactly("secret main/PASSWORD for train");
    }

    @Test
    void a_secret_that_is_set_again_is_the_new_one_for_the_next_run() {
        secrets.set(MAIN, PASSWORD, "sesame", ADA);
        secrets.set(MAIN, PASSWORD, "walnut", ADA);
        assertThat(secrets.openForRun(MAIN, "train", Map.of(PASSWORD, "PASSWORD")))
                .isEqualTo(Map.of("PASSWORD", "walnut"));
    }

    @Test
    void all_secrets_that_are_not_there_are_named() {
        secrets.set(MAIN, PASSWORD, "sesame", ADA);
        assertThatThrownBy(() ->
                        secrets.requireKnown(MAIN, List.of(new SecretName("TOKEN"), PASSWORD, new SecretName("KEY"))))
                .isInstanceOf(Refused.class)
                .hasMessage("secrets: workspace 'main' has no secret 'KEY', 'TOKEN'");
        assertThatThrownBy(() -> secrets.openForRun(MAIN, "train", Map.of(new SecretName("TOKEN"), "TOKEN")))
                .hasMessage("No secret 'TOKEN'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "     ", "with\0nul"})
    void a_value_that_no_job_could_use_or_no_log_could_mask_is_refused(String value) {
        assertThatThrownBy(() -> secrets.set(MAIN, PASSWORD, value, ADA))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("value: ")
                .satisfies(refused -> assertThat(
                                value.isBlank() || !refused.getMessage().contains(value))
                        .isTrue());
        assertThat(kept.byName).isEmpty();
    }

    @Test
    void a_value_that_is_too_long_is_refused() {
        assertThatThrownBy(() -> secrets.set(MAIN, PASSWORD, "é".repeat(WorkspaceSecrets.MOST_BYTES), ADA))
                .hasMessage("value: at most 25600 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1A", "A-B", "A B", "ä"})
    void a_name_that_is_no_variable_is_refused(String name) {
        assertThatThrownBy(() -> new SecretName(name)).isInstanceOf(Refused.class);
    }

    private static final class PlaceCipher implements SecretCipher {
        @Override
        public String seal(SecretPlace place, String secret) {
            return place + " sealed " + secret;
        }

        @Override
        public String open(SecretPlace place, String sealed) {
            return sealed.replace(place + " sealed ", "");
        }
    }

    private static final class Kept implements WorkspaceSecretRepository {
        private final Map<SecretName, WorkspaceSecret> byName = new TreeMap<>();

        @Override
        public Optional<WorkspaceSecret> find(WorkspaceName workspace, SecretName name) {
            return Optional.ofNullable(byName.get(name));
        }

        @Override
        public List<WorkspaceSecret> all(WorkspaceName workspace) {
            return List.copyOf(byName.values());
        }

        @Override
        public void set(WorkspaceSecret secret) {
            byName.put(secret.name(), secret);
        }

        @Override
        public boolean delete(WorkspaceName workspace, SecretName name) {
            return byName.remove(name) != null;
        }

        @Override
        public void used(WorkspaceName workspace, Collection<SecretName> names, String run, Instant at) {
            names.forEach(name -> byName.computeIfPresent(
                    name,
                    (_, secret) -> new WorkspaceSecret(
                            secret.workspace(),
                            secret.name(),
                            secret.sealed(),
                            secret.setBy(),
                            secret.setAt(),
                            secret.createdAt(),
                            at,
                            run)));
        }
    }
}
