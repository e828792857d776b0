package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.system.RunningServer.Result;

/** A model's way from training to Production on a running server, with MLflow's real client, the command and REST. */
@ExtendWith(RunningServer.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RegistryIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/api/v1/workspaces/main/";

    private final RunningServer server;
    private final TrustingHttp http;
    private final String model = "iris-" + UUID.randomUUID().toString().substring(0, 8);
    private PythonEnvironment python;
    private JsonNode trained;
    private String ben;
    private String cleo;

    RegistryIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @BeforeAll
    void two_versions_were_trained_on_the_same_data() throws Exception {
        python = PythonEnvironment.of(server, List.of("mlflow==3.17.2", "scikit-learn==1.7.2"));
        trained = JSON.readTree(lastLine(flow("train").requireSuccess()));
        ben = People.add(server, "ben", "Contributor");
        cleo = People.add(server, "cleo", "AzureML Data Scientist");
    }

    @Test
    @Order(1)
    void the_versions_stand_beside_each_other_with_the_metrics_of_their_runs() throws Exception {
        var table = server.json("model", "versions", model, "--metric", "accuracy", "--metric", "log_loss");
        assertThat(table.at("/items/0/metrics/accuracy").asDouble()).isEqualTo(0.95);
        assertThat(table.at("/items/0/best").toString()).contains("accuracy", "log_loss");
        assertThat(table.at("/items/1/best")).isEmpty();

        var signature = server.json("model", "signature", model + ":1");
        assertThat(signature.at("/inputs/0/name").asText()).isEqualTo("sepal length (cm)");
        assertThat(signature.at("/inputs/0/type").asText()).isEqualTo("double");
        assertThat(signature.path("flavors").toString()).contains("sklearn");
        assertThat(signature.path("requirements").toString()).contains("scikit-learn==1.7.2");
        assertThat(signature.path("input_example").asText()).contains("sepal length");

        var differences =
                server.json("model", "compare", model + ":2", "--with", "1").path("differences");
        assertThat(differences.findValuesAsText("name")).contains("C", "accuracy", "run");
    }

    @Test
    @Order(2)
    void a_promotion_replaces_the_holder_and_a_roll_back_brings_it_back() throws Exception {
        server.command("model", "promote", model + ":1", "--to", "Production").requireSuccess();
        server.command("model", "promote", model + ":1", "--to", "@champion").requireSuccess();
        var second = server.json("model", "promote", model + ":2", "--to", "Production", "--comment", "better");
        assertThat(second.at("/promotion/previous").asInt()).isEqualTo(1);
        assertThat(server.json("model", "show", model + "/Production")
                        .path("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(server.json("model", "show", model + ":1").path("stage").asText())
                .isEqualTo("Archived");

        server.command("model", "roll-back", model, "--target", "Production").requireSuccess();

        assertThat(server.json("model", "show", model + "/Production")
                        .path("version")
                        .asInt())
                .isEqualTo(1);
        var history = server.json("model", "history", model, "--target", "Production");
        assertThat(history.findValuesAsText("how")).containsExactly("rolled_back", "promoted", "promoted");
        assertThat(history.at("/0/by").asText()).isEqualTo("admin");
    }

    @Test
    @Order(3)
    void a_guarded_place_is_closed_to_clients_and_opens_by_the_approvals_of_others() throws Exception {
        server.command("model", "policy", "set", model, "--target", "Production", "--needed", "2")
                .requireSuccess();
        server.command("model", "policy", "set", model, "--target", "@champion", "--needed", "1", "--approver", "cleo")
                .requireSuccess();
        flow("guarded").requireSuccess();
        assertThat(http.putJson(API + "models/" + model + "/policies/Production", "{\"needed\":1}", bearer(ben))
                        .statusCode())
                .isEqualTo(403);

        var request = server.json("model", "promote", model + ":2", "--to", "Production")
                .at("/request/id")
                .asText();
        var own = server.command("model", "approve", request);
        assertThat(own.exitCode()).isEqualTo(4);
        assertThat(own.errors()).contains("who asks for a promotion does not approve it");
        assertThat(ids(http.get(API + "promotion-requests?waiting_for_me=true", bearer(cleo))
                        .body()))
                .contains(request);

        assertThat(json(decide(request, "approve", ben)).path("state").asText()).isEqualTo("Open");
        assertThat(json(decide(request, "approve", cleo)).path("state").asText())
                .isEqualTo("Promoted");

        assertThat(server.json("model", "show", model + "/Production")
                        .path("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(server.json("model", "history", model).at("/0/how").asText()).isEqualTo("approved");
        assertThat(decide(request, "approve", ben).statusCode()).isEqualTo(409);
        assertThat(JSON.readTree(lastLine(flow("load").requireSuccess()))
                        .path("champion")
                        .asText())
                .isEqualTo("1");
    }

    @Test
    @Order(4)
    void who_rejects_ends_a_request_and_the_waiting_command_says_so() throws Exception {
        var request = server.json("model", "promote", model + ":2", "--to", "@champion")
                .at("/request/id")
                .asText();
        assertThat(decide(request, "approve", ben).statusCode()).isEqualTo(403);
        assertThat(json(decide(request, "reject", cleo)).path("state").asText()).isEqualTo("Rejected");
        assertThat(decide(UUID.randomUUID().toString(), "approve", cleo).statusCode())
                .isEqualTo(404);
        assertThat(decide("no-id", "approve", cleo).statusCode()).isEqualTo(404);

        var late = server.command("model", "promote", model + ":2", "--to", "@champion", "--wait", "0");
        assertThat(late.exitCode()).isEqualTo(6);
        assertThat(late.errors()).contains("0 of 1 approvals");
    }

    @Test
    @Order(5)
    void the_data_leads_to_the_deployment_and_the_deployment_to_the_data() throws Exception {
        server.command("endpoint", "create", "--name", model).requireSuccess();
        // A scikit-learn model is not served yet: the deployment fails, and is one all the same.
        http.putJson(
                API + "endpoints/" + model + "/deployments/blue",
                "{\"model\":\"" + model + ":1\"}",
                bearer(server.token()));
        var digest = trained.path("digest").asText();

        var forward = server.json("model", "lineage", "--dataset", digest, "--direction", "forward");
        assertThat(keys(forward))
                .contains(
                        "data:" + digest,
                        "run:" + trained.at("/runs/0").asText(),
                        "model:" + model + ":1",
                        "model:" + model + ":2",
                        "deployment:" + model + "/blue");

        var back = server.json("model", "lineage", "--deployment", model + "/blue", "--direction", "back");
        assertThat(keys(back)).contains("data:" + digest).doesNotContain("model:" + model + ":2");
        assertThat(http.get(API + "lineage?of=nonsense", bearer(ben)).statusCode())
                .isEqualTo(400);
        assertThat(http.get(API + "lineage?of=run:nobody", bearer(ben)).statusCode())
                .isEqualTo(404);
    }

    @Test
    @Order(6)
    void a_version_is_taken_along_whole_with_its_digests(@TempDir Path folder) throws Exception {
        var answer = server.json("model", "download", model + "/Production", "--to", folder.toString());

        var root = Path.of(answer.path("folder").asText());
        assertThat(root).isEqualTo(folder.resolve(model + "-2"));
        assertThat(Files.readString(root.resolve("MLmodel"))).contains("sklearn");
        assertThat(answer.path("files").size()).isGreaterThan(4);
        assertThat(server.command("model", "download", model + ":2", "--to", folder.toString())
                        .exitCode())
                .isEqualTo(3);
        assertThat(server.command("model", "download", model + ":9", "--to", folder.toString())
                        .exitCode())
                .isEqualTo(3);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(root);
        }
    }

    private HttpResponse<String> decide(String request, String decision, String token) throws Exception {
        return http.postJson(
                API + "promotion-requests/" + request + "/" + decision, "{\"comment\":\"looked\"}", bearer(token));
    }

    private static List<String> keys(JsonNode graph) {
        return graph.path("nodes").findValuesAsText("key");
    }

    private static List<String> ids(String items) throws Exception {
        return JSON.readTree(items).path("items").findValuesAsText("id");
    }

    private Result flow(String what) throws Exception {
        var variables = new HashMap<>(server.mlflowVariables());
        variables.put("REQUESTS_CA_BUNDLE", server.certificateAuthority().toString());
        var command = new ArrayList<>(List.of(
                python.python().toString(),
                server.home()
                        .resolve("system-tests/src/test/python/registry_flow.py")
                        .toString()));
        command.addAll(List.of(what, model));
        return server.run(command, variables);
    }

    private static String lastLine(Result result) {
        return result.output()
                .lines()
                .filter(line -> line.startsWith("{"))
                .toList()
                .getLast();
    }
}
