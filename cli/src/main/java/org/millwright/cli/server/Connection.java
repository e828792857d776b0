package org.millwright.cli.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.client.ApiClient;
import org.millwright.cli.client.ServerAccess;

/**
 * What a person or a client needs to use a local server.
 *
 * @param url where clients reach it
 * @param ca the certificate file that they trust
 * @param token the local administrator's
 * @param portal the address for a browser: a one-time sign-in link, or the plain address
 */
public record Connection(String url, String ca, String token, String portal) {

    /** @throws CommandFailed if no server was ever started on the folder */
    public static Connection of(DataFolder folder) throws IOException {
        var run = folder.exists() ? RunFile.read(folder) : Optional.<RunFile>empty();
        if (run.isEmpty() || run.get().url().isEmpty()) {
            throw CommandFailed.unreachable(
                    "No server was started on %s yet".formatted(folder.root()),
                    "Start one with ./millwright up, or name its folder with --data DIR.");
        }
        var url = run.get().url();
        return new Connection(
                url, folder.certificateAuthority().toString(), new Secrets(folder.secrets()).adminToken(), url + "/");
    }

    public ServerAccess access() {
        return new ServerAccess(URI.create(url), Path.of(ca), token);
    }

    /** The same with a fresh one-time sign-in link. @throws CommandFailed if the server gives none */
    Connection withSignInLink() throws IOException {
        var link = new ApiClient(access()).post("/api/v1/sign-in-links", null).path("url");
        if (!link.isTextual()) {
            throw CommandFailed.failed("The server gave no sign-in link", "");
        }
        return new Connection(url, ca, token, link.asText());
    }

    /** What an MLflow client reads from its environment. */
    SequencedMap<String, String> mlflowVariables() {
        var variables = new LinkedHashMap<String, String>();
        variables.put("MLFLOW_TRACKING_URI", url);
        variables.put("MLFLOW_TRACKING_TOKEN", token);
        variables.put("MLFLOW_TRACKING_SERVER_CERT_PATH", ca);
        return variables;
    }

    /** Lines that a shell can evaluate. */
    String exports() {
        var lines = new StringBuilder();
        mlflowVariables()
                .forEach(
                        (name, value) -> lines.append("export %s='%s'\n".formatted(name, value.replace("'", "'\\''"))));
        return lines.toString();
    }
}
