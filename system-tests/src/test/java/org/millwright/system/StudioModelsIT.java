package org.millwright.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The studio's model pages in a real browser: promoting, approving, rolling back, comparing and tracing. */
@ExtendWith(RunningServer.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StudioModelsIT {

    private final RunningServer server;
    private final TrustingHttp http;
    private final String model = "studio-model-" + UUID.randomUUID().toString().substring(0, 8);
    private StudioBrowser browser;
    private BrowserContext context;
    private Page page;
    private String asker;

    StudioModelsIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @BeforeAll
    void open() throws Exception {
        browser = new StudioBrowser();
        asker = People.add(server, "studio-asker", "Contributor");
        mlflow("registered-models/create", "{\"name\":\"%s\"}".formatted(model));
        for (var accuracy : List.of(0.9, 0.95)) {
            var run = json(mlflow("runs/create", "{\"experiment_id\":\"0\",\"start_time\":1}"))
                    .at("/run/info/run_id")
                    .asText();
            mlflow(
                    "runs/log-batch",
                    "{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"accuracy\",\"value\":%s,\"timestamp\":1,\"step\":0}]}"
                            .formatted(run, accuracy));
            mlflow(
                    "runs/log-inputs",
                    "{\"run_id\":\"%s\",\"datasets\":[{\"dataset\":{\"name\":\"rows\",\"digest\":\"%s\",\"source_type\":\"local\",\"source\":\"rows.csv\"}}]}"
                            .formatted(run, model.substring(model.length() - 8)));
            mlflow(
                    "model-versions/create",
                    "{\"name\":\"%s\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(model, run, run));
        }
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @BeforeEach
    void signIn() throws Exception {
        context = browser.person();
        page = context.newPage();
        page.navigate(server.signInLink());
    }

    @AfterEach
    void leave() {
        context.close();
    }

    @Test
    void a_version_is_promoted_in_two_clicks_and_rolled_back_after_one_question() throws Exception {
        for (var version : List.of("1", "2")) {
            page.navigate(studio("model.xhtml?name=" + model + "&version=" + version));
            page.click("button:has-text('Promote')");
            page.selectOption("#promoteTarget", "Staging");
            page.fill("#promoteComment", "of the test " + version);
            page.click("#promote-dialog button.primary");
            assertThat(page.locator("#messages")).containsText("Promoted to Staging");
            assertThat(page.locator("#modelFacts .chip")).hasText("Staging");
        }
        assertThat(page.locator("#historyCard")).containsText("of the test 2");

        page.click("#historyCard button:has-text('Roll back Staging')");
        page.click("#rollback-dialog button.danger");

        assertThat(page.locator("#messages")).containsText("Rolled back");
        assertThat(page.locator("#historyCard li").first()).containsText("came back to Staging from v2");
        assertThat(page.locator("#versionList li:has-text('v1') .chip")).hasText("Staging");
    }

    @Test
    void what_waits_for_the_reader_is_approved_with_a_comment_in_two_clicks() throws Exception {
        http.putJson(
                api("models/" + model + "/policies/Production"),
                "{\"needed\":1,\"approvers\":[\"admin\"]}",
                bearer(server.token()));
        // The versions are the administrator's own, so that one of somebody else has to be approved.
        var run = json(http.postJson(
                        "/api/2.0/mlflow/runs/create", "{\"experiment_id\":\"0\",\"start_time\":1}", bearer(asker)))
                .at("/run/info/run_id")
                .asText();
        var author = People.add(server, "studio-author", "Contributor");
        var version = json(http.postJson(
                        "/api/2.0/mlflow/model-versions/create",
                        "{\"name\":\"%s\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(model, run, run),
                        bearer(author)))
                .at("/model_version/version")
                .asText();
        http.postJson(
                api("models/" + model + "/versions/" + version + "/promote"),
                "{\"to\":\"Production\",\"comment\":\"please\"}",
                bearer(asker));

        page.navigate(studio("models.xhtml"));
        var row = page.locator("#inbox li", new Page.LocatorOptions().setHasText(model));
        assertThat(row).containsText("please");
        row.locator("button:has-text('Approve')").click();
        page.fill("#approveComment", "looked at it");
        page.click("#approve-dialog button.primary");

        assertThat(page.locator("#messages")).containsText("Approved");
        assertThat(row).hasCount(0);
        page.navigate(studio("model.xhtml?name=" + model + "&version=" + version));
        assertThat(page.locator("#modelFacts .chip")).hasText("Production");
        assertThat(page.locator("#requestsCard")).containsText("looked at it");
    }

    @Test
    void two_versions_are_compared_and_the_way_from_the_data_is_drawn() {
        page.navigate(studio("model.xhtml?name=" + model + "&version=2"));
        assertThat(page.locator("td.best")).containsText("0.95");
        page.navigate(studio("model-compare.xhtml?name=" + model + "&version=2&with=1"));
        assertThat(page.locator("section[aria-label=Metrics]")).containsText("accuracy");

        page.navigate(studio("lineage.xhtml?of=model:" + model + ":1"));
        assertThat(page.locator("svg.lineage-drawing a")).hasCount(3);
        assertThat(page.locator("table")).containsText("rows");
    }

    @Test
    void a_version_and_then_its_model_are_deleted_after_one_question_each() throws Exception {
        var doomed = "doomed-" + UUID.randomUUID().toString().substring(0, 8);
        mlflow("registered-models/create", "{\"name\":\"%s\"}".formatted(doomed));
        for (var description : List.of("first", "second")) {
            var run = json(mlflow("runs/create", "{\"experiment_id\":\"0\",\"start_time\":1}"))
                    .at("/run/info/run_id")
                    .asText();
            mlflow(
                    "model-versions/create",
                    "{\"name\":\"%s\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\",\"description\":\"%s\"}"
                            .formatted(doomed, run, run, description));
        }

        page.navigate(studio("model.xhtml?name=" + doomed + "&version=1"));
        page.click("[aria-label='Delete version 1']");
        page.click("#delete-version-dialog button.danger");
        assertThat(page.locator("#versionList li")).hasCount(1);
        assertThat(page.locator("h1")).hasText(doomed + " v2");

        page.click("button:has-text('Delete model')");
        page.click("#delete-dialog button.danger");
        page.waitForURL("**/models.xhtml*");
        assertThat(page.locator("main")).not().containsText(doomed);
        page.navigate(studio("deleted.xhtml"));
        assertThat(page.locator("main")).containsText(doomed);
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void the_pages_meet_the_rules_of_accessibility(ColorScheme theme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
        for (var address : List.of(
                "models.xhtml",
                "model.xhtml?name=" + model,
                "model-compare.xhtml?name=" + model + "&version=2&with=1",
                "lineage.xhtml?of=model:" + model + ":1")) {
            page.navigate(studio(address));
            assertThat(page.locator("main")).isVisible();
            Accessibility.check(page);
        }
    }

    private HttpResponse<String> mlflow(String call, String body) throws Exception {
        var answer = http.postJson("/api/2.0/mlflow/" + call, body, bearer(server.token()));
        Assertions.assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static String api(String path) {
        return "/api/v1/workspaces/main/" + path;
    }

    private String studio(String address) {
        return server.url() + "/studio/" + address;
    }
}
