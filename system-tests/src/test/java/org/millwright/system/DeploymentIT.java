package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The EAR as it is built deploys to a bare Liberty with a bare PostgreSQL, and its resources answer. */
@ExtendWith({BareServer.class, ArquillianExtension.class})
class DeploymentIT {
    private final HttpClient http = HttpClient.newHttpClient();

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return ShrinkWrap.createFromZipFile(
                EnterpriseArchive.class,
                Path.of(System.getProperty("millwright.home"), "app-ear/target/millwright.ear")
                        .toFile());
    }

    @Test
    void it_says_that_it_is_ready() throws Exception {
        assertThat(get("/health/ready", null).statusCode()).isEqualTo(200);
    }

    @Test
    void our_api_answers_who_holds_a_token_and_nobody_else() throws Exception {
        assertThat(get("/api/v1/workspaces", null).statusCode()).isEqualTo(401);
        var answer = get("/api/v1/workspaces", BareServer.TOKEN);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"name\":\"main\"");
    }

    @Test
    void the_mlflow_wire_answers_in_mlflows_words() throws Exception {
        var answer = get("/api/2.0/mlflow/experiments/get?experiment_id=77", BareServer.TOKEN);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("RESOURCE_DOES_NOT_EXIST");
    }

    @Test
    void the_studio_leads_strangers_to_its_sign_in_page() throws Exception {
        var answer = get("/studio/jobs.xhtml", null);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location")).get().asString().contains("sign-in.xhtml");
    }

    @Test
    void the_inference_server_answers_without_the_rest() throws Exception {
        assertThat(get("/endpoints/health/ready", null).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + BareServer.port() + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
