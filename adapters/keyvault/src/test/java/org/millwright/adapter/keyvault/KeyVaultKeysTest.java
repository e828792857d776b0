package org.millwright.adapter.keyvault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.secret.model.KeyId;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import reactor.core.publisher.Mono;

class KeyVaultKeysTest {
    private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Watch clock = new Watch();
    private StandInVault vault;
    private KeyVaultKeys keys;

    @BeforeEach
    void open() throws Exception {
        vault = new StandInVault();
        keys = keys(vault.address().vaultUrl() + "/keys/" + StandInVault.KEY);
    }

    @AfterEach
    void close() {
        vault.close();
    }

    @Test
    void a_data_key_that_was_wrapped_unwraps_in_the_vault_alone() {
        var key = keys.keys().getLast();
        var wrapped = keys.wrap(key, DATA_KEY);
        assertThat(new String(wrapped, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(DATA_KEY, StandardCharsets.US_ASCII));
        assertThat(keys.unwrap(key, wrapped)).isEqualTo(DATA_KEY);
        assertThat(vault.asked()).contains("unwrapkey");
    }

    @Test
    void a_new_version_becomes_the_primary_key_and_the_old_one_still_unwraps() {
        var first = keys.keys().getLast();
        var wrapped = keys.wrap(first, DATA_KEY);
        var second = keys.renew();
        assertThat(keys.keys()).containsExactly(second);
        assertThat(second).isNotEqualTo(first);
        assertThat(keys.unwrap(first, wrapped)).isEqualTo(DATA_KEY);
        assertThat(keys.unwrap(second, keys.wrap(second, DATA_KEY))).isEqualTo(DATA_KEY);
    }

    @Test
    void a_version_that_the_vault_made_by_itself_is_taken_over_when_it_is_looked_for() throws Exception {
        var first = keys.keys().getLast();
        var version = vault.addVersion();
        assertThat(keys.keys()).containsExactly(first);
        keys.refresh();
        assertThat(keys.keys().getLast().value()).endsWith("/" + version);
    }

    @Test
    void a_named_version_stays_the_primary_one() throws Exception {
        var version = keys.keys().getLast().value().replaceAll(".*/", "");
        var pinned = keys(vault.address().vaultUrl() + "/keys/" + StandInVault.KEY + "/" + version);
        vault.addVersion();
        assertThat(pinned.keys().getLast().value()).endsWith("/" + version);
        assertThatThrownBy(pinned::renew).isInstanceOf(Refused.class).hasMessageContaining("names version");
    }

    @Test
    void what_the_vault_did_not_wrap_is_told_apart_from_a_vault_that_is_away() {
        var key = keys.keys().getLast();
        assertThatThrownBy(() -> keys.unwrap(key, new byte[256]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not unwrap");
    }

    @Test
    void a_version_that_somebody_made_up_does_not_make_the_vault_seem_away() {
        var key = keys.keys().getLast();
        var wrapped = keys.wrap(key, DATA_KEY);
        var madeUp = new KeyId(key.value().replaceAll("[^/]+$", "0123456789abcdef"));
        assertThatThrownBy(() -> keys.unwrap(madeUp, wrapped)).isInstanceOf(IllegalStateException.class);
        assertThat(keys.unwrap(key, wrapped)).isEqualTo(DATA_KEY);
    }

    @Test
    void a_vault_that_refuses_says_what_was_wished() {
        var key = keys.keys().getLast();
        var wrapped = keys.wrap(key, DATA_KEY);
        vault.refuse(403);
        assertThatThrownBy(() -> keys.unwrap(key, wrapped))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.problem()).isInstanceOf(Problem.Unavailable.class))
                .hasMessageContaining(vault.address().vaultUrl())
                .hasMessageContaining("it answers 403 to the wish to unwrap by the key 'millwright'");
    }

    @Test
    void a_server_that_may_not_rotate_is_told_what_to_do() {
        keys.keys();
        vault.refuse(403);
        assertThatThrownBy(keys::renew)
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problem())
                        .isInstanceOf(Problem.NotSupported.class))
                .hasMessageContaining("--existing");
    }

    @Test
    void a_vault_that_is_away_is_asked_again_only_after_some_seconds() {
        var key = keys.keys().getLast();
        var wrapped = keys.wrap(key, DATA_KEY);
        vault.refuse(403);
        assertThatThrownBy(() -> keys.unwrap(key, wrapped)).isInstanceOf(Refused.class);
        vault.refuse(0);
        assertThatThrownBy(() -> keys.unwrap(key, wrapped)).isInstanceOf(Refused.class);
        clock.now = clock.now.plus(Duration.ofSeconds(6));
        assertThat(keys.unwrap(key, wrapped)).isEqualTo(DATA_KEY);
    }

    @Test
    void a_vault_that_nobody_hears_is_away() {
        vault.close();
        assertThatThrownBy(keys::keys)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.problem()).isInstanceOf(Problem.Unavailable.class))
                .hasMessageContaining("does not answer");
    }

    @Test
    void without_a_key_named_nothing_is_configured() {
        assertThat(new KeyVaultKeys(Map.of(), clock, Vault::connect).isConfigured())
                .isFalse();
    }

    @Test
    void a_key_that_is_none_is_refused_with_an_example() {
        assertThatThrownBy(() -> keys("http://vault/keys/k"))
                .hasMessageContaining("https://NAME.vault.azure.net/keys/KEY");
    }

    private KeyVaultKeys keys(String identifier) {
        return new KeyVaultKeys(Map.of(KeyVaultKeys.KEY, identifier), clock, this::connect);
    }

    private Vault connect(VaultKeyAddress address) {
        var http = new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(vault.tls())).build();
        return new Vault(
                address,
                _ -> Mono.just(new AccessToken(
                        StandInVault.TOKEN, OffsetDateTime.now(ZoneOffset.UTC).plusHours(1))),
                http,
                false);
    }

    private static final class Watch extends Clock {
        private Instant now = Instant.parse("2026-11-23T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new AssertionError("No zone is asked for here");
        }
    }
}
