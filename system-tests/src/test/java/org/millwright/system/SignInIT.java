package org.millwright.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signing in by OpenID Connect, in a real browser: at Keycloak, and at a second provider whose tokens look like those of Entra ID.
 * Each test has a person of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInIT {
    /** The second provider names its issuer as the tenant ({@code tid}) of everybody. */
    private static final String TENANT = "0f5e3a9c-1111-4222-8333-444455556666";

    private static final Pattern STUDIO_PAGE = Pattern.compile(".*/studio/(?!sign-in).*");

    private final MockOAuth2Server entra =
            new MockOAuth2Server(OAuth2Config.Companion.fromJson("{\"interactiveLogin\":true}"));
    private final List<BrowserContext> people = new ArrayList<>();
    private RunningServer server;
    private TrustingHttp http;
    private Keycloak keycloak;
    private StudioBrowser browser;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        browser = new StudioBrowser();
        entra.start(InetAddress.getLoopbackAddress(), 0);
        var keycloakPort = RunningServer.freePort();
        server = new RunningServer(folder.resolve("data"), settings(keycloakPort));
        http = server.http();
        keycloak = new Keycloak(server, keycloakPort, folder);
    }

    private Map<String, String> settings(int keycloakPort) {
        var settings = new HashMap<String, String>();
        settings.put("MILLWRIGHT_FAILED_ATTEMPTS", "1000000");
        settings.put("MILLWRIGHT_ACCESS_CONTACT", "the platform team");
        settings.put("MILLWRIGHT_OIDC_PROVIDERS", "keycloak entra");
        settings.put("MILLWRIGHT_OIDC_KEYCLOAK_LABEL", "Keycloak");
        settings.put("MILLWRIGHT_OIDC_KEYCLOAK_ISSUER", Keycloak.issuer(keycloakPort));
        settings.put("MILLWRIGHT_OIDC_KEYCLOAK_CLIENT_ID", "millwright");
        settings.put("MILLWRIGHT_OIDC_KEYCLOAK_CLIENT_SECRET", "millwright-secret");
        settings.put("MILLWRIGHT_OIDC_KEYCLOAK_OWNERS", "operations");
        settings.put("MILLWRIGHT_OIDC_ENTRA_LABEL", "Contoso");
        settings.put("MILLWRIGHT_OIDC_ENTRA_ISSUER", entra.issuerUrl(TENANT).toString());
        settings.put("MILLWRIGHT_OIDC_ENTRA_CLIENT_ID", "millwright");
        settings.put("MILLWRIGHT_OIDC_ENTRA_TENANTS", TENANT);
        settings.put("MILLWRIGHT_OIDC_ENTRA_SUBJECT_CLAIM", "oid");
        settings.put("MILLWRIGHT_OIDC_ENTRA_ROLES", "AML.DataScientist=AzureML Data Scientist, AML.Reader=Reader@main");
        return settings;
    }

    @AfterEach
    void leave() {
        people.forEach(BrowserContext::close);
        people.clear();
    }

    @AfterAll
    void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
        if (server != null) {
            server.close();
        }
        entra.shutdown();
    }

    @Test
    void who_comes_for_the_first_time_becomes_known_and_has_what_their_group_is_given_at_once() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/models.xhtml?q=churn");
        assertThat(page.getByText("Sign in by a link or a token")).isVisible();
        assertThat(page.locator("#token")).isHidden();
        Accessibility.check(page);

        signInAtKeycloak(page, "ada");

        assertThat(page.getByText("You are signed in, but have no role yet")).isVisible();
        assertThat(page.getByText("ask the platform team")).isVisible();
        assertThat(page.getByText("Ada Lovelace")).isVisible();
        assertThat(page.getByText("data-science")).isVisible();
        Accessibility.check(page);
        give("keycloak:group:data-science", "Reader");
        Eventually.see(
                "the group's role holds",
                () -> {
                    page.reload();
                    return page.title();
                },
                title -> title.startsWith("Models"));
        assertThat(page.url()).endsWith("/studio/models.xhtml?q=churn");
        assertThat(page.getByRole(
                        AriaRole.HEADING,
                        new Page.GetByRoleOptions().setName("Models").setExact(true)))
                .isVisible();
    }

    @Test
    void the_configuration_makes_owners_and_signing_out_ends_both_sessions() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/settings.xhtml");
        signInAtKeycloak(page, "grace");
        page.waitForURL("**/studio/settings.xhtml");
        var session = cookie(page);
        assertThat(http.get("/api/v1/tokens", "Cookie", session).statusCode()).isEqualTo(200);
        assertThat(grants("grace")).contains("Owner");

        page.locator("#user-menu summary").click();
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Sign out").setExact(true))
                .click();

        assertThat(page.getByText("Continue with Keycloak")).isVisible();
        assertThat(http.get("/api/v1/tokens", "Cookie", session).statusCode()).isEqualTo(401);
        page.getByText("Continue with Keycloak").click();
        assertThat(page.locator("#username")).isVisible();
    }

    @Test
    void an_account_that_is_closed_at_the_provider_is_refused_there() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/");
        page.getByText("Continue with Keycloak").click();
        enterPassword(page, "closed");

        assertThat(page.locator("body")).containsText("disabled");
        assertThat(known("closed")).isFalse();
    }

    @Test
    void whoever_is_disabled_here_is_told_so() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/");
        signInAtKeycloak(page, "katherine");
        assertThat(page.getByText("You are signed in, but have no role yet")).isVisible();
        update("UPDATE access.principal SET disabled_at = now() WHERE username = 'katherine'");

        Eventually.see(
                "the session no longer counts",
                () -> {
                    page.navigate(server.url() + "/studio/jobs.xhtml");
                    return page.url();
                },
                url -> url.contains("sign-in.xhtml?next="));
        page.getByText("Continue with Keycloak").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("The account 'Katherine Johnson' is disabled");
    }

    @Test
    void a_session_ends_when_the_account_is_closed_or_signed_out_at_the_provider() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/");
        signInAtKeycloak(page, "dorothy");
        var told = cookie(page);

        keycloak.signOut("dorothy");

        Eventually.see(
                "the provider's notice has come",
                () -> http.get("/studio/", "Cookie", told).statusCode(),
                status -> status == 302);

        var again = newPage();
        again.navigate(server.url() + "/studio/");
        signInAtKeycloak(again, "dorothy");
        var asked = cookie(again);
        keycloak.disable("dorothy");
        update("UPDATE access.provider_session SET check_at = now()");

        Eventually.see(
                "the provider was asked",
                () -> http.get("/studio/", "Cookie", asked).statusCode(),
                status -> status == 302);
    }

    @Test
    void a_second_provider_brings_its_own_people_and_their_roles_there_are_roles_here() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/compute.xhtml");

        signInAtEntra(page, """
                {"oid":"oid-of-mary","preferred_username":"mary@contoso.test","name":"Mary Jackson","roles":["AML.DataScientist"],"groups":["1f2e"]}
                """);

        page.waitForURL("**/studio/compute.xhtml");
        assertThat(grants("mary@contoso.test")).containsExactly("AzureML Data Scientist");
        assertThat(page.locator("#user-menu")).containsText("Mary Jackson");
    }

    @Test
    void somebody_with_too_many_groups_is_told_what_is_to_be_done_and_keeps_the_page_they_wanted() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/compute.xhtml");

        signInAtEntra(page, "{\"oid\":\"many\",\"_claim_names\":{\"groups\":\"src1\"}}");

        assertThat(page.getByRole(AriaRole.ALERT))
                .containsText("You are in more groups than Contoso puts into a token");
        assertThat(page.url()).contains("next=%2Fstudio%2Fcompute.xhtml");
    }

    @Test
    void what_comes_back_wrong_is_said_on_the_sign_in_page() throws Exception {
        var departure = http.get("/studio/sign-in/keycloak?next=/studio/jobs.xhtml");
        assertThat(departure.statusCode()).isEqualTo(302);
        var state = parameters(location(departure)).get("state");
        var cookie = departure.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "Secure", "SameSite=Lax", "Path=/", "__Host-");
        var kept = cookie.substring(0, cookie.indexOf(';'));
        var callback = "/studio/sign-in/keycloak/callback?state=" + state;

        assertThat(refusal(http.get(callback + "&code=stolen"))).contains("This browser did not ask for that sign-in");
        assertThat(refusal(http.get(callback.replace("=" + state, "=other") + "&code=c", "Cookie", kept)))
                .contains("This browser did not ask for that sign-in");
        assertThat(refusal(http.get(callback + "x&code=c", "Cookie", kept))).contains("another sign-in");
        assertThat(refusal(http.get(
                        callback + "&error=access_denied&error_description=%3Cb%3Eno%3C%2Fb%3E", "Cookie", kept)))
                .contains("Keycloak did not let you in, or you cancelled: <b>no</b>");
        assertThat(refusal(http.get(callback + "&code=invented", "Cookie", kept)))
                .contains("was used already, or took too long");
        assertThat(refusal(http.get(callback.replace("keycloak", "entra") + "&code=c", "Cookie", kept)))
                .contains("another provider");
        assertThat(refusal(http.get("/studio/sign-in/nobody"))).contains("No identity provider 'nobody'");
        assertThat(http.get("/studio/sign-in/keycloak/elsewhere").statusCode()).isEqualTo(404);
        assertThat(http.postForm("/studio/sign-in/keycloak/signed-out", "logout_token=rubbish")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void nobody_is_led_to_another_host_by_way_of_a_provider() throws Exception {
        var page = newPage();
        page.navigate(server.url() + "/studio/sign-in/entra?next=https://evil.example/");
        answerEntra(page, "{\"oid\":\"careful\",\"roles\":[\"AML.Reader\"]}");

        page.waitForURL(server.url() + "/studio/");
    }

    @Test
    void the_local_administrator_gets_in_whatever_the_providers_do() throws Exception {
        var page = newPage();
        page.navigate(server.signInLink());
        page.waitForURL(STUDIO_PAGE);

        var other = newPage();
        other.navigate(server.url() + "/studio/");
        other.getByText("Sign in by a link or a token").click();
        other.locator("#token").fill(server.token());
        other.getByText("Sign in with token").click();
        other.waitForURL(STUDIO_PAGE);
    }

    @Test
    void a_server_with_a_wrong_setting_does_not_start_and_says_which(@TempDir Path folder) {
        var wrong = Map.of(
                "MILLWRIGHT_OIDC_PROVIDERS", "entra",
                "MILLWRIGHT_OIDC_ENTRA_ISSUER", "https://login.microsoftonline.com/common/v2.0",
                "MILLWRIGHT_OIDC_ENTRA_CLIENT_ID", "millwright");

        assertThatThrownBy(() -> new RunningServer(folder.resolve("data"), wrong))
                .hasMessageContaining("A setting is wrong: MILLWRIGHT_OIDC_ENTRA_TENANTS is needed");
    }

    private Page newPage() {
        var person = browser.person();
        people.add(person);
        return person.newPage();
    }

    private static void signInAtKeycloak(Page page, String username) {
        page.getByText("Continue with Keycloak").click();
        enterPassword(page, username);
        page.waitForURL(STUDIO_PAGE);
    }

    private static void enterPassword(Page page, String username) {
        page.locator("#username").fill(username);
        page.locator("#password").fill(username + "-password");
        page.locator("#kc-login").click();
    }

    private static void signInAtEntra(Page page, String claims) {
        page.getByText("Continue with Contoso").click();
        answerEntra(page, claims);
    }

    private static void answerEntra(Page page, String claims) {
        page.locator("[name=username]").fill("somebody");
        page.locator("[name=claims]").fill(claims);
        page.locator("[type=submit]").click();
    }

    private static String cookie(Page page) {
        return page.context().cookies().stream()
                .filter(cookie -> cookie.name.contains("millwright_session"))
                .map(cookie -> cookie.name + "=" + cookie.value)
                .findFirst()
                .orElseThrow();
    }

    private void give(String principal, String role) throws Exception {
        update("INSERT INTO access.role_assignment (principal, role) VALUES ('%s', '%s')".formatted(principal, role));
    }

    private void update(String sql) throws Exception {
        try (var database = server.database();
                var statement = database.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private boolean known(String username) throws Exception {
        return !texts("SELECT id FROM access.principal WHERE username = '%s'".formatted(username))
                .isEmpty();
    }

    /** The names of the roles that they have through their groups. */
    private List<String> grants(String username) throws Exception {
        return texts("""
                SELECT a.role FROM access.principal p JOIN access.membership m ON m.member = p.id
                JOIN access.role_assignment a ON a.principal = m.grouping WHERE p.username = '%s'
                """.formatted(username));
    }

    private List<String> texts(String sql) throws Exception {
        try (var database = server.database();
                var statement = database.createStatement();
                var rows = statement.executeQuery(sql)) {
            var texts = new ArrayList<String>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    private static URI location(HttpResponse<?> answer) {
        return URI.create(answer.headers().firstValue("location").orElseThrow());
    }

    private static String refusal(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().allValues("set-cookie"))
                .noneMatch(cookie -> cookie.startsWith("__Host-millwright_session=mws_"));
        return parameters(location(answer)).get("refused");
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
