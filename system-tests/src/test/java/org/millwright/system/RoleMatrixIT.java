package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.millwright.access.Permission;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Public;
import org.millwright.wire.http.Requires;
import org.millwright.wire.mlflow.MlflowClientApplication;

/**
 * Every operation as every role on every wire of a running server: refused, in the words of its protocol, exactly when the role
 * lacks what the operation needs. What each role has is written down here by hand, so that a change of a role, or of what an
 * operation needs, must be meant.
 *
 * <p>Operations are asked about things that there are not, with empty bodies: whoever is let in is told so, and nothing happens.
 */
@ExtendWith(RunningServer.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoleMatrixIT {
    private static final int THREADS = 4;

    /** Who holds what. Roles are given on the whole server, but for those that say where. */
    private enum Holder {
        OWNER,
        /** Of the workspace main. */
        OWNER_OF_MAIN,
        CONTRIBUTOR,
        DATA_SCIENTIST,
        COMPUTE_OPERATOR,
        REGISTRY_USER,
        READER,
        /** A role of the team, on the workspace main. */
        CUSTOM,
        /** Is known, and holds nothing. */
        NO_ROLE,
        /** A contributor to whom all about models is denied on the workspace main. */
        DENIED,
        /** A contributor's, confined to what a run's script does. */
        RUN_TOKEN;

        String id() {
            return "matrix-" + name().toLowerCase(Locale.ROOT);
        }

        boolean isOnServer() {
            return this != OWNER_OF_MAIN && this != CUSTOM;
        }
    }

    private static final String CUSTOM_ROLE = "Matrix custom";
    private static final String NO_MODELS = "Matrix models";

    /** A column for each of {@link Holder}, in their order. */
    private static final String EXPECTED = """
            WORKSPACE_READ     x x x x x x x x . x x
            WORKSPACE_IMPORT   x x x . . . . . . x .
            WORKSPACE_WRITE    x x x . . . . . . x .
            EXPERIMENT_READ    x x x x . . x x . x x
            EXPERIMENT_WRITE   x x x x . . . . . x x
            JOB_SUBMIT         x x x x . . . . . x .
            JOB_CANCEL         x x x x . . . x . x .
            COMPUTE_READ       x x x x x . x . . x .
            COMPUTE_WRITE      x x x . x . . . . x .
            MODEL_READ         x x x x . x x . . . x
            MODEL_WRITE        x x x x . x . . . . x
            MODEL_APPROVE      x x x x . . . . . . .
            MODEL_POLICY       x x . . . . . . . . .
            ENDPOINT_READ      x x x x . . x . . x .
            ENDPOINT_WRITE     x x x x . . . . . x .
            ENDPOINT_KEYS      x x x x . . . x . x .
            PURGE              x x x . . . . . . x .
            SCHEDULE_READ      x x x x . . x . . x .
            SCHEDULE_WRITE     x x x x . . . . . x .
            WEBHOOK_READ       x x x x . . . . . x .
            WEBHOOK_WRITE      x x x x . . . . . x .
            SECRET_READ        x x x x . . . . . x .
            SECRET_WRITE       x x x . . . . . . x .
            SECRET_USE         x x x x . . . . . x .
            WORKSPACES_MANAGE  x x . . . . . . . . .
            ACCESS_READ        x x . . . . . . . . .
            ACCESS_MANAGE      x x . . . . . . . . .
            AUDIT_READ         x x . . . . . . . . .
            OWN_CREDENTIALS    x x x x x x x . . x .
            """;

    /** What each page of the studio needs; pages that are open to whoever is signed in, or to anybody, need nothing. */
    private static final Map<String, String> PAGES = Map.ofEntries(
            Map.entry("access", "ACCESS_READ"),
            Map.entry("audit", "AUDIT_READ"),
            Map.entry("compute", "COMPUTE_READ"),
            Map.entry("compute-target", "COMPUTE_READ"),
            Map.entry("deleted", "EXPERIMENT_READ"),
            Map.entry("endpoint", "ENDPOINT_READ"),
            Map.entry("endpoints", "ENDPOINT_READ"),
            Map.entry("environments", "EXPERIMENT_READ"),
            Map.entry("experiments", "EXPERIMENT_READ"),
            Map.entry("give", "ACCESS_MANAGE"),
            Map.entry("index", "WORKSPACE_READ"),
            Map.entry("jobs", "EXPERIMENT_READ"),
            Map.entry("lineage", "MODEL_READ"),
            Map.entry("model", "MODEL_READ"),
            Map.entry("model-compare", "MODEL_READ"),
            Map.entry("models", "MODEL_READ"),
            Map.entry("no-role", ""),
            Map.entry("people", "ACCESS_READ"),
            Map.entry("principal", "ACCESS_READ"),
            Map.entry("role", "ACCESS_READ"),
            Map.entry("roles", "ACCESS_READ"),
            Map.entry("run", "EXPERIMENT_READ"),
            Map.entry("schedule", "SCHEDULE_READ"),
            Map.entry("schedules", "SCHEDULE_READ"),
            Map.entry("secrets", "SECRET_READ"),
            Map.entry("service-principal", "ACCESS_READ"),
            Map.entry("service-principals", "ACCESS_READ"),
            Map.entry("settings", "WORKSPACE_READ"),
            Map.entry("sign-in", ""),
            Map.entry("sign-in-link", ""),
            Map.entry("tokens", "OWN_CREDENTIALS"),
            Map.entry("webhook", "WEBHOOK_READ"),
            Map.entry("webhooks", "WEBHOOK_READ"),
            Map.entry("why", ""));

    /** Pages that are another one, which needs more, when they are not told what to show. */
    private static final Map<String, String> ABOUT = Map.of("role", "?name=Owner", "compute-target", "?name=local");

    /** Pages that need their permission on the whole server. */
    private static final Set<String> ON_SERVER = Set.of("service-principal", "service-principals");

    /** They would do something; that they let in who may is seen elsewhere. */
    private static final Set<String> ASKED_BY_OTHERS_ONLY = Set.of("POST /api/v1/secret-key-rotations");

    /** What an operation needs beside what its method says, asked about the workspace main. */
    private static final Map<String, Permission> BESIDES = Map.of(
            "PATCH 3.0/mlflow/workspaces/{name}",
            Permission.WORKSPACE_WRITE,
            "POST /workspaces/{workspace}/compute/{compute}/check",
            Permission.SECRET_USE);

    /** For the launcher of the very run, whatever role somebody else has. */
    private static final Pattern FOR_A_LAUNCHER = Pattern.compile("^/api/v1/workspaces/[^/]+/jobs/[^/]+/attempts/");

    private final RunningServer server;
    private final TrustingHttp http;
    private final Map<Permission, Set<Holder>> expected = expected();
    private final Map<Holder, String> tokens = new EnumMap<>(Holder.class);

    RoleMatrixIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    /** @param path with made-up names @param type of its body; null for none */
    private record Operation(String method, String path, Set<Permission> permissions, boolean onServer, String type) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private interface Wording {
        /** Whether the body of a 403 is one that a client of the protocol understands. */
        boolean isRefusal(HttpResponse<String> answer) throws IOException;
    }

    @BeforeAll
    void everybody_is_there() throws Exception {
        put("roles/" + CUSTOM_ROLE.replace(" ", "%20"), """
                {"permissions": ["WORKSPACE_READ", "EXPERIMENT_READ", "JOB_CANCEL", "ENDPOINT_KEYS"]}""");
        put("roles/" + NO_MODELS.replace(" ", "%20"), """
                {"permissions": ["MODEL_READ", "MODEL_WRITE", "MODEL_APPROVE", "MODEL_POLICY"]}""");
        for (var holder : Holder.values()) {
            post("principals", "{\"id\": \"%s\", \"kind\": \"user\"}".formatted(holder.id()));
            switch (holder) {
                case OWNER -> give(holder, "Owner", "allow", false);
                case OWNER_OF_MAIN -> give(holder, "Owner", "allow", true);
                case CONTRIBUTOR, RUN_TOKEN -> give(holder, "Contributor", "allow", false);
                case DATA_SCIENTIST -> give(holder, "AzureML Data Scientist", "allow", false);
                case COMPUTE_OPERATOR -> give(holder, "AzureML Compute Operator", "allow", false);
                case REGISTRY_USER -> give(holder, "AzureML Registry User", "allow", false);
                case READER -> give(holder, "Reader", "allow", false);
                case CUSTOM -> give(holder, CUSTOM_ROLE, "allow", true);
                case NO_ROLE -> {}
                case DENIED -> {
                    give(holder, "Contributor", "allow", false);
                    give(holder, NO_MODELS, "deny", true);
                }
            }
            tokens.put(
                    holder,
                    holder == Holder.RUN_TOKEN
                            ? People.runToken(server, holder.id(), "no-such-run")
                            : People.token(server, holder.id()));
        }
    }

    @AfterAll
    void nobody_stays() throws Exception {
        for (var holder : tokens.keySet()) {
            http.send("DELETE", "/api/v1/principals/" + holder.id(), null, bearer(server.token()));
        }
        for (var role : List.of(CUSTOM_ROLE, NO_MODELS)) {
            http.send("DELETE", "/api/v1/roles/" + role.replace(" ", "%20"), null, bearer(server.token()));
        }
    }

    @Test
    void every_permission_stands_in_the_table() {
        assertThat(expected.keySet()).containsExactlyInAnyOrder(Permission.values());
    }

    @Test
    void our_api_refuses_exactly_who_lacks_the_permission() throws Exception {
        var operations = restOperations();
        assertThat(operations).hasSizeGreaterThan(100);

        assertThat(offences(operations, RoleMatrixIT::isProblem)).isEmpty();
    }

    @Test
    void the_mlflow_wire_refuses_exactly_who_lacks_the_permission() throws Exception {
        var operations = mlflowOperations("/api/");
        assertThat(operations).hasSizeGreaterThan(60);

        assertThat(offences(operations, RoleMatrixIT::isMlflowError)).isEmpty();
    }

    @Test
    void so_it_does_where_browsers_and_where_addresses_with_a_workspace_find_it() throws Exception {
        var operations = Stream.of("/ajax-api/", "/w/main/api/")
                .flatMap(root -> mlflowOperations(root).stream())
                // One of each permission: they are the same resources.
                .collect(Collectors.toMap(
                        operation -> operation.permissions() + operation.path().substring(0, 3),
                        operation -> operation,
                        (one, _) -> one))
                .values();

        assertThat(offences(List.copyOf(operations), RoleMatrixIT::isMlflowError))
                .isEmpty();
    }

    @Test
    void an_endpoint_asks_for_its_key_whatever_role_somebody_has() throws Exception {
        for (var holder : Holder.values()) {
            var root = "/endpoints/main/nowhere/";
            for (var answer : List.of(
                    http.postJson(root + "score", "{\"data\":[[1]]}", bearer(tokens.get(holder))),
                    http.get(root + "swagger.json", bearer(tokens.get(holder))))) {
                assertThat(answer.statusCode()).as(holder + " " + answer.uri()).isEqualTo(401);
                assertThat(json(answer).at("/error/code").asText()).isNotEmpty();
            }
        }
    }

    @Test
    void pages_of_the_studio_show_themselves_or_that_one_may_not_see_them() throws Exception {
        var pages = pages();
        assertThat(PAGES.keySet()).as("what each page needs").containsAll(pages);
        var sessions = new EnumMap<Holder, String>(Holder.class);
        for (var holder : Holder.values()) {
            if (holder != Holder.RUN_TOKEN) { // It opens no session.
                sessions.put(holder, session(tokens.get(holder)));
            }
        }

        var offences = all(sessions.keySet().stream().flatMap(holder -> pages.stream()
                .map(page -> (Callable<String>) () -> offence(holder, page, sessions.get(holder)))));

        assertThat(offences).isEmpty();
    }

    private String offence(Holder holder, String page, String session) throws Exception {
        var needed = PAGES.get(page);
        var answer = http.get("/studio/" + page + ".xhtml" + ABOUT.getOrDefault(page, ""), "Cookie", session);
        var status = answer.statusCode();
        var fits = needed.isEmpty()
                ? status < 400
                : holder == Holder.NO_ROLE
                        ? status == 200 && answer.body().contains("have no role yet")
                        : expected.get(Permission.valueOf(needed)).contains(holder)
                                        && (holder.isOnServer() || !ON_SERVER.contains(page))
                                // A page of one thing wants to know which.
                                ? status == 200 || status == 400 || status == 404
                                : status == 403 && answer.body().contains("You may not ");
        return fits ? "" : "%s sees %s: %d %s".formatted(holder, page, status, start(answer));
    }

    private List<String> offences(List<Operation> operations, Wording wording) throws Exception {
        return all(operations.stream().flatMap(operation -> Arrays.stream(Holder.values())
                .map(holder -> (Callable<String>) () -> offence(holder, operation, wording))));
    }

    private String offence(Holder holder, Operation operation, Wording wording) throws Exception {
        var forLauncher = FOR_A_LAUNCHER.matcher(operation.path()).find();
        var may = (!forLauncher || holder == Holder.RUN_TOKEN)
                && (!operation.onServer() || holder.isOnServer())
                && operation.permissions().stream()
                        .allMatch(permission -> expected.get(permission).contains(holder));
        if (may && ASKED_BY_OTHERS_ONLY.contains(operation.toString())) {
            return "";
        }
        var headers = new ArrayList<>(List.of(bearer(tokens.get(holder))));
        if (operation.type() != null) {
            headers.addAll(List.of("Content-Type", operation.type()));
        }
        var answer = http.send(
                operation.method(),
                operation.path(),
                operation.type() == null ? null : "{}",
                headers.toArray(String[]::new));
        var status = answer.statusCode();
        var fits = may
                ? status != 401 && status != 403 && (status < 500 || status == 501)
                : status == 403 && (operation.method().equals("HEAD") || wording.isRefusal(answer))
                        // A made-up file is not below a folder that it may bring.
                        || forLauncher && status == 404;
        return fits
                ? ""
                : "%s, %s, who %s have %s: %d %s"
                        .formatted(
                                operation,
                                holder,
                                may ? "does" : "does not",
                                operation.permissions(),
                                status,
                                answer.body()
                                        .substring(
                                                0, Math.min(200, answer.body().length())));
    }

    private static String start(HttpResponse<String> answer) {
        return answer.body().substring(0, Math.min(200, answer.body().length()));
    }

    private static List<String> all(Stream<Callable<String>> questions) throws Exception {
        var offences = new ArrayList<String>();
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (var answered : threads.invokeAll(questions.toList())) {
                if (!answered.get().isEmpty()) {
                    offences.add(answered.get());
                }
            }
        }
        return offences;
    }

    private static boolean isProblem(HttpResponse<String> answer) throws IOException {
        return answer.headers()
                        .firstValue("content-type")
                        .filter("application/problem+json"::equals)
                        .isPresent()
                && json(answer).path("type").asText().equals("urn:millwright:problem:forbidden")
                && json(answer).path("detail").asText().startsWith("You may not ");
    }

    private static boolean isMlflowError(HttpResponse<String> answer) throws IOException {
        return json(answer).path("error_code").asText().equals("PERMISSION_DENIED")
                && json(answer).path("message").asText().startsWith("You may not ");
    }

    /** Those of our own description that take a permission. */
    private List<Operation> restOperations() throws Exception {
        var operations = new ArrayList<Operation>();
        var paths = json(http.get("/api/v1/openapi.json")).path("paths");
        for (var path : paths.properties()) {
            for (var verb : path.getValue().properties()) {
                var described = verb.getValue();
                if (described.has("x-millwright-permission")) {
                    operations.add(restOperation(path.getKey(), verb.getKey(), described));
                }
            }
        }
        return operations;
    }

    private static Operation restOperation(String path, String verb, JsonNode described) {
        var onServer = described.path("x-millwright-permission-on").asText().equals("server");
        var query = new ArrayList<String>();
        for (var parameter : described.path("parameters")) {
            if (parameter.path("in").asText().equals("query")
                    && parameter.path("required").asBoolean()) {
                query.add(parameter.path("name").asText() + "=none");
            }
        }
        var types = described.at("/requestBody/content").fieldNames();
        var permissions = EnumSet.of(
                Permission.valueOf(described.path("x-millwright-permission").asText()));
        var besides = BESIDES.get(verb.toUpperCase(Locale.ROOT) + " " + path);
        if (besides != null) {
            permissions.add(besides);
        }
        return new Operation(
                verb.toUpperCase(Locale.ROOT),
                "/api/v1" + madeUp(path, onServer) + (query.isEmpty() ? "" : "?" + String.join("&", query)),
                permissions,
                onServer,
                types.hasNext() ? types.next() : null);
    }

    /** Those of the wire's resources that take a permission. */
    private static List<Operation> mlflowOperations(String root) {
        return new MlflowClientApplication()
                .getClasses().stream()
                        .filter(type -> type.isAnnotationPresent(Path.class) && !type.isAnnotationPresent(Public.class))
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(method -> verb(method) != null && !method.isAnnotationPresent(Public.class))
                        .map(method -> mlflowOperation(root, method))
                        .sorted(Comparator.comparing(Operation::toString))
                        .toList();
    }

    private static Operation mlflowOperation(String root, Method method) {
        var below = method.getAnnotation(Path.class);
        var path = (method.getDeclaringClass().getAnnotation(Path.class).value() + "/"
                        + (below == null ? "" : below.value()))
                .replaceAll("/{2,}", "/")
                .replaceAll("^/|/$", "");
        var required = method.getAnnotation(Requires.class);
        var verb = verb(method);
        var permissions = EnumSet.of(required.value());
        var besides = BESIDES.get(verb + " " + path);
        if (besides != null) {
            permissions.add(besides);
        }
        return new Operation(
                verb,
                root + madeUp(besides == null ? path : path.replace("{name}", "main"), true),
                permissions,
                required.on() == Extent.SERVER,
                verb.equals("GET") || verb.equals("HEAD") ? null : "application/json");
    }

    private static String verb(Method method) {
        return Stream.of(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(known -> known != null)
                .map(HttpMethod::value)
                .findFirst()
                .orElse(null);
    }

    /** The workspace is there, unless it is what the operation is about; all else is not. */
    private static String madeUp(String template, boolean aboutWorkspaces) {
        return template.replace("{workspace}", aboutWorkspaces ? "no-such-workspace" : "main")
                .replaceAll("\\{version[^{}]*}", "999")
                // Of words that an address may have, the first.
                .replaceAll("\\{\\s*\\w+\\s*:\\s*(\\w+)\\|[^{}]*}", "$1")
                .replaceAll("\\{\\s*(\\w+)\\s*(:[^{}]*(\\{[^{}]*}[^{}]*)*)?}", "no-such-$1");
    }

    private List<String> pages() throws IOException {
        try (var files = Files.list(server.home().resolve("web-portal/src/main/webapp"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".xhtml"))
                    .map(name -> name.replace(".xhtml", ""))
                    .sorted()
                    .toList();
        }
    }

    private String session(String token) throws Exception {
        var answer = http.postForm("/studio/sign-in", "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
        return answer.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
    }

    private void give(Holder holder, String role, String effect, boolean onMain) throws Exception {
        var scope = onMain ? "{\"on\": \"workspace\", \"workspace\": \"main\"}" : "{\"on\": \"server\"}";
        post(
                "role-assignments",
                "{\"principal\": \"%s\", \"role\": \"%s\", \"effect\": \"%s\", \"scope\": %s}"
                        .formatted(holder.id(), role, effect, scope));
    }

    private void post(String path, String body) throws Exception {
        assertDone(http.postJson("/api/v1/" + path, body, bearer(server.token())));
    }

    private void put(String path, String body) throws Exception {
        assertDone(http.putJson("/api/v1/" + path, body, bearer(server.token())));
    }

    private static void assertDone(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }

    private static Map<Permission, Set<Holder>> expected() {
        var expected = new EnumMap<Permission, Set<Holder>>(Permission.class);
        EXPECTED.lines().forEach(line -> {
            var cells = line.split(" +");
            assertThat(cells).as(line).hasSize(1 + Holder.values().length);
            expected.put(
                    Permission.valueOf(cells[0]),
                    Arrays.stream(Holder.values())
                            .filter(holder -> cells[1 + holder.ordinal()].equals("x"))
                            .collect(Collectors.toSet()));
        });
        return expected;
    }
}
