package org.millwright.adapter.databricks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.millwright.adapter.spark.Launchers;
import org.millwright.adapter.spark.ServiceStandIn;

/**
 * So much of a Databricks workspace that its official SDK is content: one-time runs of Python files, workspace files, and what
 * the check asks for. A run is a process of Python, which has Spark when the interpreter has it.
 */
public final class DatabricksStandIn extends ServiceStandIn {
    public static final String TOKEN = "dapi-test";
    public static final String CLUSTER = "0501-120000-abcd";
    public static final String VERSION = "15.4.x-scala2.12";
    private static final Pattern JOBS = Pattern.compile("/api/2\\.[12]/jobs/runs/(submit|get|get-output|cancel)");

    private final Launchers launchers;
    private final Path files;
    private final Map<String, Integer> byToken = new ConcurrentHashMap<>();
    private final Map<Integer, String> names = new ConcurrentHashMap<>();

    public DatabricksStandIn(Launchers launchers, Path files) throws IOException {
        this.launchers = launchers;
        this.files = files;
    }

    @Override
    protected synchronized Answer answer(Asked request) throws Exception {
        if (request.path().startsWith("/.well-known/")) {
            return new Answer(404, "{}");
        }
        if (!request.authorization().equals("Bearer " + TOKEN)) {
            return error(403, "PERMISSION_DENIED", "Invalid access token.");
        }
        var jobs = JOBS.matcher(request.path());
        if (jobs.matches()) {
            return switch (jobs.group(1)) {
                case "submit" -> submit(request.body());
                case "get" -> get(Integer.parseInt(parameter(request, "run_id")));
                case "get-output" -> output(Integer.parseInt(parameter(request, "run_id")));
                default -> cancel(request.body().path("run_id").asInt());
            };
        }
        return switch (request.path()) {
            case "/api/2.0/workspace/get-status" -> status(parameter(request, "path"));
            case "/api/2.0/workspace/mkdirs" -> new Answer(200, "{}");
            case "/api/2.0/workspace/import" -> keep(request.body());
            case "/api/2.1/clusters/get" -> cluster(parameter(request, "cluster_id"));
            case "/api/2.1/clusters/spark-versions" ->
                json(200, Map.of("versions", List.of(Map.of("key", VERSION, "name", "15.4 LTS"))));
            default -> error(404, "ENDPOINT_NOT_FOUND", "No API found for '%s'".formatted(request.path()));
        };
    }

    private Answer submit(JsonNode run) throws IOException {
        var token = run.path("idempotency_token").asText();
        if (token.length() > 64) {
            return error(400, "INVALID_PARAMETER_VALUE", "idempotency_token is too long");
        }
        var known = byToken.get(token);
        if (known != null) {
            return json(200, Map.of("run_id", known));
        }
        var task = run.path("tasks").path(0);
        if (task.has("existing_cluster_id")
                && !task.path("existing_cluster_id").asText().equals(CLUSTER)) {
            return error(
                    400,
                    "INVALID_PARAMETER_VALUE",
                    "Cluster %s does not exist"
                            .formatted(task.path("existing_cluster_id").asText()));
        }
        var python = task.path("spark_python_task");
        var script = file(python.path("python_file").asText());
        if (!Files.exists(script)) {
            return error(400, "INVALID_PARAMETER_VALUE", "Workspace file not found");
        }
        var parameters = new ArrayList<String>();
        python.path("parameters").forEach(each -> parameters.add(each.asText()));
        var id = launchers.start(script.toString(), parameters, Map.of());
        byToken.put(token, id);
        names.put(id, run.path("run_name").asText());
        return json(200, Map.of("run_id", id));
    }

    private Answer get(int id) throws IOException {
        if (!launchers.knows(id)) {
            return error(400, "INVALID_PARAMETER_VALUE", "Run %d does not exist.".formatted(id));
        }
        var state = new LinkedHashMap<String, Object>();
        var code = launchers.exitCode(id);
        if (code == null) {
            state.put("life_cycle_state", "RUNNING");
            state.put("state_message", "In run");
        } else {
            state.put("life_cycle_state", "TERMINATED");
            state.put("result_state", launchers.isKilled(id) ? "CANCELED" : code == 0 ? "SUCCESS" : "FAILED");
            state.put("state_message", code == 0 ? "" : "Workload failed, see run output for details");
        }
        return json(
                200,
                Map.of(
                        "run_id",
                        id,
                        "run_name",
                        Objects.requireNonNull(names.get(id)),
                        "state",
                        state,
                        "tasks",
                        List.of(Map.of("run_id", id, "task_key", "millwright", "state", state))));
    }

    private Answer output(int id) throws IOException {
        return json(200, Map.of("logs", String.join("\n", launchers.lines(id)), "logs_truncated", false));
    }

    private Answer cancel(int id) {
        launchers.kill(id);
        return new Answer(200, "{}");
    }

    private Answer status(String path) throws IOException {
        return Files.exists(file(path))
                ? json(200, Map.of("object_type", "FILE", "path", path))
                : error(404, "RESOURCE_DOES_NOT_EXIST", "Path (%s) doesn't exist.".formatted(path));
    }

    private Answer keep(JsonNode given) throws IOException {
        var file = file(given.path("path").asText());
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(given.path("content").asText()));
        return new Answer(200, "{}");
    }

    private Answer cluster(String id) throws IOException {
        return id.equals(CLUSTER)
                ? json(200, Map.of("cluster_id", id, "state", "RUNNING"))
                : error(400, "INVALID_PARAMETER_VALUE", "Cluster %s does not exist".formatted(id));
    }

    private Path file(String path) {
        return files.resolve(path.substring(1));
    }

    private static String parameter(Asked request, String name) {
        for (var pair : request.query().split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "0";
    }

    private static Answer error(int status, String code, String message) throws IOException {
        return json(status, Map.of("error_code", code, "message", message));
    }
}
