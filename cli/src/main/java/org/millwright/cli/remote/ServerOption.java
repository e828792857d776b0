package org.millwright.cli.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.client.ApiClient;
import org.millwright.cli.client.ServerAccess;
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
        var token = environment.getOrDefault(TOKEN, "").strip();
        if (token.isEmpty()) {
            throw CommandFailed.permission(
                    "%s is set, but %s is not".formatted(URL, TOKEN),
                    "Make a token in the portal, or with ./millwright token create where the server runs.");
        }
        return new ServerAccess(URI.create(url), authority(environment.getOrDefault(AUTHORITY, "")), token);
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
