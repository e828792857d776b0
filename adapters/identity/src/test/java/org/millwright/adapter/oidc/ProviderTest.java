package org.millwright.adapter.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.model.ProviderRules;
import org.millwright.shared.Refused;

/** Whose signature counts, for how long, and what is said when it does not. */
class ProviderTest {
    private static final Instant NOW = Instant.now();

    private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    private StubProvider stub;
    private Provider provider;

    @BeforeEach
    void start() throws Exception {
        stub = new StubProvider();
        provider = provider(Set.of());
    }

    @AfterEach
    void stop() throws Exception {
        stub.close();
    }

    @Test
    void nothing_is_asked_before_somebody_comes_and_little_after_that() throws Exception {
        assertThat(stub.askedForConfiguration).hasValue(0);

        for (var i = 0; i < 5; i++) {
            assertThat(provider.verify(stub.sign(claims().build())).getSubject())
                    .isEqualTo("ada");
        }

        assertThat(stub.askedForConfiguration).hasValue(1);
        assertThat(stub.askedForKeys).hasValue(1);
    }

    @Test
    void a_new_key_counts_at_once() throws Exception {
        provider.verify(stub.sign(claims().build()));
        stub.rotate();

        assertThat(provider.verify(stub.sign(claims().build())).getSubject()).isEqualTo("ada");
    }

    @Test
    void keys_that_nobody_has_do_not_make_us_ask_again_and_again() throws Exception {
        provider.verify(stub.sign(claims().build()));
        try (var stranger = new StubProvider()) {
            for (var i = 0; i < 20; i++) {
                stranger.rotate();
                assertRefused(stranger.sign(claims().build()), "not signed by a known key of The provider");
            }
        }
        assertThat(stub.askedForKeys.get()).isLessThan(20);
    }

    @Test
    void an_outage_of_the_provider_is_none_of_ours() throws Exception {
        var token = stub.sign(claims().build());
        provider.verify(token);
        stub.goDown();

        time.set(NOW.plus(Duration.ofHours(2)));

        assertThat(provider.metadata().getIssuer().getValue()).isEqualTo(stub.issuer());
        assertThat(provider.verify(stub.sign(claims().expirationTime(Date.from(NOW.plus(Duration.ofHours(3))))
                                .build()))
                        .getSubject())
                .isEqualTo("ada");
    }

    @Test
    void a_provider_that_was_never_reached_is_said_to_be_out_of_reach() throws Exception {
        stub.goDown();

        assertRefused(stub.sign(claims().build()), "The provider cannot be reached");
    }

    @Test
    void a_configuration_of_another_issuer_is_not_believed() throws Exception {
        stub.publish(stub.configuration("https://other.example"));

        assertRefused(stub.sign(claims().build()), "publishes no usable configuration");
    }

    @Test
    void keys_are_not_fetched_in_the_clear_from_elsewhere() throws Exception {
        stub.publish(stub.configuration(stub.issuer()).replace(stub.issuer() + "/jwks", "http://keys.example/jwks"));

        assertRefused(stub.sign(claims().build()), "publishes no usable configuration");
    }

    @Test
    void only_signatures_by_its_own_keys_count() throws Exception {
        try (var stranger = new StubProvider()) {
            assertRefused(stranger.sign(claims().build()), "not signed by a known key of The provider");
        }
        assertRefused(new PlainJWT(claims().build()).serialize(), "The token is not signed");
        var shared = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
        shared.sign(new MACSigner("a secret of more than two hundred and fifty-six bits"));
        assertRefused(shared.serialize(), "not signed by a known key of The provider");
        assertRefused("no.token.at-all", "no JSON web token");
    }

    @Test
    void a_token_is_good_for_its_time_give_or_take_a_minute() throws Exception {
        var token = stub.sign(claims().issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(300)))
                .build());

        time.set(NOW.minusSeconds(55));
        provider.verify(token);
        time.set(NOW.plusSeconds(355));
        provider.verify(token);
        time.set(NOW.minusSeconds(70));
        assertRefused(token, "the clock of this server or of The provider is wrong");
        time.set(NOW.plusSeconds(365));
        assertRefused(token, "The token expired at");
    }

    @Test
    void a_token_without_an_end_is_none() throws Exception {
        assertRefused(stub.sign(claims().expirationTime(null).build()), "does not say when it expires");
    }

    @Test
    void another_issuers_token_is_refused_even_when_signed_by_the_same_key() throws Exception {
        assertRefused(stub.sign(claims().issuer("https://other.example").build()), "issued by 'https://other.example'");
        assertRefused(stub.sign(claims().issuer(null).build()), "issued by 'null'");
    }

    @Test
    void people_of_other_tenants_are_not_let_in() throws Exception {
        provider = provider(Set.of("tenant-a"));

        provider.verify(stub.sign(claims().claim("tid", "Tenant-A").build()));
        assertRefused(stub.sign(claims().claim("tid", "tenant-b").build()), "organization 'tenant-b'");
        assertRefused(stub.sign(claims().build()), "organization 'null'");
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(stub.issuer())
                .subject("ada")
                .audience("millwright")
                .expirationTime(Date.from(NOW.plusSeconds(300)));
    }

    private void assertRefused(String token, String words) {
        assertThatThrownBy(() -> provider.verify(token))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(words);
    }

    private Provider provider(Set<String> tenants) {
        var clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time.get();
            }
        };
        return new Provider(
                new ProviderSettings(
                        "p",
                        "The provider",
                        URI.create(stub.issuer()),
                        "millwright",
                        null,
                        List.of("openid"),
                        Set.of(),
                        tenants,
                        Set.of(),
                        ProviderSettings.Claims.USUAL,
                        ProviderRules.NONE),
                new Outward(null),
                clock);
    }
}
