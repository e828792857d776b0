package org.millwright.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.millwright.cli.client.ApiClient;

/** The operations by which a workspace of a server is given out and taken in. */
public final class TransferClient {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Duration TRANSFER_PATIENCE = Duration.ofHours(2);
    private static final int PAGE = 100;

    private final ApiClient api;
    private final String root;

    public TransferClient(ApiClient api, String workspace) {
        this.api = api;
        this.root = "/api/v1/workspaces/" + segment(workspace);
    }

    /** Takes one line or item after another. */
    @FunctionalInterface
    interface Taker<T> {
        void take(T item) throws IOException;
    }

    /** @throws org.millwright.cli.CommandFailed when there is no such workspace or the caller may not see it */
    public void requireWorkspace() {
        api.get(root);
    }

    /** Every item of a list, page by page. @param query without the page, such as {@code experiment=a} */
    void pages(String list, String query, Taker<ObjectNode> taker) throws IOException {
        var page = "";
        do {
            var answer = api.get("%s/export/%s?size=%d%s%s"
                    .formatted(
                            root,
                            list,
                            PAGE,
                            query.isEmpty() ? "" : "&" + query,
                            page.isEmpty() ? "" : "&page=" + segment(page)));
            for (var item : answer.path("items")) {
                taker.take((ObjectNode) item);
            }
            page = answer.path("next_page").asText("");
        } while (!page.isEmpty());
    }

    /** Those of the ids that the workspace has, by id. @param kind {@code runs} or {@code logged-models} */
    Map<String, ObjectNode> known(String kind, Collection<String> ids) {
        var known = new HashMap<String, ObjectNode>();
        if (!ids.isEmpty()) {
            for (var item : api.post("%s/export/%s/known".formatted(root, kind), Map.of("ids", ids))
                    .path("items")) {
                known.put(item.path("id").asText(), (ObjectNode) item);
            }
        }
        return known;
    }

    /** The lines of an answer, as they come. @param segments below {@code export} */
    void lines(String query, Taker<String> taker, String... segments) throws IOException {
        try (var lines = new BufferedReader(
                new InputStreamReader(open(path("export", segments) + query), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    taker.take(line);
                }
            }
        }
    }

    /** A file's content; whoever asks closes it. @param segments below {@code export} */
    InputStream file(String... segments) {
        return open(path("export", segments));
    }

    JsonNode put(JsonNode body, String... segments) {
        return api.sendBody("PUT", path("import", segments), body);
    }

    void post(JsonNode body, String... segments) {
        api.sendBody("POST", path("import", segments), body);
    }

    /** @param owner {@code runs} or {@code logged-models} @param path below its files */
    void upload(String owner, String id, String path, Path file, String sha256) throws IOException {
        api.send(api.request(path("import", owner, id, "files") + segments(path.split("/")))
                .timeout(TRANSFER_PATIENCE)
                .header("Content-Type", "application/octet-stream")
                .header("X-Millwright-Sha256", sha256)
                .PUT(BodyPublishers.ofFile(file)));
    }

    /** Sends a job's code, unless the server has it already. */
    boolean uploadSnapshot(String digest, Path zip) throws IOException {
        var path = root + "/snapshots/" + segment(digest);
        if (api.exists(path)) {
            return false;
        }
        api.upload(path, zip, "application/zip");
        return true;
    }

    private InputStream open(String path) {
        return api.open(path, TRANSFER_PATIENCE).body();
    }

    private String path(String direction, String... segments) {
        return root + "/" + direction + segments(segments);
    }

    static String segments(String... segments) {
        return Arrays.stream(segments).map(each -> "/" + segment(each)).collect(Collectors.joining());
    }

    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
