package org.millwright.adapter.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.oauth2.sdk.TokenRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.millwright.access.model.Arrival;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Renewal;
import org.millwright.access.model.SignInAttempt;
import org.millwright.shared.IdSource;
import org.millwright.shared.Refused;

/** The whole way to a provider and back, with tokens in the shape of Entra's. */
class OpenIdConnectTest {
    private static final String TENANT = "0f5e3a9c-1111-4222-8333-444455556666";
    private static final String ISSUER = TENANT + "/v2.0";
    private static final URI CALLBACK = URI.create("https://mw.example/studio/sign-in/entra/callback");
    private static final IdSource IDS = new IdSource() {
        @Override
        public UUID nextId() {
            return UUID.randomUUID();
        }

        @Override
        public byte[] nextSecret(int length) {
            var bytes = new byte[length];
            new java.security.SecureRandom().nextBytes(bytes);
            return bytes;
        }
    };

    private static final MockOAuth2Server SERVER = new MockOAuth2Server();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        SERVER.start(InetAddress.getLoopbackAddress(), 0);
    }

    @AfterAll
    static void stop() {
        SERVER.shutdown();
    }

    @Test
    void somebody_of_entra_is_known_by_oid_and_comes_with_groups_and_roles() throws Exception {
        var arrival = signIn(provider(Map.of()), claims());

        var who = arrival.who();
        assertThat(who.identity()).isEqualTo(new Identity("entra", "oid-of-ada"));
        assertThat(who.username()).isEqualTo("ada@contoso.test");
        assertThat(who.name()).isEqualTo("Ada Lovelace");
        assertThat(who.email()).isEqualTo("ada@contoso.test");
        assertThat(who.groups()).containsExactlyInAnyOrder("g-1", "g-2");
        assertThat(who.roles()).containsExactly("AML.DataScientist");
        assertThat(arrival.refreshToken()).isNotNull();
        assertThat(arrival.toString()).doesNotContain(arrival.idToken());
    }

    @Test
    void the_departure_asks_for_a_code_with_everything_that_binds_it_to_this_attempt() {
        var attempt =
                SignInAttempt.begin("entra", "/studio/", IDS, Clock.systemUTC().instant());

        var query = parameters(provider(Map.of()).departure(attempt, CALLBACK));

        assertThat(query)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", "millwright")
                .containsEntry("redirect_uri", CALLBACK.toString())
                .containsEntry("state", attempt.state())
                .containsEntry("nonce", attempt.nonce())
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("scope", "openid profile email offline_access");
        assertThat(query.get("code_challenge")).isNotEqualTo(attempt.verifier());
    }

    @Test
    void people_of_another_tenant_are_refused() {
        assertThatThrownBy(() -> signIn(provider(Map.of()), with(claims(), "tid", "another")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("organization 'another'");
    }

    @Test
    void groups_that_do_not_fit_into_the_token_are_never_silently_lost() throws Exception {
        var overage = with(claims(), "_claim_names", Map.of("groups", "src1"));
        overage.remove("groups");

        assertThatThrownBy(() -> signIn(provider(Map.of()), overage))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("more groups than Contoso puts into a token")
                .hasMessageContaining("MILLWRIGHT_OIDC_ENTRA_GROUPS_CLAIM=none");
        assertThatThrownBy(() -> signIn(provider(Map.of()), with(claims(), "hasgroups", "true")))
                .hasMessageContaining("more groups");

        var ignored = signIn(provider(Map.of("MILLWRIGHT_OIDC_ENTRA_GROUPS_CLAIM", "none")), overage);
        assertThat(ignored.who().groups()).isEmpty();
        assertThat(ignored.who().roles()).containsExactly("AML.DataScientist");
    }

    @Test
    void a_token_for_another_attempt_is_refused() throws Exception {
        var connect = provider(Map.of());
        var attempt =
                SignInAttempt.begin("entra", "/studio/", IDS, Clock.systemUTC().instant());
        var answer = authorize(connect, attempt, claims());
        var other = new SignInAttempt(
                "entra", attempt.state(), "another nonce", attempt.verifier(), attempt.startedAt(), attempt.next());

        assertThatThrownBy(() -> connect.arrival(other, answer, CALLBACK))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("(nonce)");
    }

    @Test
    void a_code_without_its_verifier_is_worth_nothing() throws Exception {
        var connect = provider(Map.of());
        var attempt =
                SignInAttempt.begin("entra", "/studio/", IDS, Clock.systemUTC().instant());
        var answer = authorize(connect, attempt, claims());
        var thief = SignInAttempt.begin("entra", "/studio/", IDS, attempt.startedAt());

        assertThatThrownBy(() -> connect.arrival(thief, answer, CALLBACK)).isInstanceOf(Refused.class);
    }

    @Test
    void a_provider_that_lets_nobody_in_is_quoted_and_shortened() {
        var connect = provider(Map.of());
        var attempt =
                SignInAttempt.begin("entra", "/studio/", IDS, Clock.systemUTC().instant());

        assertThatThrownBy(() -> connect.arrival(
                        attempt,
                        Map.of(
                                "error",
                                "access_denied",
                                "error_description",
                                "AADSTS50105:\r\n not assigned " + "x".repeat(500)),
                        CALLBACK))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Contoso did not let you in, or you cancelled: AADSTS50105: not assigned")
                .hasMessageEndingWith("…");
        assertThatThrownBy(() -> connect.arrival(attempt, Map.of("error", "temporarily_unavailable"), CALLBACK))
                .hasMessageContaining("cannot sign anybody in just now");
        assertThatThrownBy(() -> connect.arrival(attempt, Map.of("error", "interaction_required"), CALLBACK))
                .hasMessageContaining("refused the sign-in (interaction_required)");
        assertThatThrownBy(() -> connect.arrival(attempt, Map.of(), CALLBACK)).hasMessageContaining("without a code");
        assertThatThrownBy(() -> connect.arrival(attempt, Map.of("iss", "https://evil.example", "code", "c"), CALLBACK))
                .hasMessageContaining("comes from 'https://evil.example'");
    }

    @Test
    void an_address_counts_only_when_the_provider_has_verified_it() throws Exception {
        var domains = Map.of("MILLWRIGHT_OIDC_ENTRA_DOMAINS", "contoso.test");

        assertThat(signIn(provider(domains), with(claims(), "email_verified", true))
                        .who()
                        .email())
                .isEqualTo("ada@contoso.test");
        assertThat(signIn(provider(domains), with(claims(), "hd", "Contoso.test"))
                        .who()
                        .username())
                .isEqualTo("ada@contoso.test");
        assertThat(signIn(provider(Map.of()), with(claims(), "email_verified", false))
                        .who()
                        .email())
                .isNull();
        assertThatThrownBy(() -> signIn(provider(domains), claims())).hasMessageContaining("verified address");
        assertThatThrownBy(() -> signIn(
                        provider(domains),
                        with(with(claims(), "email_verified", true), "email", "eve@contoso.test.evil.example")))
                .hasMessageContaining("verified address of contoso.test");
    }

    @Test
    void claims_are_found_where_the_operator_says() throws Exception {
        var arrival = signIn(
                provider(Map.of(
                        "MILLWRIGHT_OIDC_ENTRA_SUBJECT_CLAIM", "employee",
                        "MILLWRIGHT_OIDC_ENTRA_USERNAME_CLAIM", "upn",
                        "MILLWRIGHT_OIDC_ENTRA_ROLES_CLAIM", "realm_access.roles")),
                with(
                        with(with(claims(), "employee", "4711"), "upn", "ada"),
                        "realm_access",
                        Map.of("roles", List.of("r"))));

        assertThat(arrival.who().identity().subject()).isEqualTo("4711");
        assertThat(arrival.who().username()).isEqualTo("ada");
        assertThat(arrival.who().roles()).containsExactly("r");
    }

    @Test
    void a_token_that_does_not_say_who_it_is_about_is_refused() {
        var anonymous = claims();
        anonymous.remove("oid");

        assertThatThrownBy(() -> signIn(provider(Map.of()), anonymous)).hasMessageContaining("no usable claim 'oid'");
    }

    @Test
    void a_refresh_brings_what_holds_now() throws Exception {
        var connect = provider(Map.of());
        var arrival = signIn(connect, claims());
        SERVER.enqueueCallback(callback(with(claims(), "groups", List.of("g-3"))));

        var renewal = connect.renew("entra", arrival.refreshToken());

        assertThat(renewal).isInstanceOfSatisfying(Renewal.Holds.class, holds -> assertThat(
                        holds.arrival().who().groups())
                .containsExactly("g-3"));
    }

    @Test
    void a_refused_refresh_ends_the_session_and_an_outage_does_not() {
        try (var stub = new StubProvider()) {
            stub.answerTokenRequests(400, "{\"error\":\"invalid_grant\",\"error_description\":\"account disabled\"}");
            var connect = connect(stub);
            assertThat(connect.renew("p", "r")).isEqualTo(new Renewal.Ended("invalid_grant: account disabled"));
            stub.answerTokenRequests(401, "{\"error\":\"invalid_client\"}");
            assertThat(connect.renew("p", "r")).isInstanceOf(Renewal.Unanswered.class);
            stub.answerTokenRequests(503, "");
            assertThat(connect.renew("p", "r")).isInstanceOf(Renewal.Unanswered.class);
            stub.answerTokenRequests(200, "<html>");
            assertThat(connect.renew("p", "r")).isInstanceOf(Renewal.Unanswered.class);
            assertThat(connect.renew("gone", "r")).isInstanceOf(Renewal.Ended.class);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void a_token_for_another_application_is_refused() throws Exception {
        try (var stub = new StubProvider()) {
            var connect = connect(stub);
            var attempt =
                    SignInAttempt.begin("p", "/studio/", IDS, Clock.systemUTC().instant());
            for (var wrong : List.of(Map.of("aud", "another"), Map.of("aud", "millwright", "azp", "another"))) {
                stub.answerTokenRequests(200, """
                        {"access_token":"a","token_type":"Bearer","id_token":"%s"}""".formatted(stub.idToken("ada", attempt.nonce(), wrong)));
                assertThatThrownBy(() -> connect.arrival(attempt, Map.of("code", "c"), CALLBACK))
                        .isInstanceOf(Refused.class)
                        .hasMessageContaining("not");
            }
            stub.answerTokenRequests(
                    200, """
                    {"access_token":"a","token_type":"Bearer","id_token":"%s"}""".formatted(stub.idToken("ada", attempt.nonce(), Map.of("aud", "millwright"))));
            assertThat(connect.arrival(attempt, Map.of("code", "c"), CALLBACK)
                            .who()
                            .identity())
                    .isEqualTo(new Identity("p", "ada"));
        }
    }

    @Test
    void what_the_token_endpoint_refuses_is_said_in_words() throws Exception {
        try (var stub = new StubProvider()) {
            var connect = connect(stub);
            var attempt =
                    SignInAttempt.begin("p", "/studio/", IDS, Clock.systemUTC().instant());
            stub.answerTokenRequests(400, "{\"error\":\"invalid_grant\"}");
            assertThatThrownBy(() -> connect.arrival(attempt, Map.of("code", "c"), CALLBACK))
                    .hasMessageContaining("was used already, or took too long");
            stub.answerTokenRequests(401, "{\"error\":\"invalid_client\"}");
            assertThatThrownBy(() -> connect.arrival(attempt, Map.of("code", "c"), CALLBACK))
                    .hasMessageContaining("the operator has to look");
            stub.answerTokenRequests(200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}");
            assertThatThrownBy(() -> connect.arrival(attempt, Map.of("code", "c"), CALLBACK))
                    .hasMessageContaining("no ID token");
            stub.goDown();
            assertThatThrownBy(() -> connect.arrival(attempt, Map.of("code", "c"), CALLBACK))
                    .hasMessageContaining("try again later");
        }
    }

    @Test
    void notices_of_a_sign_out_are_believed_when_the_provider_signed_them_for_us() throws Exception {
        try (var stub = new StubProvider()) {
            var connect = connect(stub);
            var event = Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of());

            assertThat(connect.signedOut("p", stub.notice("ada", "s-1", Map.of("aud", "millwright", "events", event))))
                    .satisfies(notice -> {
                        assertThat(notice.subject()).isEqualTo("ada");
                        assertThat(notice.providerSession()).isEqualTo("s-1");
                    });
            assertNoNotice(connect, stub.notice("ada", "s-1", Map.of("aud", "millwright")));
            assertNoNotice(connect, stub.notice("ada", "s-1", Map.of("aud", "another", "events", event)));
            assertNoNotice(
                    connect, stub.notice("ada", "s-1", Map.of("aud", "millwright", "events", event, "nonce", "n")));
            assertNoNotice(connect, stub.notice(null, null, Map.of("aud", "millwright", "events", event)));
            assertNoNotice(connect, "rubbish");
        }
    }

    @Test
    void signing_out_at_the_provider_brings_its_token_back_unless_it_is_too_long() throws Exception {
        var connect = provider(Map.of());
        var token = signIn(connect, claims()).idToken();
        var back = URI.create("https://mw.example/studio/sign-in.xhtml");

        assertThat(parameters(connect.signOut("entra", token, back).orElseThrow()))
                .containsEntry("id_token_hint", token)
                .containsEntry("client_id", "millwright")
                .containsEntry("post_logout_redirect_uri", back.toString());
        assertThat(parameters(
                        connect.signOut("entra", token + "A".repeat(5000), back).orElseThrow()))
                .doesNotContainKey("id_token_hint");
        try (var stub = new StubProvider()) {
            assertThat(connect(stub).signOut("p", token, back)).isEmpty();
        }
    }

    private static void assertNoNotice(OpenIdConnect connect, String notice) {
        assertThatThrownBy(() -> connect.signedOut("p", notice))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("logout_token");
    }

    private Arrival signIn(OpenIdConnect connect, Map<String, Object> claims) throws Exception {
        var attempt =
                SignInAttempt.begin("entra", "/studio/", IDS, Clock.systemUTC().instant());
        return connect.arrival(attempt, authorize(connect, attempt, claims), CALLBACK);
    }

    /** What a browser brings back. */
    private Map<String, String> authorize(OpenIdConnect connect, SignInAttempt attempt, Map<String, Object> claims)
            throws IOException, InterruptedException {
        SERVER.enqueueCallback(callback(claims));
        var answer = http.send(
                HttpRequest.newBuilder(connect.departure(attempt, CALLBACK)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        var back = parameters(URI.create(answer.headers().firstValue("location").orElseThrow()));
        assertThat(back).containsEntry("state", attempt.state());
        return back;
    }

    private static DefaultOAuth2TokenCallback callback(Map<String, Object> claims) {
        return new DefaultOAuth2TokenCallback(ISSUER, "pairwise", "JWT", List.of("millwright"), claims, 3600) {
            @Override
            public List<String> audience(TokenRequest request) {
                return List.of("millwright");
            }
        };
    }

    private static Map<String, Object> claims() {
        return new HashMap<>(Map.of(
                "tid", TENANT,
                "oid", "oid-of-ada",
                "ver", "2.0",
                "preferred_username", "ada@contoso.test",
                "name", "Ada Lovelace",
                "email", "ada@contoso.test",
                "groups", List.of("g-1", "g-2"),
                "roles", List.of("AML.DataScientist")));
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        var more = new HashMap<>(claims);
        more.put(name, value);
        return more;
    }

    private static OpenIdConnect provider(Map<String, String> more) {
        var environment = new HashMap<>(Map.of(
                "MILLWRIGHT_OIDC_PROVIDERS", "entra",
                "MILLWRIGHT_OIDC_ENTRA_LABEL", "Contoso",
                "MILLWRIGHT_OIDC_ENTRA_ISSUER", SERVER.issuerUrl(ISSUER).toString(),
                "MILLWRIGHT_OIDC_ENTRA_CLIENT_ID", "millwright",
                "MILLWRIGHT_OIDC_ENTRA_CLIENT_SECRET", "secret",
                "MILLWRIGHT_OIDC_ENTRA_SCOPES", "openid profile email offline_access",
                "MILLWRIGHT_OIDC_ENTRA_SUBJECT_CLAIM", "oid",
                "MILLWRIGHT_OIDC_ENTRA_TENANTS", TENANT));
        environment.putAll(more);
        return new OpenIdConnect(new Providers(new EnvironmentProviders(environment), Clock.systemUTC()));
    }

    private static OpenIdConnect connect(StubProvider stub) {
        return new OpenIdConnect(new Providers(
                new EnvironmentProviders(Map.of(
                        "MILLWRIGHT_OIDC_PROVIDERS", "p",
                        "MILLWRIGHT_OIDC_P_ISSUER", stub.issuer(),
                        "MILLWRIGHT_OIDC_P_CLIENT_ID", "millwright")),
                Clock.systemUTC()));
    }

    private static Map<String, String> parameters(URI address) {
        var parameters = new HashMap<String, String>();
        for (var pair : address.getRawQuery().split("&")) {
            var sign = pair.indexOf('=');
            parameters.put(
                    pair.substring(0, sign), URLDecoder.decode(pair.substring(sign + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
