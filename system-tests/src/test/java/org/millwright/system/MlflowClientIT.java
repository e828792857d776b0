package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users of MLflow's own Python client do, by that client, in each of its generations. */
@ExtendWith(RunningServer.Provider.class)
class MlflowClientIT {
    private final RunningServer server;

    MlflowClientIT(RunningServer server) {
        this.server = server;
    }

    @ParameterizedTest
    @CsvSource({
        "mlflow_sklearn_flow.py, 3.17.2",
        "mlflow_everyday_flow.py, 3.17.2",
        "mlflow_2_flow.py, 2.22.5",
        "mlflow_everyday_flow.py, 2.22.5"
    })
    void what_a_user_does_passes_with_the_real_client(String script, String version) throws Exception {
        var environment = PythonEnvironment.ofMlflow(server, version);
        var variables = new HashMap<>(server.mlflowVariables());
        // What the script asks without the client asks by the requests library.
        variables.put("REQUESTS_CA_BUNDLE", server.certificateAuthority().toString());

        var result = server.run(
                List.of(
                        environment.python().toString(),
                        server.home()
                                .resolve("system-tests/src/test/python")
                                .resolve(script)
                                .toString()),
                variables);

        assertThat(result.exitCode()).as(result.joined()).isZero();
    }
}
