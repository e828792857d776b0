package org.millwright.adapter.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.model.Identity;
import org.millwright.access.model.ProviderToken;
import org.millwright.shared.Refused;

/** Which tokens of a provider open this server, and whom they speak for. */
class AccessTokenTest {
    private static final String TENANT = "0f5e3a9c-1111-4222-8333-444455556666";
    private static final String CLIENT = "7c9d2f0e-0000-4000-8000-000000000001";
    private static final String OTHER = "7c9d2f0e-0000-4000-8000-000000000002";

    private StubProvider stub;
    private OpenIdConnect providers;

    @BeforeEach
    void start() throws Exception {
        stub = new StubProvider();
        providers = new OpenIdConnect(new Providers(
                new EnvironmentProviders(Map.of(
                        "MILLWRIGHT_OIDC_PROVIDERS",
                        "p",
                        "MILLWRIGHT_OIDC_P_ISSUER",
                        stub.issuer(),
                        "MILLWRIGHT_OIDC_P_CLIENT_ID",
                        CLIENT,
                        "MILLWRIGHT_OIDC_P_AUDIENCES",
                        "https://ml.example.org")),
                Clock.systemUTC()));
    }

    @AfterEach
    void stop() throws Exception {
        stub.close();
    }

    @Test
    void a_persons_token_says_who_they_are_and_until_when() throws Exception {
        var claims = claims().claim("groups", List.of("g-1"))
                .claim("roles", List.of("r-1"))
                .build();
        var token = (ProviderToken.OfPerson) providers.accessToken(stub.sign(claims));
        assertThat(token.who().identity()).isEqualTo(new Identity("p", "ada"));
        assertThat(token.who().groups()).containsExactly("g-1");
        assertThat(token.tellsMemberships()).isTrue();
        assertThat(token.expiresAt()).isEqualTo(claims.getExpirationTime().toInstant());
        assertThat(token.issuedAt()).isEqualTo(claims.getIssueTime().toInstant());
    }

    @Test
    void a_token_without_groups_or_roles_is_known_to_be_silent_about_them() throws Exception {
        var token = (ProviderToken.OfPerson) providers.accessToken(
                stub.sign(claims().claim("roles", List.of()).build()));
        assertThat(token.tellsMemberships()).isFalse();
    }

