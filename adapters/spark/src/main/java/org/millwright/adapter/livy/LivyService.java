package org.millwright.adapter.livy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.spark.Application;
import org.millwright.adapter.spark.ClusterHttp;
import org.millwright.adapter.spark.SparkService;
import org.millwright.compute.spi.LaunchFailed;

/** The batches of one Livy server. */
final class LivyService implements SparkService {
    private static final int PAGE = 100;
    /** Livy keeps the last 200 lines of each batch unless it is told otherwise. */
    private static final int MOST_LINES = 10_000;

    private final ClusterHttp http;
    private final URI address;
    private final Map<String, String> headers;
    private final @Nullable String launcher;

    /**
     * @param credential {@code user:password} of HTTP's basic authentication; null when none is asked for
     * @param launcher where the launcher lies on the cluster; null when the cluster fetches it from this server
     */
    LivyService(ClusterHttp http, URI address, @Nullable String credential, @Nullable String launcher) {
        this.http = http;
        this.address = address;
        this.headers = headers(credential);
        this.launcher = launcher;
    }

    /** Livy's protection against forged requests wants X-Requested-By where it is switched on, as HDInsight does. */
    private static Map<String, String> headers(@Nullable String credential) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Requested-By", "millwright");
        headers.put("Accept", "application/json");
        if (credential != null) {
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8)));
        }
        return headers;
    }

    @Override
    public String name() {
        return "Livy at " + address;
    }

    @Override
    public Optional<String> find(String name) throws IOException {
        for (var from = 0; ; from += PAGE) {
            var page = understood(get("/batches?from=%d&size=%d".formatted(from, PAGE)));
            for (var batch : page.path("sessions")) {
                if (name.equals(batch.path("name").asText())) {
                    return Optional.of(batch.path("id").asText());
                }
            }
            if (from + PAGE >= page.path("total").asInt()) {
                return Optional.empty();
            }
        }
    }

    @Override
    public String submit(Application application) throws LaunchFailed, IOException {
        var found = find(application.name());
        if (found.isPresent()) {
            return found.get();
        }
        var answer = http.sendJson("POST", address("/batches"), headers, batch(application));
        if (answer.status() == 201) {
            return answer.json().path("id").asText();
        }
        requireLetIn(answer);
        requireNoTrouble(answer);
        // What Livy refuses may stay with it under the name, and would be taken for ours.
        for (var left = find(application.name()); left.isPresent(); left = find(application.name())) {
            kill(left.get());
        }
        throw new LaunchFailed("%s refuses the application: %s".formatted(name(), message(answer)));
    }

    @Override
    public Seen look(String id) throws IOException {
        var answer = get("/batches/" + id);
        if (answer.status() == 404) {
            return new Seen(State.UNKNOWN, message(answer));
        }
        var state = understood(answer).path("state").asText();
        return new Seen(
                switch (state) {
                    case "not_started", "starting", "recovering" -> State.WAITING;
                    case "idle", "running", "busy", "shutting_down" -> State.RUNNING;
                    case "success" -> State.SUCCEEDED;
                    case "dead", "error" -> State.FAILED;
                    case "killed" -> State.KILLED;
                    default -> throw new IOException("%s speaks of state '%s'".formatted(name(), state));
                },
                "it is '%s'".formatted(state));
    }

    @Override
    public List<String> log(String id, int from) throws IOException {
        // From the beginning: Livy counts its own lines between the two streams, which move as the log grows.
        var answer = get("/batches/%s/log?from=0&size=%d".formatted(id, MOST_LINES));
        if (answer.status() == 404) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        for (var line : understood(answer).path("log")) {
            var text = line.asText().strip();
            if (!text.equals("stdout:") && !text.equals("stderr:") && !text.equals("YARN Diagnostics:")) {
                lines.add(line.asText());
            }
        }
        return lines.subList(Math.min(from, lines.size()), lines.size());
    }

    @Override
    public void kill(String id) throws IOException {
        var answer = http.send("DELETE", address("/batches/" + id), headers, null);
        if (answer.status() != 404) {
            understood(answer);
        }
    }

    @Override
    public void check() throws LaunchFailed, IOException {
        var answer = get("/batches?from=0&size=1");
        requireLetIn(answer);
        requireNoTrouble(answer);
        if (answer.status() != 200 || !answer.json().has("sessions")) {
            throw new LaunchFailed("There is no Livy at %s: it answers %d".formatted(address, answer.status()));
        }
    }

    private Map<String, Object> batch(Application application) {
        var conf = application.conf();
        var batch = new LinkedHashMap<String, Object>();
        batch.put("name", application.name());
        batch.put("file", launcher == null ? application.launcherUrl().toString() : launcher);
        move(conf, "spark.driver.memory", batch, "driverMemory", text -> text);
        move(conf, "spark.driver.cores", batch, "driverCores", Integer::valueOf);
        move(conf, "spark.executor.memory", batch, "executorMemory", text -> text);
        move(conf, "spark.executor.cores", batch, "executorCores", Integer::valueOf);
        move(conf, "spark.executor.instances", batch, "numExecutors", Integer::valueOf);
        putSome(batch, "pyFiles", application.remotePyFiles());
        putSome(batch, "jars", application.remoteJars());
        putSome(batch, "files", application.remoteFiles());
        putSome(batch, "archives", application.remoteArchives());
        // YARN would start the driver again by itself; whether a job is tried again is for its own policy to say.
        conf.putIfAbsent("spark.yarn.maxAppAttempts", "1");
        // Spark hides settings whose name speaks of a token, in its pages and its logs.
        conf.put("spark.millwright.ticket.token", application.ticket());
        batch.put("conf", conf);
        return batch;
    }

    private static void move(
            Map<String, String> conf,
            String from,
            Map<String, Object> batch,
            String to,
            Function<String, Object> read) {
        var value = conf.remove(from);
        if (value != null) {
            batch.put(to, read.apply(value));
        }
    }

    private static void putSome(Map<String, Object> batch, String name, List<String> values) {
        if (!values.isEmpty()) {
            batch.put(name, values);
        }
    }

    private ClusterHttp.Answer get(String path) throws IOException {
        return http.send("GET", address(path), headers, null);
    }

    private URI address(String path) {
        return URI.create(address + path);
    }

    private JsonNode understood(ClusterHttp.Answer answer) throws IOException {
        if (answer.status() / 100 != 2) {
            throw new IOException("%s answers %d: %s".formatted(name(), answer.status(), message(answer)));
        }
        return answer.json();
    }

    private void requireLetIn(ClusterHttp.Answer answer) throws LaunchFailed {
        if (answer.status() == 401 || answer.status() == 403) {
            throw new LaunchFailed(
                    "%s does not let us in (%d); its credential is 'user:password'".formatted(name(), answer.status()));
        }
    }

    private void requireNoTrouble(ClusterHttp.Answer answer) throws IOException {
        if (answer.status() >= 500 || answer.status() == 429) {
            understood(answer);
        }
    }

    /** Livy answers {"msg": ...}, or a bare JSON string. */
    private static String message(ClusterHttp.Answer answer) {
        var json = answer.json();
        var text = json.isTextual() ? json.asText() : json.path("msg").asText(answer.text());
        var line = text.strip().lines().findFirst().orElse("");
        return line.length() <= 500 ? line : line.substring(0, 500) + "...";
    }
}
