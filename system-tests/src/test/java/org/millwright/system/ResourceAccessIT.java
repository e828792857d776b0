package org.millwright.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.millwright.system.People.Held;

/** What people can do who hold roles on single resources, or in one workspace only: on both APIs and in the studio. */
@ExtendWith(RunningServer.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResourceAccessIT {
    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String MAIN = "/api/v1/workspaces/main/";

    private final RunningServer server;
    private final TrustingHttp http;
    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final String team = "team-" + unique;
    private final String open = "open-" + unique;
    private final String secret = "secret-" + unique;
    private String openExperiment;
    private String secretExperiment;
    private String openRun;
    private String secretRun;

    /** Works on one experiment and one model. */
    private String ada;

    /** Works on everything but one experiment and one model. */
    private String ben;

    /** Reads one workspace. */
    private String cleo;

    /** Reads everything and works on one experiment. */
    private String dan;

    private StudioBrowser browser;

    ResourceAccessIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @BeforeAll
    void two_of_each_and_people_with_roles() throws Exception {
        browser = new StudioBrowser();
        openExperiment = experiment(open);
        secretExperiment = experiment(secret);
        openRun = run(openExperiment);
        secretRun = run(secretExperiment);
        for (var model : List.of(open, secret)) {
            made(admin("registered-models/create", "{\"name\":\"%s\"}".formatted(model)));
            made(admin("model-versions/create", version(model, model.equals(open) ? openRun : secretRun)));
        }
        made(http.postJson("/api/v1/workspaces", "{\"name\":\"%s\"}".formatted(team), bearer(server.token())));
        ada = People.add(
                server,
                "ada-" + unique,
                Held.on("main", "EXPERIMENT", openExperiment, "AzureML Data Scientist"),
                Held.on("main", "MODEL", open, "AzureML Registry User"));
        ben = People.add(
                server,
                "ben-" + unique,
                Held.in("main", "Contributor"),
                Held.denied("main", "EXPERIMENT", secretExperiment, "Reader"),
                Held.denied("main", "MODEL", secret, "Reader"));
        cleo = People.add(server, "cleo-" + unique, Held.in(team, "Reader"));
        dan = People.add(
                server,
                "dan-" + unique,
                Held.in("main", "Reader"),
                Held.on("main", "EXPERIMENT", openExperiment, "AzureML Data Scientist"));
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    void a_search_finds_the_one_experiment_that_somebody_holds_a_role_on() throws Exception {
        var found = json(get(MLFLOW + "experiments/search?max_results=1", ada));

        assertThat(names(found.get("experiments"), "name")).containsExactly(open);
        assertThat(found.path("next_page_token").asText()).isEmpty();
        assertThat(names(json(get(MAIN + "experiments", ada)).get("items"), "name"))
                .containsExactly(open);
        assertThat(names(json(get(MAIN + "export/experiments", ada)).get("items"), "name"))
                .containsExactly(open);
    }

    @Test
    void what_they_hold_no_role_on_looks_like_what_is_not_there() throws Exception {
        for (var token : List.of(ada, ben)) {
            assertSameAsMissing(MLFLOW + "experiments/get?experiment_id=", secretExperiment, "987654321", token);
            assertSameAsMissing(MLFLOW + "experiments/get-by-name?experiment_name=", secret, "no-such", token);
            assertSameAsMissing(MLFLOW + "runs/get?run_id=", secretRun, "0".repeat(32), token);
            assertSameAsMissing(MLFLOW + "artifacts/list?run_id=", secretRun, "0".repeat(32), token);
            assertSameAsMissing(MLFLOW + "registered-models/get?name=", secret, "no-such", token);
            assertSameAsMissing(MLFLOW + "model-versions/get?version=1&name=", secret, "no-such", token);
            assertSameAsMissing(MAIN + "jobs/", secretRun, "0".repeat(32), token);
            assertSameAsMissing(MAIN + "models/", secret, "no-such", token);
            assertSameAsMissing(MAIN + "lineage?of=run:", secretRun, "0".repeat(32), token);
        }
        var metrics = get(MAIN + "export/runs/" + secretRun + "/metrics", ada);
        assertThat(metrics.statusCode()).isEqualTo(404);
        var logged = http.postJson(
                MLFLOW + "runs/log-metric",
                "{\"run_id\":\"%s\",\"key\":\"loss\",\"value\":1,\"timestamp\":1}".formatted(secretRun),
                bearer(ada));
        assertThat(logged.statusCode()).isEqualTo(404);
        assertThat(json(logged).get("error_code").asText()).isEqualTo("RESOURCE_DOES_NOT_EXIST");
        var uploaded = http.send(
                "PUT",
                "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/a.txt".formatted(secretExperiment, secretRun),
                "planted",
                bearer(ada));
        assertThat(uploaded.statusCode()).isEqualTo(404);
    }

    @Test
    void who_may_read_it_but_not_change_it_is_told_which_permission_is_missing_on_what() throws Exception {
        var logged = http.postJson(
                MLFLOW + "runs/set-tag",
                "{\"run_id\":\"%s\",\"key\":\"a\",\"value\":\"b\"}".formatted(secretRun),
                bearer(dan));
        assertThat(logged.statusCode()).as(logged.body()).isEqualTo(403);
        assertThat(json(logged).get("error_code").asText()).isEqualTo("PERMISSION_DENIED");
        assertThat(json(logged).get("message").asText())
                .contains("EXPERIMENT_WRITE", "experiment '%s'".formatted(secretExperiment));

        var deleted = http.send("DELETE", MAIN + "jobs/" + secretRun, null, bearer(dan));
        assertThat(deleted.statusCode()).isEqualTo(403);
        assertThat(json(deleted).get("detail").asText())
                .contains("EXPERIMENT_WRITE", "experiment '%s'".formatted(secretExperiment));

        assertThat(get(MLFLOW + "runs/get?run_id=" + secretRun, dan).statusCode())
                .isEqualTo(200);
    }

    @Test
    void they_work_on_what_is_theirs_and_make_nothing_else() throws Exception {
        var begun = http.postJson(
                MLFLOW + "runs/create", "{\"experiment_id\":\"%s\"}".formatted(openExperiment), bearer(ada));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        var own = json(begun).at("/run/info/run_id").asText();
        made(http.postJson(
                MLFLOW + "runs/log-metric",
                "{\"run_id\":\"%s\",\"key\":\"loss\",\"value\":1,\"timestamp\":1}".formatted(own),
                bearer(ada)));
        made(http.postJson(MLFLOW + "model-versions/create", version(open, own), bearer(ada)));

        assertForbidden(http.postJson(MLFLOW + "experiments/create", "{\"name\":\"more\"}", bearer(ada)));
        assertForbidden(http.postJson(MLFLOW + "registered-models/create", "{\"name\":\"more\"}", bearer(ada)));
        assertForbidden(http.postJson(
                MLFLOW + "registered-models/rename",
                "{\"name\":\"%s\",\"new_name\":\"more\"}".formatted(open),
                bearer(ada)));
        assertThat(http.postJson(MAIN + "endpoints", "{\"name\":\"more\"}", bearer(ada))
                        .statusCode())
                .isEqualTo(403);
        assertThat(get(MAIN + "export/snapshots/" + "a".repeat(64), ada).statusCode())
                .isEqualTo(403);
        assertThat(http.postJson(
                                MLFLOW + "runs/create",
                                "{\"experiment_id\":\"%s\"}".formatted(secretExperiment),
                                bearer(ada))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_denial_on_one_leaves_everything_else() throws Exception {
        var both = http.postJson(
                MLFLOW + "runs/search",
                "{\"experiment_ids\":[\"%s\",\"%s\"]}".formatted(openExperiment, secretExperiment),
                bearer(ben));
        assertThat(both.body()).contains(openRun).doesNotContain(secretRun);
        var jobs = get(MAIN + "jobs?size=1000", ben);
        assertThat(jobs.body()).contains(openRun).doesNotContain(secretRun);
        var versions = get(MLFLOW + "model-versions/search?max_results=1000", ben);
        assertThat(versions.body()).contains(open).doesNotContain(secret);
        assertThat(http.postJson(
                                MLFLOW + "experiments/create",
                                "{\"name\":\"of-ben-%s\"}".formatted(unique),
                                bearer(ben))
                        .statusCode())
                .isEqualTo(200);
        // A name is taken for everybody.
        var taken = http.postJson(MLFLOW + "experiments/create", "{\"name\":\"%s\"}".formatted(secret), bearer(ben));
        assertThat(json(taken).get("error_code").asText()).isEqualTo("RESOURCE_ALREADY_EXISTS");
    }

    @Test
    void pages_are_full_however_much_lies_between_that_is_hidden() throws Exception {
        var mine = List.of(experiment("page-a-" + unique), experiment("page-c-" + unique));
        experiment("page-b-" + unique);
        var fay = People.add(
                server,
                "fay-" + unique,
                Held.on("main", "EXPERIMENT", mine.get(0), "Reader"),
                Held.on("main", "EXPERIMENT", mine.get(1), "Reader"));

        var first = json(get(MLFLOW + "experiments/search?max_results=1&order_by=name", fay));
        var token = first.get("next_page_token").asText();
        var second = json(get(MLFLOW + "experiments/search?max_results=1&order_by=name&page_token=" + token, fay));

        assertThat(names(first.get("experiments"), "experiment_id")).containsExactly(mine.get(0));
        assertThat(names(second.get("experiments"), "experiment_id")).containsExactly(mine.get(1));
        assertThat(second.path("next_page_token").asText()).isEmpty();
    }

    @Test
    void the_workspaces_are_those_that_they_hold_a_role_in() throws Exception {
        assertThat(names(json(get("/api/v1/workspaces", cleo)).get("items"), "name"))
                .containsExactly(team);
        assertThat(names(json(get("/api/v1/workspaces", ada)).get("items"), "name"))
                .containsExactly("main");
        assertThat(get(MAIN + "jobs", cleo).statusCode()).isEqualTo(403);
        assertThat(get("/api/v1/workspaces/" + team + "/jobs", cleo).statusCode())
                .isEqualTo(200);
        assertThat(get(MAIN + "compute", ada).statusCode()).isEqualTo(403);
    }

    @Test
    void the_studio_shows_what_is_shared_and_says_why_it_shows_no_more() throws Exception {
        try (var context = signedIn(ada)) {
            var page = context.newPage();
            assertThat(visit(page, "")).isEqualTo(200);
            assertThat(page.locator("h1")).hasText("Home");
            var shared = page.locator("section", new Page.LocatorOptions().setHasText("Shared with you"))
                    .first();
            assertThat(shared).containsText(open);
            assertThat(page.locator("nav.sidebar a[href='models.xhtml']")).isVisible();
            assertThat(page.locator("nav.sidebar a[href='compute.xhtml']")).hasCount(0);
            assertThat(page.locator("#workspace-menu")).hasCount(0);

            assertThat(visit(page, "experiments.xhtml")).isEqualTo(200);
            assertThat(page.locator("main")).containsText(open);
            assertThat(page.locator("main")).not().containsText(secret);
            assertThat(visit(page, "jobs.xhtml")).isEqualTo(200);
            assertThat(visit(page, "run.xhtml?id=" + openRun)).isEqualTo(200);
            assertThat(visit(page, "model.xhtml?name=" + open)).isEqualTo(200);
            assertThat(visit(page, "deleted.xhtml")).isEqualTo(200);

            assertThat(visit(page, "run.xhtml?id=" + secretRun)).isEqualTo(404);
            assertThat(visit(page, "model.xhtml?name=" + secret)).isEqualTo(404);
            for (var closed : List.of("compute", "endpoints", "schedules", "webhooks", "audit")) {
                assertThat(visit(page, closed + ".xhtml")).as(closed).isEqualTo(403);
                assertThat(page.locator("h1")).hasText("You may not do that");
                assertThat(page.locator("main")).containsText("holds no role with");
            }
        }
    }

    @Test
    void in_the_studio_a_button_that_is_not_theirs_is_not_there() throws Exception {
        try (var context = signedIn(dan)) {
            var page = context.newPage();
            assertThat(visit(page, "run.xhtml?id=" + openRun)).isEqualTo(200);
            assertThat(page.locator("[data-open='delete-dialog']")).hasCount(1);
            assertThat(visit(page, "run.xhtml?id=" + secretRun)).isEqualTo(200);
            assertThat(page.locator("[data-open='delete-dialog']")).hasCount(0);
        }
    }

    @Test
    void who_holds_a_role_in_another_workspace_alone_comes_to_that_one() throws Exception {
        try (var context = signedIn(cleo)) {
            var page = context.newPage();
            assertThat(visit(page, "")).isEqualTo(200);
            assertThat(page.locator(".topbar .workspace")).containsText(team);
            assertThat(visit(page, "models.xhtml")).isEqualTo(200);
            assertThat(visit(page, "index.xhtml?workspace=main")).isEqualTo(403);
            assertThat(visit(page, "index.xhtml?workspace=no-such-team")).isEqualTo(403);
            assertThat(visit(page, "settings.xhtml")).isEqualTo(200);
        }
    }

    @Test
    void the_workspace_is_switched_and_a_form_stays_with_the_one_it_was_shown_for() throws Exception {
        try (var context = signedIn(server.token())) {
            var page = context.newPage();
            visit(page, "");
            page.locator("#workspace-menu > summary").click();
            page.locator("#workspace-menu a", new Page.LocatorOptions().setHasText(team))
                    .click();
            assertThat(page.locator(".topbar .workspace")).containsText(team);
            assertThat(visit(page, "experiments.xhtml")).isEqualTo(200);
            assertThat(page.locator("main")).not().containsText(open);

            visit(page, "settings.xhtml");
            var other = context.newPage();
            visit(other, "index.xhtml?workspace=main");
            page.locator("#days").fill("41");
            page.locator("#keepForever").setChecked(false);
            page.locator("#settingsForm button", new Page.LocatorOptions().setHasText("Save"))
                    .click();
            assertThat(page.locator("p.notice")).containsText("aved");

            assertThat(retentionDays(team)).isEqualTo(41);
            assertThat(retentionDays("main")).isNotEqualTo(41);
        }
    }

    private int retentionDays(String workspace) throws Exception {
        return json(get("/api/v1/workspaces/" + workspace, server.token()))
                .at("/settings/retention_days")
                .asInt();
    }

    /** @return the status of the page */
    private int visit(Page page, String path) {
        return page.navigate(server.url() + "/studio/" + path).status();
    }

    private BrowserContext signedIn(String token) {
        var context = browser.person();
        var page = context.newPage();
        page.navigate(server.url() + "/studio/sign-in.xhtml");
        page.locator("#token").fill(token);
        page.getByText("Sign in with token").click();
        assertThat(page.locator("h1")).hasText("Home");
        page.close();
        return context;
    }

    private void assertSameAsMissing(String path, String hidden, String missing, String token) throws Exception {
        var one = get(path + hidden, token);
        var other = get(path + missing, token);
        assertThat(one.statusCode()).as(path + ": " + one.body()).isEqualTo(404);
        assertThat(one.body().replace(hidden, missing)).isEqualTo(other.body());
    }

    private void assertForbidden(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(json(answer).get("error_code").asText()).isEqualTo("PERMISSION_DENIED");
    }

    private static List<String> names(JsonNode items, String field) {
        var names = new ArrayList<String>();
        items.forEach(item -> names.add(item.get(field).asText()));
        return names;
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return http.get(path, bearer(token));
    }

    private HttpResponse<String> admin(String operation, String body) throws Exception {
        return http.postJson(MLFLOW + operation, body, bearer(server.token()));
    }

    private static HttpResponse<String> made(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return answer;
    }

    private static String version(String model, String run) {
        return "{\"name\":\"%s\",\"run_id\":\"%s\",\"source\":\"runs:/%s/model\"}".formatted(model, run, run);
    }

    private String experiment(String name) throws Exception {
        return json(made(admin("experiments/create", "{\"name\":\"%s\"}".formatted(name))))
                .get("experiment_id")
                .asText();
    }

    private String run(String experiment) throws Exception {
        var run = json(made(admin("runs/create", "{\"experiment_id\":\"%s\"}".formatted(experiment))))
                .at("/run/info/run_id")
                .asText();
        made(admin("runs/update", "{\"run_id\":\"%s\",\"status\":\"FINISHED\"}".formatted(run)));
        return run;
    }
}
