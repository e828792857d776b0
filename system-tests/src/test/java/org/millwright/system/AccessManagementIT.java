package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** People, groups and roles, managed by API and by command on a running server, from the first link to the audit trail. */
@ExtendWith(RunningServer.Provider.class)
class AccessManagementIT {
    private static final String ASSIGNMENTS = "role-assignments";
    private static final String MODELS = "/api/v1/workspaces/main/models";

    private final RunningServer server;
    private final TrustingHttp http;
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);

    AccessManagementIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @Test
    void a_person_is_made_gets_in_by_a_link_and_works_as_soon_as_a_role_is_given() throws Exception {
        var ana = "ana-" + suffix + "@example.org";
        command("principal", "create", ana, "--display-name", "Ana Lima");
        var link = URI.create(command("principal", "link", ana).strip());
        var session =
                http.postForm("/studio/sign-in", link.getQuery()).headers().firstValue("set-cookie");
        assertThat(session).isPresent();
        var cookie = session.get().split(";")[0];
        assertThat(http.get(MODELS, "Cookie", cookie).statusCode()).isEqualTo(403);

        assertThat(command("access", "give", "--role", "Reader", "--to", ana)).contains("allow", "workspace main");
        assertThat(http.get(MODELS, "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(command("access", "why", ana, "MODEL_WRITE"))
                // The weakest role that would do; other tests of this server make some of their own.
                .contains("'Ana Lima' may not register and change models on workspace 'main'")
                .containsPattern("What would allow it: Give them the role '[^']+' on workspace 'main'");

        command("access", "deny", "--role", "AzureML Registry User", "--to", ana);
        assertThat(http.get(MODELS, "Cookie", cookie).statusCode()).isEqualTo(403);
        assertThat(command("access", "why", ana, "models.list")).contains("denies it, and a denial wins");

        command("access", "take", "--role", "AzureML Registry User", "--from", ana);
        assertThat(http.get(MODELS, "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(json(http.get("/api/v1/me", "Cookie", cookie))
                        .at("/assignments/0/role")
                        .asText())
                .isEqualTo("Reader");

        command("principal", "disable", ana);
        assertThat(http.get(MODELS, "Cookie", cookie).statusCode()).isEqualTo(401);
        command("principal", "delete", ana);
        assertThat(get("principals/" + ana).statusCode()).isEqualTo(404);
    }

    @Test
    void a_group_gives_what_it_holds_to_whoever_is_in_it_and_the_audit_trail_tells() throws Exception {
        var team = "team-" + suffix;
        var bob = "bob-" + suffix;
        command("group", "create", team, "--display-name", "The team");
        command("principal", "create", bob);
        var token = People.token(server, bob);
        command("access", "give", "--role", "Contributor", "--to", team, "--whole-server");
        command("group", "add", team, bob);
        assertThat(http.get(MODELS, bearer(token)).statusCode()).isEqualTo(200);
        assertThat(command("principal", "show", bob)).contains("The team", "Contributor", "whole server");
        assertThat(command("group", "members", team)).contains(bob);

        command("group", "remove", team, bob);
        assertThat(http.get(MODELS, bearer(token)).statusCode()).isEqualTo(403);

        assertTold("role assignment", team, "Contributor", List.of("CREATE"));
        assertTold("membership", bob, team, List.of("CREATE", "DELETE"));
        command("group", "delete", team);
        assertTold("role assignment", team, "Contributor", List.of("CREATE", "DELETE"));
        command("principal", "delete", bob);
    }

    @Test
    void a_role_of_the_team_is_made_changed_and_deleted() throws Exception {
        var role = "Approver " + suffix;
        assertThat(command("role", "permissions")).contains("MODEL_APPROVE", "approve promotions of models");
        assertThat(command("role", "create", role, "--permission", "WORKSPACE_READ,MODEL_READ"))
                .contains("read models");
        assertThat(command("role", "update", role, "--add", "MODEL_APPROVE", "--remove", "MODEL_READ"))
                .contains("MODEL_APPROVE")
                .doesNotContain("MODEL_READ");
        assertThat(server.command("role", "create", role, "--permission", "MODEL_READ")
                        .exitCode())
                .isEqualTo(3);
        make("user", "held-" + suffix);
        give(role, "held-" + suffix, "{\"on\": \"server\"}");
        assertThat(server.command("role", "delete", role).errors()).contains("held by somebody");
        delete("principals/" + "held-" + suffix);
        command("role", "delete", role);
        assertThat(command("role", "list")).contains("AzureML Data Scientist").doesNotContain(role);
        assertThat(server.command("role", "delete", "Owner").errors()).contains("built-in roles stay");
    }

    @Test
    void whoever_owns_one_workspace_manages_that_one_and_rises_by_no_way() throws Exception {
        var eve = "eve-" + suffix;
        var strong = "strong-" + suffix;
        make("user", eve);
        make("group", strong);
        give("Owner", eve, "{\"on\": \"workspace\", \"workspace\": \"main\"}");
        give("Contributor", strong, "{\"on\": \"server\"}");
        var token = People.token(server, eve);

        var onServer = "{\"principal\": \"%s\", \"role\": \"Reader\", \"scope\": {\"on\": \"server\"}}".formatted(eve);
        assertForbidden(http.postJson("/api/v1/" + ASSIGNMENTS, onServer, bearer(token)));
        assertForbidden(http.send("PUT", "/api/v1/principals/" + strong + "/members/" + eve, null, bearer(token)));
        assertForbidden(http.postJson("/api/v1/principals/admin/sign-in-links", "", bearer(token)));
        assertForbidden(http.send("DELETE", "/api/v1/principals/" + strong, null, bearer(token)));

        var inMain =
                "{\"principal\": \"%s\", \"role\": \"Reader\", \"scope\": {\"on\": \"workspace\", \"workspace\": \"main\"}}"
                        .formatted(strong);
        assertThat(http.postJson("/api/v1/" + ASSIGNMENTS, inMain, bearer(token))
                        .statusCode())
                .isEqualTo(201);
        for (var assignment : items(http.get("/api/v1/" + ASSIGNMENTS, bearer(token)))) {
            assertThat(assignment.at("/scope/workspace").asText()).isEqualTo("main");
        }
        delete("principals/" + eve);
        delete("principals/" + strong);
    }

    @Test
    void the_administrator_who_breaks_the_glass_is_never_locked_out() throws Exception {
        var owner = "owner-" + suffix;
        var group = "all-" + suffix;
        make("user", owner);
        make("group", group);
        give("Owner", owner, "{\"on\": \"server\"}");
        var token = People.token(server, owner);
        var admins = items(get(ASSIGNMENTS + "?principal=admin&on=server"));

        for (var attempt : List.of(
                http.send("DELETE", "/api/v1/principals/admin", null, bearer(token)),
                http.send("PUT", "/api/v1/principals/" + group + "/members/admin", null, bearer(token)),
                patch("principals/admin", "{\"disabled\": true}", token),
                http.postJson(
                        "/api/v1/" + ASSIGNMENTS,
                        "{\"principal\": \"admin\", \"role\": \"Owner\", \"effect\": \"deny\", \"scope\": {\"on\": \"server\"}}",
                        bearer(token)),
                http.send(
                        "DELETE",
                        "/api/v1/" + ASSIGNMENTS + "/"
                                + admins.getFirst().path("id").asText(),
                        null,
                        bearer(token)))) {
            assertThat(attempt.statusCode()).as(attempt.body()).isEqualTo(400);
        }
        assertThat(get("principals/admin").statusCode()).isEqualTo(200);
        delete("principals/" + owner);
        delete("principals/" + group);
    }

    @Test
    void what_is_wrong_in_a_request_is_named_with_its_place() throws Exception {
        assertInvalid("role", "{\"principal\": \"admin\", \"role\": \"Nothing\", \"scope\": {\"on\": \"server\"}}");
        assertInvalid(
                "principal", "{\"principal\": \"nobody-here\", \"role\": \"Reader\", \"scope\": {\"on\": \"server\"}}");
        assertInvalid(
                "effect",
                "{\"principal\": \"admin\", \"role\": \"Reader\", \"effect\": \"maybe\", \"scope\": {\"on\": \"server\"}}");
        assertInvalid("scope", "{\"principal\": \"admin\", \"role\": \"Reader\"}");
        assertInvalid(
                "scope.on",
                "{\"principal\": \"admin\", \"role\": \"Reader\", \"scope\": {\"on\": \"moon\", \"workspace\": \"main\"}}");
        assertInvalid(
                "scope.workspace",
                "{\"principal\": \"admin\", \"role\": \"Reader\", \"scope\": {\"on\": \"workspace\", \"workspace\": \"nowhere\"}}");
        assertInvalid(
                "scope.workspace",
                "{\"principal\": \"admin\", \"role\": \"Reader\", \"scope\": {\"on\": \"server\", \"workspace\": \"main\"}}");
        assertInvalid(
                "scope.resource",
                "{\"principal\": \"admin\", \"role\": \"Reader\", \"scope\": {\"on\": \"model\", \"workspace\": \"main\", \"resource\": \"nothing\"}}");
        var question = get("principals/admin/why?permission=FLY&on=server");
        assertThat(question.statusCode()).isEqualTo(400);
        assertThat(json(question).path("field").asText()).isEqualTo("permission");
        assertThat(get("principals/admin/why?permission=PURGE").statusCode()).isEqualTo(400);
        assertThat(json(get("principals/admin/why?operation=workspaces.create"))
                        .at("/scope/on")
                        .asText())
                .isEqualTo("server");
    }

    private void assertInvalid(String field, String body) throws Exception {
        var answer = http.postJson("/api/v1/" + ASSIGNMENTS, body, bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).path("field").asText()).as(answer.body()).isEqualTo(field);
    }

    /** The oldest first. */
    private void assertTold(String kind, String resource, String part, List<String> actions) throws Exception {
        var told = items(get("audit?kind=%s&resource=%s&part=%s"
                .formatted(kind.replace(" ", "%20"), resource, URLEncoder.encode(part, StandardCharsets.UTF_8))));
        assertThat(told.reversed())
                .allSatisfy(
                        entry -> assertThat(entry.path("principal").asText()).isEqualTo("admin"))
                .extracting(entry -> entry.path("action").asText())
                .isEqualTo(actions);
    }

    private void make(String kind, String id) throws Exception {
        var answer = http.postJson(
                "/api/v1/principals", "{\"id\": \"%s\", \"kind\": \"%s\"}".formatted(id, kind), bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private void give(String role, String to, String scope) throws Exception {
        var answer = http.postJson(
                "/api/v1/" + ASSIGNMENTS,
                "{\"principal\": \"%s\", \"role\": \"%s\", \"scope\": %s}".formatted(to, role, scope),
                bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private void delete(String path) throws Exception {
        var answer = http.send("DELETE", "/api/v1/" + path, null, bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private String command(String... arguments) throws Exception {
        return server.command(arguments).requireSuccess().output();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.get("/api/v1/" + path, bearer(server.token()));
    }

    private HttpResponse<String> patch(String path, String body, String token) throws Exception {
        return http.send(
                "PATCH",
                "/api/v1/" + path,
                body,
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json");
    }

    private static List<JsonNode> items(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).path("items").valueStream().toList();
    }

    private static void assertForbidden(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(json(answer).path("detail").asText()).startsWith("You may not ");
    }
}
