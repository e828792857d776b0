package org.millwright.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.APIRequest;
import com.microsoft.playwright.APIRequestContext;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The studio in a real browser: signing in by a link, finding a run, and seeing its chart. */
@ExtendWith(RunningServer.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StudioIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUN_NAME = "studio-run";
    private static final int POINTS = 20;
    private static final List<String> PAGES = List.of(
            "index.xhtml",
            "jobs.xhtml",
            "experiments.xhtml",
            "models.xhtml",
            "endpoints.xhtml",
            "compute.xhtml",
            "environments.xhtml",
            "schedules.xhtml",
            "webhooks.xhtml",
            "secrets.xhtml",
            "deleted.xhtml",
            "audit.xhtml",
            "settings.xhtml",
            "service-principals.xhtml",
            "tokens.xhtml");

    private final RunningServer server;
    private StudioBrowser browser;
    private BrowserContext context;
    private Page page;
    private String run;
    private final List<String> complaints = new ArrayList<>();

    StudioIT(RunningServer server) {
        this.server = server;
    }

    @BeforeAll
    void open() throws IOException {
        browser = new StudioBrowser();
        run = trackedRun();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @BeforeEach
    void signIn() throws IOException, InterruptedException {
        context = browser.person();
        page = context.newPage();
        page.navigate(server.signInLink());
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
    }

    @AfterEach
    void leave() {
        context.close();
        complaints.clear();
    }

    @Test
    void a_link_opens_the_studio_once() throws IOException, InterruptedException {
        var link = server.signInLink();
        page.navigate(link);
        assertThat(page.locator("h1")).hasText("Home");
        try (var other = browser.person()) {
            var stranger = other.newPage();
            stranger.navigate(link);
            assertThat(stranger.locator("h1")).hasText("Sign in");
            assertThat(stranger.locator("[role=alert]")).containsText("already used");
        }
    }

    @Test
    void who_is_not_signed_in_is_led_to_the_way_in_and_back() {
        try (var other = browser.person()) {
            var stranger = other.newPage();
            stranger.navigate(studio("jobs.xhtml?state=completed"));
            assertThat(stranger.locator("h1")).hasText("Sign in");
            stranger.fill("#token", server.token());
            stranger.click("button[type=submit]");
            assertThat(stranger).hasURL(Pattern.compile(".*/studio/jobs\\.xhtml\\?state=completed"));
        }
    }

    @Test
    void a_run_is_found_in_the_list_and_its_chart_is_drawn() {
        page.navigate(studio("jobs.xhtml"));
        page.fill("form.filter-form input[name=q]", RUN_NAME);
        page.click("form.filter-form button");
        page.click("text=" + RUN_NAME);
        assertThat(page.locator("h1")).hasText(RUN_NAME);
        assertThat(page.locator("#run-head .chip")).hasText("Completed");

        page.click("nav.tabs >> text=Metrics");
        assertThat(page.locator("figure.panel h2")).hasText("loss");
        assertThat(page.locator("figure.panel canvas")).isVisible();
        assertThat(page.locator("figure.panel figcaption")).containsText("last 0.05");
        assertThat(page.locator("li.stat")).containsText("0.97");
        page.click("figure.panel summary");
        assertThat(page.locator("figure.panel tbody tr")).hasCount(POINTS);
        assertThat(complaints).isEmpty();
    }

    @Test
    void the_state_of_a_page_is_in_its_address_and_back_works() {
        page.navigate(studio("run.xhtml?id=" + run + "&tab=metrics"));
        page.click("nav[aria-label='Vertical axis'] >> text=Log");
        assertThat(page).hasURL(Pattern.compile(".*y=log.*"));
        page.goBack();
        assertThat(page).hasURL(Pattern.compile(".*tab=metrics$"));
        assertThat(page.locator("figure.panel canvas")).isVisible();
    }

    @Test
    void what_is_not_there_is_said_in_words_with_the_right_status() {
        var answer = Objects.requireNonNull(page.navigate(studio("run.xhtml?id=no-such-run")));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(page.locator("main")).containsText("No run 'no-such-run'");
        assertThat(page.content()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    @Test
    void a_token_is_shown_once_and_revoked_after_one_question() {
        page.navigate(studio("tokens.xhtml"));
        page.click("text=New token");
        page.fill("#tokenName", "studio test");
        page.click("text=Make token");
        assertThat(page.locator("#newToken pre").first()).containsText("mwt_");
        page.reload();
        assertThat(page.locator("#newToken")).isEmpty();

        var row = page.locator("tr", new Page.LocatorOptions().setHasText("studio test"));
        row.locator("button").click();
        page.click("text=Revoke token");
        assertThat(row.locator(".chip")).hasText("Revoked");
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void pages_meet_the_rules_of_accessibility(ColorScheme theme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
        var all = new ArrayList<>(PAGES);
        for (var tab : List.of("", "&tab=metrics", "&tab=files")) {
            all.add("run.xhtml?id=" + run + tab);
        }
        for (var address : all) {
            page.navigate(studio(address));
            assertThat(page.locator("main")).isVisible();
            Accessibility.check(page);
        }
        assertThat(complaints).isEmpty();
    }

    private String studio(String address) {
        return server.url() + "/studio/" + address;
    }

    /** A run as an MLflow client tracks it: one metric over steps, one single value. */
    private String trackedRun() throws IOException {
        var api = browser.request()
                .newContext(new APIRequest.NewContextOptions()
                        .setIgnoreHTTPSErrors(true)
                        .setBaseURL(server.url())
                        .setExtraHTTPHeaders(Map.of("Authorization", "Bearer " + server.token())));
        var begin = System.currentTimeMillis();
        var id = post(api, "runs/create", Map.of("experiment_id", "0", "run_name", RUN_NAME, "start_time", begin))
                .at("/run/info/run_id")
                .asText();
        var metrics = new ArrayList<Map<String, Object>>();
        for (var step = 0; step < POINTS; step++) {
            var loss = step == POINTS - 1 ? 0.05 : 1.0 / (step + 1);
            metrics.add(Map.of("key", "loss", "value", loss, "timestamp", begin + step, "step", step));
        }
        metrics.add(Map.of("key", "accuracy", "value", 0.97, "timestamp", begin, "step", 0));
        post(api, "runs/log-batch", Map.of("run_id", id, "metrics", metrics));
        post(api, "runs/update", Map.of("run_id", id, "status", "FINISHED", "end_time", begin + POINTS));
        return id;
    }

    private static JsonNode post(APIRequestContext api, String call, Object body) throws IOException {
        var answer = api.post("/api/2.0/mlflow/" + call, RequestOptions.create().setData(body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
