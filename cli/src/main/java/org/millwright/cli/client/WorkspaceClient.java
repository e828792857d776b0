package org.millwright.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.code.CodeArchive;

/** One workspace of a server. Everything fails with {@link CommandFailed}, worded for the user. */
public final class WorkspaceClient {
    private static final Duration MORE_THAN_THE_WAIT = Duration.ofSeconds(40);
    private static final Duration TRANSFER_PATIENCE = Duration.ofMinutes(15);

    private final ApiClient api;
    private final String root;

    public WorkspaceClient(ApiClient api, String workspace) {
        this("/api/v1/workspaces/" + segment(workspace), api);
    }

    private WorkspaceClient(String root, ApiClient api) {
        this.api = api;
        this.root = root;
    }

    /** For what is in no workspace: principals, roles. */
    public static WorkspaceClient ofWholeServer(ApiClient api) {
        return new WorkspaceClient("/api/v1", api);
    }

    /** @param segments of the path below the workspace; each is encoded */
    public JsonNode get(String... segments) {
        return api.get(path(segments));
    }

    /** @param query what is empty is left out */
    public JsonNode get(Map<String, String> query, String... segments) {
        return api.get(address(query, segments));
    }

    /** Answers what is no JSON as it comes; whoever asked closes it. */
    public HttpResponse<InputStream> open(String... segments) {
        return api.open(path(segments), TRANSFER_PATIENCE);
    }

    /** The same with a query, as in {@link #get(Map, String...)}. @param patience how long all of it may take */
    public HttpResponse<InputStream> open(Duration patience, Map<String, String> query, String... segments) {
        return api.open(address(query, segments), patience);
    }

    public JsonNode post(@Nullable Object body, String... segments) {
        return api.post(path(segments), body);
    }

    /** Asks for something to be done that needs no body. @param query what is empty is left out */
    public JsonNode order(Map<String, String> query, String... segments) {
        return api.post(address(query, segments), null);
    }

    public JsonNode put(Object body, String... segments) {
        return api.sendBody("PUT", path(segments), body);
    }

    public JsonNode patch(Object body, String... segments) {
        return api.sendBody("PATCH", path(segments), body);
    }

    public void delete(String... segments) {
        api.delete(path(segments));
    }

    /** The list of an answer that has no pages. */
    public List<JsonNode> items(String... segments) {
        return list(get(segments).path("items"));
    }

    /** Follows the pages of the jobs until there are enough. @param filters left out where empty */
    public List<JsonNode> jobs(Map<String, String> filters, int most) {
        return pages(filters, most, "jobs");
    }

    /** Follows the pages of a list until there are enough. @param filters left out where empty */
    public List<JsonNode> pages(Map<String, String> filters, int most, String... segments) {
        var found = new ArrayList<JsonNode>();
        var page = "";
        do {
            var query = filters.entrySet().stream()
                    .filter(filter -> !filter.getValue().isEmpty())
                    .map(filter -> "&%s=%s".formatted(filter.getKey(), segment(filter.getValue())))
                    .collect(Collectors.joining());
            var answer = api.get("%s?size=%d%s%s"
                    .formatted(
                            path(segments),
                            Math.min(100, most - found.size()),
                            query,
                            page.isEmpty() ? "" : "&page=" + segment(page)));
            var items = list(answer.path("items"));
            found.addAll(items);
            page = items.isEmpty() ? "" : answer.path("next_page").asText("");
        } while (!page.isEmpty() && !page.equals("null") && found.size() < most);
        return found.size() <= most ? found : found.subList(0, most);
    }

    public Job job(String name) {
        return Job.of(get("jobs", name));
    }

    /** Sends the archive, unless the server has it already. */
    public String upload(CodeArchive archive) throws IOException {
        var path = path("snapshots", archive.digest());
        if (!api.exists(path)) {
            api.upload(path, archive.zip(), "application/zip");
        }
        return archive.digest();
    }

    /**
     * The log from an offset on, as it is printed. Whoever asks closes the body.
     *
     * @param waitSeconds how long the server may wait for something new
     */
    HttpResponse<InputStream> log(String name, long offset, int waitSeconds) {
        return log(name, 0, 0, offset, waitSeconds);
    }

    private HttpResponse<InputStream> log(String name, int rank, int attempt, long offset, int waitSeconds) {
        return api.open(
                "%s?rank=%d&attempt=%d&offset=%d&wait=%d"
                        .formatted(path("jobs", name, "log"), rank, attempt, offset, waitSeconds),
                MORE_THAN_THE_WAIT);
    }

    /** All of a text that the server gives in pieces, from an offset on. */
    public String textSoFar(String... segments) throws IOException {
        var text = new ByteArrayOutputStream();
        int before;
        do {
            before = text.size();
            try (var body = api.open("%s?offset=%d".formatted(path(segments), before), MORE_THAN_THE_WAIT)
                    .body()) {
                body.transferTo(text);
            }
        } while (text.size() > before);
        return text.toString(StandardCharsets.UTF_8);
    }

    /** All of the log that there is now; the server gives it in pieces. @param rank from 0 @param attempt from 1; 0 for the last */
    public String logSoFar(String name, int rank, int attempt) throws IOException {
        var log = new ByteArrayOutputStream();
        int before;
        do {
            before = log.size();
            try (var body = log(name, rank, attempt, before, 0).body()) {
                body.transferTo(log);
            }
        } while (log.size() > before);
        return log.toString(StandardCharsets.UTF_8);
    }

    /** @param folder relative to the run's files; empty for all */
    public List<JsonNode> files(String name, String folder) {
        return list(api.get("%s?path=%s".formatted(path("jobs", name, "files"), segment(folder)))
                .path("items"));
    }

    /** Puts one file of a run at the target, whole or not at all. */
    public void download(String name, String file, Path target) throws IOException {
        var segments = new ArrayList<>(List.of("jobs", name, "files"));
        segments.addAll(Arrays.asList(file.split("/")));
        var parent = target.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        var part = Files.createTempFile(parent, ".download-", ".part");
        try (var body = api.open(path(segments.toArray(String[]::new)), TRANSFER_PATIENCE)
                .body()) {
            Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private String address(Map<String, String> query, String... segments) {
        return path(segments)
                + query.entrySet().stream()
                        .filter(parameter -> !parameter.getValue().isEmpty())
                        .map(parameter -> segment(parameter.getKey()) + "=" + segment(parameter.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private String path(String... segments) {
        return root
                + Arrays.stream(segments).map(segment -> "/" + segment(segment)).collect(Collectors.joining());
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The elements of a JSON list; none when it is something else. */
    public static List<JsonNode> list(JsonNode array) {
        return (array.isArray() ? array : JsonNodeFactory.instance.arrayNode())
                .valueStream()
                .toList();
    }
}
