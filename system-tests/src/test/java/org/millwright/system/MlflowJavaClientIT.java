package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users of MLflow's Java client do, by that client. It runs in a JVM of its own, as a user's program does: it takes
 * its trust store from the JVM's properties, and moves files by starting MLflow's Python package, which it finds by the
 * environment.
 */
@ExtendWith(RunningServer.Provider.class)
class MlflowJavaClientIT {
    private static final String PASSWORD = "no secret: it holds one public certificate";

    private final RunningServer server;

    MlflowJavaClientIT(RunningServer server) {
        this.server = server;
    }

    @Test
    void the_flow_of_a_java_user_passes_with_the_real_client(@TempDir Path folder) throws Exception {
        var store = folder.resolve("trust.p12");
        try (var output = Files.newOutputStream(store)) {
            TrustingHttp.trustStore(server.certificateAuthority()).store(output, PASSWORD.toCharArray());
        }
        var variables = new HashMap<>(server.mlflowVariables());
        var python = PythonEnvironment.ofMlflow(server, "3.17.2").python();
        variables.put("MLFLOW_PYTHON_EXECUTABLE", python.toString());

        var result = server.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djavax.net.ssl.trustStore=" + store,
                        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                        "-cp",
                        System.getProperty("java.class.path"),
                        MlflowJavaFlow.class.getName(),
                        folder.toString()),
                variables);

        assertThat(result.exitCode()).as(result.joined()).isZero();
    }
}
