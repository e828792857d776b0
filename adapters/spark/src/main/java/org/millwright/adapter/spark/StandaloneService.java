package org.millwright.adapter.spark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.spi.LaunchFailed;

/**
 * The submission server of one standalone master ({@code spark.master.rest.enabled}).
 *
 * <p>{@code spark-submit} refuses Python in cluster mode there, because nothing in a standalone cluster runs Python drivers. So
 * the driver that a worker is asked to start is spark-submit itself, in client mode, for the script that the worker has fetched
 * as the application's resource. docs/adr says why this and not a spark-submit on our own machine.
 */
final class StandaloneService implements SparkService {
    private static final String VERSION = "4.0.0";
    private static final String SPARK_SUBMIT = "org.apache.spark.deploy.SparkSubmit";
    /** The worker puts the path of the resource that it fetched in its place. */
    private static final String SCRIPT = "{{USER_JAR}}";

    private final ClusterHttp http;
    private final URI address;
    private final Map<String, String> headers;
    private final String master;
    private final @Nullable String python;
    private final @Nullable String launcher;

    /**
     * @param credential a JSON Web Token, for masters with the filter that asks for one; null for none
     * @param master by which workers and drivers know it, {@code spark://host:7077}
     * @param python of the workers; null for {@code python3}
     * @param launcher where the launcher lies on the cluster; null when the cluster fetches it from this server
     */
    StandaloneService(
            ClusterHttp http,
            URI address,
            @Nullable String credential,
            String master,
            @Nullable String python,
            @Nullable String launcher) {
        this.http = http;
        this.address = address;
        this.headers = credential == null ? Map.of() : Map.of("Authorization", "Bearer " + credential);
        this.master = master;
        this.python = python;
        this.launcher = launcher;
    }

    @Override
    public String name() {
        return "The Spark master at " + address;
    }

    /** A master lists no names; a second driver of one attempt ends by itself, because only one launcher may begin. */
    @Override
    public Optional<String> find(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<String> idOf(String place) {
        return place.matches("driver-\\d{14}-\\d{4,}") ? Optional.of(place) : Optional.empty();
    }

    @Override
    public String submit(Application application) throws LaunchFailed, IOException {
        var answer = http.sendJson("POST", at("create"), headers, request(application));
        requireLetIn(answer);
        requireNoTrouble(answer);
        var json = answer.json();
        if (answer.status() == 200 && json.path("success").asBoolean() && json.has("submissionId")) {
            return json.path("submissionId").asText();
        }
        throw new LaunchFailed("%s refuses the application: %s".formatted(name(), message(answer)));
    }

    @Override
    public Seen look(String id) throws IOException {
        var json = understood(http.send("GET", at("status/" + id), headers, null));
        if (!json.path("success").asBoolean()) {
            return new Seen(State.UNKNOWN, json.path("message").asText());
        }
        var state = json.path("driverState").asText();
        return new Seen(
                switch (state) {
                    case "SUBMITTED" -> State.WAITING;
                    // UNKNOWN: the master has come back and not yet heard from the worker.
                    case "RUNNING", "RELAUNCHING", "UNKNOWN" -> State.RUNNING;
                    case "FINISHED" -> State.SUCCEEDED;
                    case "KILLED" -> State.KILLED;
                    case "FAILED", "ERROR" -> State.FAILED;
                    case "NOT_FOUND" -> State.UNKNOWN;
                    default -> throw new IOException("%s speaks of state '%s'".formatted(name(), state));
                },
                "it is %s. %s"
                        .formatted(state, firstLine(json.path("message").asText()))
                        .strip());
    }

    /** Workers keep what drivers print; masters do not tell. */
    @Override
    public List<String> log(String id, int from) {
        return List.of();
    }

    @Override
    public void kill(String id) throws IOException {
        // It answers without success when the driver has ended, which is what we want.
        understood(http.send("POST", at("kill/" + id), headers, null));
    }

    @Override
    public void check() throws LaunchFailed, IOException {
        var answer = http.send("GET", at("status/millwright"), headers, null);
        requireLetIn(answer);
        requireNoTrouble(answer);
        if (!answer.json().path("action").asText().equals("SubmissionStatusResponse")) {
            throw new LaunchFailed(
                    "There is no submission server of a Spark master at %s; it is switched on by spark.master.rest.enabled"
                            .formatted(address));
        }
    }

    private Map<String, Object> request(Application application) {
        var conf = application.conf();
        conf.put("spark.app.name", application.name());
        conf.put("spark.master", master);
        conf.put("spark.submit.deployMode", "client");
        limitCores(conf);
        var variables = new HashMap<String, String>();
        variables.put("SPARK_ENV_LOADED", "1");
        variables.put("MILLWRIGHT_TICKET", application.ticket());
        if (python != null) {
            variables.put("PYSPARK_PYTHON", python);
        }
        var request = new LinkedHashMap<String, Object>();
        request.put("action", "CreateSubmissionRequest");
        request.put("clientSparkVersion", VERSION);
        request.put("appResource", launcher == null ? application.launcherUrl().toString() : launcher);
        request.put("mainClass", SPARK_SUBMIT);
        request.put("appArgs", arguments(application));
        request.put("environmentVariables", variables);
        request.put("sparkProperties", conf);
        return request;
    }

    /** A standalone application takes all cores there are unless it is told how many; executors are counted by cores. */
    private static void limitCores(Map<String, String> conf) {
        var executors = conf.get("spark.executor.instances");
        if (executors != null && !conf.containsKey("spark.cores.max")) {
            var each = conf.computeIfAbsent("spark.executor.cores", absent -> "1");
            conf.put("spark.cores.max", Long.toString(Long.parseLong(executors) * Long.parseLong(each)));
        }
    }

    /** spark-submit reads the settings of its own process but for these. */
    private List<String> arguments(Application application) {
        var arguments =
                new ArrayList<>(List.of("--master", master, "--deploy-mode", "client", "--name", application.name()));
        add(arguments, "--py-files", application.remotePyFiles());
        add(arguments, "--jars", application.remoteJars());
        add(arguments, "--files", application.remoteFiles());
        add(arguments, "--archives", application.remoteArchives());
        arguments.add(SCRIPT);
        return arguments;
    }

    private static void add(List<String> arguments, String option, List<String> values) {
        if (!values.isEmpty()) {
            arguments.add(option);
            arguments.add(String.join(",", values));
        }
    }

    private URI at(String path) {
        return URI.create(address + "/v1/submissions/" + path);
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
                    "%s does not let us in (%d); its credential is a token".formatted(name(), answer.status()));
        }
    }

    private void requireNoTrouble(ClusterHttp.Answer answer) throws IOException {
        if (answer.status() >= 500 || answer.status() == 429) {
            understood(answer);
        }
    }

    private static String message(ClusterHttp.Answer answer) {
        return firstLine(answer.json().path("message").asText(answer.text()));
    }

    /** What follows is a stack trace. */
    private static String firstLine(String text) {
        var line = text.strip().lines().findFirst().orElse("");
        return line.length() <= 500 ? line : line.substring(0, 500) + "...";
    }
}
