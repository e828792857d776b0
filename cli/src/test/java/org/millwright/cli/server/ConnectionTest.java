package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.cli.server.Refusals.refusal;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.cli.ExitCode;

class ConnectionTest {
    @Test
    void a_shell_evaluates_the_lines_to_what_they_say(@TempDir Path folder) throws Exception {
        var connection =
                new Connection("https://127.0.0.1:8443", "/tmp/it's here/ca.pem", "mwt_abc", "https://127.0.0.1:8443/");

        var shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        connection.exports()
                                + "printf '%s|' \"$MLFLOW_TRACKING_URI\" \"$MLFLOW_TRACKING_TOKEN\" \"$MLFLOW_TRACKING_SERVER_CERT_PATH\"")
                .start();

        assertThat(new String(shell.getInputStream().readAllBytes()))
                .isEqualTo("https://127.0.0.1:8443|mwt_abc|/tmp/it's here/ca.pem|");
    }

    @Test
    void the_address_of_the_last_start_is_known_while_nothing_runs(@TempDir Path root) throws Exception {
        var folder = new DataFolder(root);
        folder.create();
        new Secrets(folder.secrets()).create();
        new RunFile(RunFile.Phase.STOPPED, "https://127.0.0.1:9443", null, null).write(folder);

        assertThat(Connection.of(folder).portal()).isEqualTo("https://127.0.0.1:9443/");
    }

    @Test
    void a_database_address_is_taken_apart() {
        var address = DatabaseAddress.external(Map.of(
                "MILLWRIGHT_DB_URL", "jdbc:postgresql://db.example.org/ml?sslmode=require",
                "MILLWRIGHT_DB_USER", "ml",
                "MILLWRIGHT_DB_PASSWORD", "secret"));

        assertThat(address)
                .extracting(DatabaseAddress::host, DatabaseAddress::port, DatabaseAddress::name, DatabaseAddress::user)
                .containsExactly("db.example.org", 5432, "ml", "ml");
        assertThat(address.toString()).doesNotContain("secret");
    }

    @Test
    void what_is_no_database_address_is_a_wrong_command_line() {
        assertThat(refusal(
                        ExitCode.USAGE,
                        () -> DatabaseAddress.external(Map.of("MILLWRIGHT_DB_URL", "postgres://db/ml"))))
                .contains("MILLWRIGHT_DB_URL");
    }

    @Test
    void a_python_that_is_none_is_refused_by_its_name() {
        assertThat(refusal(
                        ExitCode.REFUSED, () -> PythonInterpreter.find(Map.of("MILLWRIGHT_PYTHON", "/no/such/python"))))
                .contains("/no/such/python");
    }
}
