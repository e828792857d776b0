package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of token on a running server: whom it lets in, for what, and when it no longer does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensIT {
    private static final String CLIENT = "millwright";
    private static final String WORKSPACES = "/api/v1/workspaces";
    private static final String SERVICES = "/api/v1/service-principals";
    private static final String EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0";
    private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String PRODUCTION = "repo:acme/churn:environment:production";

    private TokenIssuer provider;
    /** A provider whose keys one test changes: how often a server asks for keys that it does not know is limited. */
    private TokenIssuer turning;

    private TokenIssuer github;
    private RunningServer server;
    private TrustingHttp http;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        provider = new TokenIssuer();
        turning = new TokenIssuer();
        github = new TokenIssuer();
        var settings = new HashMap<String, String>();
        settings.put("MILLWRIGHT_FAILED_ATTEMPTS", "1000000");
        settings.put("MILLWRIGHT_OIDC_PROVIDERS", "corp turning");
        settings.put("MILLWRIGHT_OIDC_CORP_ISSUER", provider.url());
        settings.put("MILLWRIGHT_OIDC_CORP_CLIENT_ID", CLIENT);
        settings.put("MILLWRIGHT_OIDC_CORP_DEFAULT_ROLE", "Contributor");
        settings.put("MILLWRIGHT_OIDC_TURNING_ISSUER", turning.url());
        settings.put("MILLWRIGHT_OIDC_TURNING_CLIENT_ID", CLIENT);
        settings.put("MILLWRIGHT_OIDC_TURNING_DEFAULT_ROLE", "Reader");
        settings.put("MILLWRIGHT_OWN_ISSUERS", github.url());
        server = new RunningServer(folder.resolve("data"), settings);
        http = server.http();
    }

    @AfterAll
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        provider.close();
        turning.close();
        github.close();
    }

    @Test
    void a_providers_access_token_lets_a_person_in_on_every_wire() throws Exception {
        var token = provider.sign(provider.claims("ada", CLIENT).claim("preferred_username", "ada"));
        assertThat(http.get(WORKSPACES, bearer(token)).statusCode()).isEqualTo(200);
        assertThat(http.get(EXPERIMENT, bearer(token)).statusCode()).isEqualTo(200);
        var pair = Base64.getEncoder().encodeToString(("ada:" + token).getBytes(StandardCharsets.UTF_8));
        assertThat(http.get(EXPERIMENT, "Authorization", "Basic " + pair).statusCode())
                .isEqualTo(200);
        assertThat(http.get(SERVICES, bearer(token)).statusCode()).isEqualTo(403);
        assertThat(events("corp:ada").toString()).contains("corp:ada");
    }

    @Test
    void a_token_that_is_not_what_it_has_to_be_is_refused_with_the_reason_on_every_wire() throws Exception {
        var now = Instant.now();
        var claims = provider.claims("eve", CLIENT);
        assertRefused(
                provider.sign(provider.claims("eve", CLIENT).expirationTime(Date.from(now.minusSeconds(90)))),
                "The token expired at");
        assertRefused(
                provider.sign(provider.claims("eve", CLIENT).notBeforeTime(Date.from(now.plusSeconds(300)))),
                "good from");
        assertRefused(provider.sign(provider.claims("eve", "another-server")), "The token is for 'another-server'");
        assertRefused(
                github.sign(github.claims("eve", CLIENT)), "No identity provider of this server issues tokens as");
        assertRefused(github.sign(claims), "not signed by a known key");
        assertRefused(new PlainJWT(claims.build()).serialize(), "The token is not signed");
        assertRefused(withSharedSecret(claims.build()), "");
        assertRefused(provider.sign(provider.claims("eve", CLIENT).claim("nonce", "n")), "no access token");
    }

    private static String withSharedSecret(JWTClaimsSet claims) throws Exception {
        var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        token.sign(new MACSigner(new byte[32]));
        return token.serialize();
    }

    @Test
    void a_key_that_the_provider_took_since_counts_and_the_old_one_no_longer() throws Exception {
        var before = turning.sign(turning.claims("grace", CLIENT));
        assertThat(http.get(WORKSPACES, bearer(before)).statusCode()).isEqualTo(200);
        var old = turning.sign(turning.claims("grace", CLIENT));
        turning.rotate();
        var after = turning.sign(turning.claims("grace", CLIENT));
        assertThat(http.get(WORKSPACES, bearer(after)).statusCode()).isEqualTo(200);
        assertRefused(old, "not signed by a known key");
    }

    @Test
    void an_application_of_the_provider_acts_as_the_service_principal_that_was_made_of_it() throws Exception {
        var claims = provider.claims("app-7", CLIENT).claim("client_id", "app-7");
        assertRefused(provider.sign(claims), "The application 'app-7' of 'corp' is not known here");
        var id = create(
                "{\"id\":\"of-app\",\"name\":\"Of app\",\"provider\":\"corp\",\"provider_client_id\":\"app-7\"}");
        give(id, "Reader");
        var token = provider.sign(claims.jwtID(UUID.randomUUID().toString()));
        assertThat(http.get(EXPERIMENT, bearer(token)).statusCode()).isEqualTo(200);
        assertThat(http.postJson("/api/2.0/mlflow/experiments/create", "{\"name\":\"no\"}", bearer(token))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_secret_gives_a_token_for_an_hour_and_takes_it_back_when_it_is_revoked() throws Exception {
        var id = service("nightly", "Contributor");
        var made = addSecret(id);
        var answer = http.postForm(
                "/oauth2/token",
                "grant_type=client_credentials",
                "Authorization",
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (id + ":" + made.get("secret").asText()).getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(json(answer).get("token_type").asText()).isEqualTo("Bearer");
        assertThat(json(answer).get("expires_in").asLong()).isBetween(3000L, 3600L);
        var token = json(answer).get("access_token").asText();
        assertThat(http.get(EXPERIMENT, bearer(token)).statusCode()).isEqualTo(200);
        assertThat(http.get(WORKSPACES, bearer(token)).statusCode()).isEqualTo(200);
        assertRefused(made.get("secret").asText(), "A client secret signs no request");

        assertThat(http.send(
                                "DELETE",
                                SERVICES + "/" + id + "/secrets/"
                                        + made.get("id").asText(),
                                null,
                                bearer(server.token()))
                        .statusCode())
                .isEqualTo(204);

        assertRefused(token, "The credential was revoked");
        assertError(
                bySecret(id, made.get("secret").asText(), ""), 401, "invalid_client", "The client secret was revoked");
    }

    @Test
    void the_token_endpoint_refuses_in_the_words_of_oauth() throws Exception {
        var id = service("wrong", "Contributor");
        var secret = addSecret(id).get("secret").asText();
        assertError(bySecret(id, "mwc_nobodys", ""), 401, "invalid_client", "is not known to this server");
        assertError(bySecret("nobody", secret, ""), 401, "invalid_client", "is not known to this server");
        assertError(bySecret(id, secret, "&scope=everything"), 400, "invalid_scope", "'everything' is neither");
        assertError(token("grant_type=password&username=a&password=b"), 400, "unsupported_grant_type", "'password'");
        assertError(token("client_id=x"), 400, "invalid_request", "grant_type is needed");
        assertError(token("grant_type=client_credentials&grant_type=x"), 400, "invalid_request", "more than once");
        assertError(
                http.postForm("/oauth2/token?client_secret=x", "grant_type=client_credentials"),
                400,
                "invalid_request",
                "belong in the body");
        assertError(http.postJson("/oauth2/token", "{}"), 400, "invalid_request", "application/x-www-form-urlencoded");
        assertThat(http.get("/oauth2/token").statusCode()).isEqualTo(405);
        Eventually.see(
                "the audit trail tells who failed to sign in",
                () -> http.get("/api/v1/audit?outcome=refused", bearer(server.token()))
                        .body(),
                body -> body.contains("POST /oauth2/token") && body.contains("(client '"));
    }

    @Test
    void what_is_asked_for_less_is_less_and_is_said_so() throws Exception {
        var id = service("confined", "Contributor");
        var secret = addSecret(id).get("secret").asText();
        var answer = bySecret(id, secret, "&scope=read-only+workspace:main");
        assertThat(json(answer).get("scope").asText()).isEqualTo("read-only workspace:main");
        var token = json(answer).get("access_token").asText();
        assertThat(http.get(EXPERIMENT, bearer(token)).statusCode()).isEqualTo(200);
        var refused = http.postJson("/api/2.0/mlflow/experiments/create", "{\"name\":\"no\"}", bearer(token));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("does not carry EXPERIMENT_WRITE");
    }

    @Test
    void a_service_signs_for_itself_with_the_key_of_its_certificate_once_for_each_token(@TempDir Path folder)
            throws Exception {
        var id = service("signer", "Contributor");
        var file = folder.resolve("keys.p12").toString();
        keytool("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=signer", "-keystore", file);
        keytool(
                "-exportcert",
                "-rfc",
                "-file",
                folder.resolve("certificate.pem").toString(),
                "-keystore",
                file);
        var added = server.json(
                "service-principal",
                "certificate",
                "add",
                id,
                "--file",
                folder.resolve("certificate.pem").toString());
        var store = KeyStore.getInstance("PKCS12");
        try (var stream = Files.newInputStream(Path.of(file))) {
            store.load(stream, "changeit".toCharArray());
        }
        var statement = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .x509CertSHA256Thumbprint(
                                new Base64URL(added.get("thumbprint").asText()))
                        .build(),
                github.claims(id, server.url() + "/oauth2/token").issuer(id).build());
        statement.sign(new ECDSASigner((ECPrivateKey) store.getKey("mykey", "changeit".toCharArray())));

        var answer = byAssertion(null, statement.serialize());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(http.get(EXPERIMENT, bearer(json(answer).get("access_token").asText()))
                        .statusCode())
                .isEqualTo(200);
        assertError(byAssertion(null, statement.serialize()), 401, "invalid_client", "The token was used before");
        var tampered = statement.serialize().replaceFirst("[^.]{4}$", "AAAA");
        assertError(byAssertion(null, tampered), 401, "invalid_client", "not signed by the key");
    }

    private static void keytool(String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", "changeit"));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void a_job_of_github_actions_needs_no_secret_and_its_token_counts_once() throws Exception {
        var id = service("github", "Contributor");
        server.command(
                        "service-principal",
                        "federation",
                        "add",
                        id,
                        "--name",
                        "production",
                        "--issuer",
                        github.url(),
                        "--audience",
                        "api://millwright",
                        "--subject",
                        "repo:acme/churn:environment:prod*")
                .requireSuccess();
        var token = github.sign(github.claims(PRODUCTION, "api://millwright"));
        var answer = exchange(id, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("issued_token_type").asText()).endsWith("access_token");
        assertThat(http.get(EXPERIMENT, bearer(json(answer).get("access_token").asText()))
                        .statusCode())
                .isEqualTo(200);

        assertError(exchange(id, token), 400, "invalid_request", "The token was used before");
        assertError(
                exchange(id, github.sign(github.claims("repo:acme/churn:ref:refs/heads/mine", "api://millwright"))),
                400,
                "invalid_request",
                "sub is 'repo:acme/churn:ref:refs/heads/mine'");
        assertError(
                exchange(id, github.sign(github.claims(PRODUCTION, "sts.amazonaws.com"))),
                400,
                "invalid_request",
                "aud is 'sts.amazonaws.com'");
        assertError(
                exchange(id, provider.sign(provider.claims(PRODUCTION, "api://millwright"))),
                400,
                "invalid_request",
                "does not trust tokens of '%s'".formatted(provider.url()));
        assertError(
                exchange(id, provider.sign(github.claims(PRODUCTION, "api://millwright"))),
                400,
                "invalid_request",
                "not signed by a known key");
    }

    @Test
    void the_command_line_signs_in_by_itself_within_a_job_of_github(@TempDir Path folder) throws Exception {
        var id = service("cli", "Reader");
        trust(id, "api://millwright", PRODUCTION);
        var variables = new HashMap<>(Map.of(
                "MILLWRIGHT_URL",
                server.url(),
                "MILLWRIGHT_CA_FILE",
                server.certificateAuthority().toString(),
                "MILLWRIGHT_CLIENT_ID",
                id,
                "MILLWRIGHT_AUDIENCE",
                "api://millwright",
                "ACTIONS_ID_TOKEN_REQUEST_URL",
                github.url() + "/job-token?api-version=2.0",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                "of the job",
                "XDG_CACHE_HOME",
                folder.toString()));
        var command = List.of(server.home().resolve("millwright").toString(), "model", "list", "--format", "json");
        assertThat(server.run(command, variables).requireSuccess().output()).contains("[");

        var file = folder.resolve("token");
        Files.writeString(file, github.sign(github.claims(PRODUCTION, "api://millwright")));
        variables.keySet().removeIf(name -> name.startsWith("ACTIONS_"));
        variables.put("MILLWRIGHT_FEDERATED_TOKEN_FILE", file.toString());
        server.run(command, variables).requireSuccess();
        // The same file again: what was got for it is used until it ends, since it counts once.
        server.run(command, variables).requireSuccess();
    }

    @Test
    void a_service_connection_of_azure_devops_needs_no_secret() throws Exception {
        var id = service("devops", "Contributor");
        trust(id, "api://AzureADTokenExchange", "sc://acme/churn/millwright");
        var token = github.sign(github.claims("sc://acme/churn/millwright", "api://AzureADTokenExchange"));
        assertThat(byAssertion(id, token).statusCode()).isEqualTo(200);
        assertError(byAssertion(id, token), 401, "invalid_client", "The token was used before");
        assertError(
                byAssertion(id, github.sign(github.claims("sc://acme/churn/other", "api://AzureADTokenExchange"))),
                401,
                "invalid_client",
                "sub is 'sc://acme/churn/other'");
    }

    @Test
    void whom_the_operator_did_not_name_is_trusted_over_tls_alone() throws Exception {
        var id = service("plain", "Reader");
        var answer = http.postJson(
                SERVICES + "/" + id + "/federation",
                "{\"name\":\"x\",\"issuer\":\"%s\",\"audience\":\"a\",\"subject\":\"s\"}".formatted(provider.url()),
                bearer(server.token()));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("an https address");
    }

    @Test
    void a_personal_token_carries_what_it_was_made_for_and_says_when_and_from_where_it_was_used() throws Exception {
        server.command("workspace", "create", "elsewhere").requireSuccess();
        var made = json(http.postJson(
                "/api/v1/tokens",
                "{\"name\":\"notebook\",\"lifetime_days\":7,\"scope\":[\"tracking\",\"workspace:main\"]}",
                bearer(server.token())));
        var token = made.get("secret").asText();
        assertThat(http.get(EXPERIMENT, bearer(token)).statusCode()).isEqualTo(200);
        assertThat(http.get("/w/elsewhere" + EXPERIMENT, bearer(token)).statusCode())
                .isEqualTo(403);
        var refused = http.get("/api/v1/workspaces/main/endpoints", bearer(token));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("does not carry ENDPOINT_READ");
        assertThat(http.postJson("/api/v1/tokens", "{\"name\":\"stronger\"}", bearer(token))
                        .statusCode())
                .isEqualTo(403);
        var listed = Eventually.see(
                "its use is known", () -> listed(made.get("id").asText()), one -> one.hasNonNull("last_used_at"));
        assertThat(listed.get("last_used_from").asText()).isEqualTo("127.0.0.1");
        assertThat(listed.get("scope").toString()).isEqualTo("[\"tracking\",\"workspace:main\"]");
    }

    private JsonNode listed(String id) throws Exception {
        for (var token :
                json(http.get("/api/v1/tokens", bearer(server.token()))).get("items")) {
            if (token.get("id").asText().equals(id)) {
                return token;
            }
        }
        throw new AssertionError("There is no token " + id);
    }

    @Test
    void a_runs_token_is_for_its_own_run_and_what_it_makes() throws Exception {
        var other = createRun(server.token(), "other");
        var run = "own-run-" + UUID.randomUUID();
        var job = running(run);
        var token = job.token();
        try {
            assertThat(log(run, token).statusCode()).isEqualTo(200);
            assertThat(http.get("/api/2.0/mlflow/runs/get?run_id=" + other, bearer(token))
                            .statusCode())
                    .isEqualTo(200);
            var refused = log(other, token);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(json(refused).get("error_code").asText()).isEqualTo("PERMISSION_DENIED");
            assertThat(refused.body()).contains("the token of run '%s' is for that run".formatted(run));
            for (var operation : List.of("update", "delete", "set-tag", "log-parameter", "log-batch")) {
                var body = "{\"run_id\":\"%s\",\"run_name\":\"mine\",\"key\":\"k\",\"value\":\"v\"}".formatted(other);
                assertThat(http.postJson("/api/2.0/mlflow/runs/" + operation, body, bearer(token))
                                .statusCode())
                        .as(operation)
                        .isEqualTo(403);
            }
            var file = "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/stolen.txt";
            assertThat(http.send("PUT", file.formatted(other), "x", bearer(token))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(http.postJson("/api/2.0/mlflow/experiments/delete", "{\"experiment_id\":\"0\"}", bearer(token))
                            .statusCode())
                    .isEqualTo(403);
            var child = createRun(token, "child");
            assertThat(log(child, token).statusCode()).isEqualTo(200);
            assertThat(http.send("PUT", file.formatted(child), "x", bearer(token))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(http.postJson(
                                    "/api/2.0/mlflow/registered-models/create",
                                    "{\"name\":\"of-a-job\"}",
                                    bearer(token))
                            .statusCode())
                    .isEqualTo(200);
            var version = http.postJson(
                    "/api/2.0/mlflow/model-versions/create",
                    "{\"name\":\"of-a-job\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(child, child),
                    bearer(token));
            assertThat(version.statusCode()).as(version.body()).isEqualTo(200);
            assertThat(http.send(
                                    "DELETE",
                                    "/api/2.0/mlflow/registered-models/delete",
                                    "{\"name\":\"of-a-job\"}",
                                    "Authorization",
                                    "Bearer " + token,
                                    "Content-Type",
                                    "application/json")
                            .statusCode())
                    .isEqualTo(403);
        } finally {
            job.finish();
        }
        Eventually.see("the token ended with the job", () -> log(run, token).statusCode(), status -> status == 401);
    }

    @Test
    void mlflows_own_client_nests_runs_and_registers_models_with_the_token_of_a_job_and_of_a_service(
            @TempDir Path folder) throws Exception {
        var python = PythonEnvironment.ofMlflow(server, "3.17.2").python();
        var script = folder.resolve("nested.py");
        Files.writeString(script, """
                import mlflow

                with mlflow.start_run() as parent:
                    mlflow.log_metric("loss", 1.0)
                    for depth in range(2):
                        with mlflow.start_run(nested=True) as child:
                            mlflow.log_param("depth", depth)
                            mlflow.log_dict({"coefficients": [depth]}, "model/weights.json")
                with mlflow.start_run() as second:
                    mlflow.set_tag("second", "yes")
                client = mlflow.MlflowClient()
                if not client.search_registered_models(f"name = 'nested-{parent.info.run_id}'"):
                    client.create_registered_model(f"nested-{parent.info.run_id}")
                version = client.create_model_version(
                    f"nested-{parent.info.run_id}", f"runs:/{child.info.run_id}/model", child.info.run_id)
                client.set_registered_model_alias(version.name, "best", version.version)
                print("made", version.name)
                """);
        var run = "nested-" + UUID.randomUUID();
        var job = running(run);
        var token = job.token();
        try {
            assertThat(made(python, script, Map.of("MLFLOW_TRACKING_TOKEN", token, "MLFLOW_RUN_ID", run)))
                    .contains("made nested-" + run);
        } finally {
            job.finish();
        }
        var ended = Eventually.see(
                "the job has ended",
                () -> json(http.get("/api/v1/workspaces/main/jobs/" + run, bearer(server.token()))),
                seen -> List.of("Completed", "Failed")
                        .contains(seen.get("status").asText()));
        assertThat(ended.get("status").asText()).as(ended.toString()).isEqualTo("Completed");

        var id = service("client", "Contributor");
        var access = json(bySecret(id, addSecret(id).get("secret").asText(), "&scope=tracking"))
                .get("access_token")
                .asText();
        assertThat(made(python, script, Map.of("MLFLOW_TRACKING_TOKEN", access)))
                .contains("made nested-");
    }

    private HttpResponse<String> log(String run, String token) throws Exception {
        return http.postJson(
                "/api/2.0/mlflow/runs/log-metric",
                "{\"run_id\":\"%s\",\"key\":\"loss\",\"value\":0.5,\"timestamp\":1}".formatted(run),
                bearer(token));
    }

    private String createRun(String token, String name) throws Exception {
        var answer = http.postJson(
                "/api/2.0/mlflow/runs/create",
                "{\"experiment_id\":\"0\",\"run_name\":\"%s\"}".formatted(name),
                bearer(token));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).at("/run/info/run_id").asText();
    }

    /** What the script prints, run by a client on this machine. */
    private String made(Path python, Path script, Map<String, String> more) throws Exception {
        var variables = new HashMap<>(server.mlflowVariables());
        variables.putAll(more);
        return server.run(List.of(python.toString(), script.toString()), variables)
                .requireSuccess()
                .output();
    }

    /** Starts a job that shows its token, and runs until it is told to finish. */
    private JobOnDisk running(String run) throws Exception {
        submit(run, JobOnDisk.SHOWING_ITS_TOKEN);
        return new JobOnDisk(server, run);
    }

    private void submit(String run, String command) throws Exception {
        var answer = http.postJson(
                "/api/v1/workspaces/main/jobs",
                """
                {"name":"%s","experiment_name":"tokens","command":"%s","environment":{"packages":[]},"compute":"local"}""".formatted(run, command.replace("\\", "\\\\").replace("\"", "\\\"")),
                bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private JsonNode events(String principal) throws Exception {
        return json(http.get("/api/v1/audit?kind=principal&resource=" + encoded(principal), bearer(server.token())));
    }

    /** A service principal of its own for a test. @return its id */
    private String service(String name, String role) throws Exception {
        var id = name + "-" + UUID.randomUUID();
        create("{\"id\":\"%s\",\"name\":\"%s\"}".formatted(id, name));
        give(id, role);
        return id;
    }

    private String create(String body) throws Exception {
        var answer = http.postJson(SERVICES, body, bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").asText();
    }

    private void give(String principal, String role) throws Exception {
        try (var database = server.database();
                var insert = database.prepareStatement(
                        "INSERT INTO access.role_assignment (principal, role) VALUES (?, ?)")) {
            insert.setString(1, principal);
            insert.setString(2, role);
            insert.executeUpdate();
        }
    }

    private JsonNode addSecret(String service) throws Exception {
        var answer = http.postJson(
                SERVICES + "/" + service + "/secrets", "{\"name\":\"for tests\"}", bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer);
    }

    private void trust(String service, String audience, String subject) throws Exception {
        var answer = http.postJson(
                SERVICES + "/" + service + "/federation",
                "{\"name\":\"trust\",\"issuer\":\"%s\",\"audience\":\"%s\",\"subject\":\"%s\"}"
                        .formatted(github.url(), audience, subject),
                bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private HttpResponse<String> token(String form) throws Exception {
        return http.postForm("/oauth2/token", form);
    }

    private HttpResponse<String> bySecret(String client, String secret, String more) throws Exception {
        return token("grant_type=client_credentials&client_id=%s&client_secret=%s%s".formatted(client, secret, more));
    }

    private HttpResponse<String> byAssertion(String client, String assertion) throws Exception {
        return token("grant_type=client_credentials&client_assertion_type=%s&client_assertion=%s%s"
                .formatted(encoded(JWT_BEARER), assertion, client == null ? "" : "&client_id=" + client));
    }

    private HttpResponse<String> exchange(String client, String token) throws Exception {
        return token("grant_type=%s&client_id=%s&subject_token_type=%s&subject_token=%s"
                .formatted(encoded(EXCHANGE), client, encoded("urn:ietf:params:oauth:token-type:jwt"), token));
    }

    private static void assertError(HttpResponse<String> answer, int status, String code, String words)
            throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).get("error").asText()).isEqualTo(code);
        assertThat(json(answer).get("error_description").asText()).contains(words);
    }

    private void assertRefused(String token, String words) throws Exception {
        for (var path : List.of(WORKSPACES, EXPERIMENT)) {
            var answer = http.get(path, bearer(token));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
            assertThat(answer.body()).contains(words);
            assertThat(answer.headers().firstValue("www-authenticate"))
                    .get()
                    .asString()
                    .startsWith("Bearer realm=\"millwright\", error=\"invalid_token\"")
                    .contains(words);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
