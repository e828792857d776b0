package org.millwright.cli.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.client.ApiClient;
import org.millwright.cli.client.ServerAccess;
import org.millwright.cli.client.ServiceProof;
import org.millwright.cli.client.ServiceProofs;
import org.millwright.cli.client.ServiceToken;
import org.millwright.cli.client.TokenCache;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.server.Connection;
import org.millwright.cli.server.DataOption;
import org.millwright.cli.transfer.TransferClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Which server and workspace a command means: the server of {@code --data}, or else of {@code MILLWRIGHT_URL}, or else of the checkout's own
 * data folder.
 */
public final class ServerOption {
    static final String URL = "MILLWRIGHT_URL";
    static final String TOKEN = "MILLWRIGHT_TOKEN";
    static final String AUTHORITY = "MILLWRIGHT_CA_FILE";
    static final String CLIENT = "MILLWRIGHT_CLIENT_ID";
    static final String SECRET = "MILLWRIGHT_CLIENT_SECRET";
    static final String FEDERATED_FILE = "MILLWRIGHT_FEDERATED_TOKEN_FILE";
    static final String AUDIENCE = "MILLWRIGHT_AUDIENCE";
    static final String GITHUB_URL = "ACTIONS_ID_TOKEN_REQUEST_URL";
    static final String GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

    @Mixin
    private DataOption data;

    @Option(
            names = {"-w", "--workspace"},
            paramLabel = "WS",
            defaultValue = "${env:MILLWRIGHT_WORKSPACE:-main}",
            description = "Workspace (default: ${DEFAULT-VALUE}).")
    private String workspace;

    WorkspaceClient workspace() throws IOException {
        return new WorkspaceClient(api(), workspace);
    }

    /** What is in no workspace. */
    WorkspaceClient wholeServer() throws IOException {
        return WorkspaceClient.ofWholeServer(api());
    }

    TransferClient transfer() throws IOException {
        return new TransferClient(api(), workspace);
    }

    String workspaceName() {
        return workspace;
    }

    ApiClient api() throws IOException {
        return new ApiClient(access());
    }

    ServerAccess access() throws IOException {
        var environment = System.getenv();
        return data.isGiven() || environment.getOrDefault(URL, "").isBlank()
                ? Connection.of(data.folder()).access()
                : remote(environment);
    }

    /** @throws CommandFailed if the variables do not describe a server */
    static ServerAccess remote(Map<String, String> environment) {
        var url = environment.getOrDefault(URL, "").strip().replaceFirst("/+$", "");
        if (!url.matches("https?://[^/].*")) {
            throw CommandFailed.usage("%s is '%s', which is no https address".formatted(URL, url), "");
        }
        var server = URI.create(url);
        var authority = authority(environment.getOrDefault(AUTHORITY, ""));
        var token = environment.getOrDefault(TOKEN, "").strip();
        if (!token.isEmpty()) {
            return new ServerAccess(server, authority, token);
        }
        var client = environment.getOrDefault(CLIENT, "").strip();
        if (client.isEmpty()) {
            throw CommandFailed.permission(
                    "%s is set, but neither %s nor %s is".formatted(URL, TOKEN, CLIENT),
                    "Make a token in the portal, or with ./millwright token create where the server runs.");
        }
        return new ServerAccess(
                server,
                authority,
                new ServiceToken(
                        server, authority, client, proof(environment, url), cache(environment), Clock.systemUTC()));
    }

    /** How the service principal of the environment proves itself. */
    private static ServiceProof proof(Map<String, String> environment, String url) {
        var secret = environment.getOrDefault(SECRET, "").strip();
        if (!secret.isEmpty()) {
            return ServiceProofs.secret(secret);
        }
        var file = environment.getOrDefault(FEDERATED_FILE, "").strip();
        if (!file.isEmpty()) {
            return ServiceProofs.file(Path.of(file));
        }
        var github = environment.getOrDefault(GITHUB_URL, "").strip();
        if (!github.isEmpty()) {
            return ServiceProofs.github(
                    URI.create(github),
                    environment.getOrDefault(GITHUB_TOKEN, "").strip(),
                    environment.getOrDefault(AUDIENCE, url).strip());
        }
        throw CommandFailed.permission(
                "%s is set, but there is nothing to prove it by".formatted(CLIENT),
                "Set %s or %s; in GitHub Actions give the job 'permissions: id-token: write'."
                        .formatted(SECRET, FEDERATED_FILE));
    }

    private static TokenCache cache(Map<String, String> environment) {
        var home = environment.getOrDefault("XDG_CACHE_HOME", "").strip();
        var caches = home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        return new TokenCache(caches.resolve("millwright").resolve("access-tokens"));
    }

    private static @Nullable Path authority(String file) {
        if (file.isBlank()) {
            return null;
        }
        var path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw CommandFailed.refused("%s names %s, which cannot be read".formatted(AUTHORITY, file), "");
        }
        return path;
    }
}