    @Test
    void a_token_for_a_further_audience_of_the_operators_counts_and_one_for_another_server_does_not() throws Exception {
        assertThat(providers.accessToken(
                        stub.sign(claims().audience("https://ml.example.org").build())))
                .isNotNull();
        assertUnauthenticated(
                () -> providers.accessToken(
                        stub.sign(claims().audience(List.of("account", OTHER)).build())),
                "The token is for 'account', '" + OTHER + "', and has to be for '" + CLIENT + "'");
        assertUnauthenticated(
                () -> providers.accessToken(
                        stub.sign(claims().audience((String) null).build())),
                "has to be for");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonce", "at_hash", "c_hash"})
    void an_id_token_opens_nothing(String claim) throws Exception {
        var token = stub.sign(claims().claim(claim, "x").build());
        assertUnauthenticated(() -> providers.accessToken(token), "no access token");
    }

    @Test
    void nor_does_a_notice_of_signing_out_or_what_keycloak_says_is_another_kind() throws Exception {
        var notice = stub.sign(claims().claim("events", Map.of()).build());
        assertUnauthenticated(() -> providers.accessToken(notice), "no access token");
        var id = stub.sign(claims().claim("typ", "ID").build());
        assertUnauthenticated(() -> providers.accessToken(id), "no access token");
        assertThat(providers.accessToken(
                        stub.sign(claims().claim("typ", "Bearer").build())))
                .isNotNull();
    }

    @Test
    void an_issuer_that_is_none_of_the_operators_is_refused_and_asked_for_nothing() throws Exception {
        try (var evil = new StubProvider()) {
            var token = evil.sign(claims().issuer(evil.issuer()).build());
            assertUnauthenticated(() -> providers.accessToken(token), "No identity provider of this server issues");
            var pretended = evil.sign(claims().build());
            assertUnauthenticated(() -> providers.accessToken(pretended), "not signed by a known key");
            assertThat(evil.askedForConfiguration).hasValue(0);
            assertThat(evil.askedForKeys).hasValue(0);
        }
    }

    @Test
    void what_has_ended_has_not_begun_or_is_not_signed_is_refused() throws Exception {
        var now = Instant.now();
        var ended = stub.sign(
                claims().expirationTime(Date.from(now.minusSeconds(120))).build());
        assertUnauthenticated(() -> providers.accessToken(ended), "expired");
        var early = stub.sign(
                claims().notBeforeTime(Date.from(now.plusSeconds(300))).build());
        assertUnauthenticated(() -> providers.accessToken(early), "good from");
        var eternal = stub.sign(claims().expirationTime(null).build());
        assertUnauthenticated(() -> providers.accessToken(eternal), "does not say when it expires");
        var unsigned = new PlainJWT(claims().build()).serialize();
        assertUnauthenticated(() -> providers.accessToken(unsigned), "not signed");
        for (var nonsense : List.of("ey.a.b", "eyJhbGciOiJSUzI1NiJ9.W10.x", "ey...", "eyJ.eyJ.x")) {
            assertUnauthenticated(() -> providers.accessToken(nonsense), "");
        }
    }

    @Test
    void a_client_that_acts_for_itself_is_an_application() throws Exception {
        var standard = claims().subject("app-7").claim("client_id", "app-7").build();
        assertThat(application(standard)).isEqualTo("app-7");
        var keycloak = claims().claim("azp", "nightly")
                .claim("client_id", "nightly")
                .claim("preferred_username", "service-account-nightly")
                .build();
        assertThat(application(keycloak)).isEqualTo("nightly");
        var person = claims().claim("azp", "nightly")
                .claim("preferred_username", "service-account-nightly")
                .build();
        assertThat(providers.accessToken(stub.sign(person))).isInstanceOf(ProviderToken.OfPerson.class);
    }

    private String application(JWTClaimsSet claims) throws Exception {
        return ((ProviderToken.OfApplication) providers.accessToken(stub.sign(claims)))
                .application()
                .subject();
    }

    @Test
    void entras_tokens_of_both_versions_are_told_apart_by_person_and_application() {
        var entra = new EnvironmentProviders(Map.of(
                        "MILLWRIGHT_OIDC_PROVIDERS",
                        "entra",
                        "MILLWRIGHT_OIDC_ENTRA_ISSUER",
                        "https://login.microsoftonline.com/" + TENANT + "/v2.0",
                        "MILLWRIGHT_OIDC_ENTRA_CLIENT_ID",
                        CLIENT))
                .read()
                .getFirst();
        var person = new JWTClaimsSet.Builder()
                .audience("api://" + CLIENT)
                .subject("pairwise")
                .claim("oid", "oid-of-ada")
                .claim("appid", OTHER)
                .claim("scp", "access")
                .claim("ver", "1.0")
                .build();
        AccessTokenClaims.requireForUs(entra, person);
        assertThat(AccessTokenClaims.application(entra, person)).isNull();
        var version1 = new JWTClaimsSet.Builder()
                .audience("api://" + CLIENT)
                .subject("oid-of-app")
                .claim("oid", "oid-of-app")
                .claim("appid", OTHER)
                .claim("ver", "1.0")
                .build();
        AccessTokenClaims.requireForUs(entra, version1);
        assertThat(AccessTokenClaims.application(entra, version1)).isEqualTo(OTHER);
        var version2 = new JWTClaimsSet.Builder()
                .audience(CLIENT)
                .subject("oid-of-app")
                .claim("oid", "oid-of-app")
                .claim("azp", OTHER)
                .claim("idtyp", "app")
                .claim("ver", "2.0")
                .build();
        AccessTokenClaims.requireForUs(entra, version2);
        assertThat(AccessTokenClaims.application(entra, version2)).isEqualTo(OTHER);
    }

    private JWTClaimsSet.Builder claims() {
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return new JWTClaimsSet.Builder()
                .issuer(stub.issuer())
                .subject("ada")
                .audience(CLIENT)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    private static void assertUnauthenticated(ThrowingCallable attempt, String words) {
        assertThatThrownBy(attempt).isInstanceOfSatisfying(Refused.class, refused -> assertThat(
                        refused.problem().sentence())
                .contains(words));
    }
}
