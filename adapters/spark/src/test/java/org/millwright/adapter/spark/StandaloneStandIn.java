package org.millwright.adapter.spark;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers as the submission server of a Spark 4.3 master was seen to; its drivers are run by plain Python. */
final class StandaloneStandIn extends ServiceStandIn {
    private final Launchers launchers;

    StandaloneStandIn(Launchers launchers) throws IOException {
        this.launchers = launchers;
    }

    @Override
    protected Answer answer(Asked request) throws Exception {
        var path = request.path().split("/");
        if (!request.path().startsWith("/v1/submissions/")) {
            return answer("ErrorResponse", Map.of("message", "Unknown protocol version 'v9'."), 400);
        }
        return switch (path[3]) {
            case "create" -> create(request);
            case "status" -> status(path[4]);
            case "kill" -> kill(path[4]);
            default -> answer("ErrorResponse", Map.of("message", "Unknown action"), 400);
        };
    }

    private Answer create(Asked request) throws Exception {
        var body = request.body();
        if (!body.has("appArgs") || !body.has("clientSparkVersion") || !body.has("environmentVariables")) {
            return answer(
                    "ErrorResponse",
                    Map.of(
                            "message",
                            "Malformed request: Validation of message CreateSubmissionRequest failed!\n\tat x"),
                    400);
        }
        var variables = new LinkedHashMap<String, String>();
        body.path("environmentVariables")
                .properties()
                .forEach(each -> variables.put(each.getKey(), each.getValue().asText()));
        var id = launchers.start(body.path("appResource").asText(), List.of(), variables);
        return answer(
                "CreateSubmissionResponse",
                Map.of(
                        "submissionId",
                        name(id),
                        "success",
                        true,
                        "message",
                        "Driver successfully submitted as " + name(id)),
                200);
    }

    private Answer status(String id) throws IOException {
        var number = number(id);
        if (!launchers.knows(number)) {
            return answer("SubmissionStatusResponse", Map.of("submissionId", id, "success", false), 200);
        }
        var code = launchers.exitCode(number);
        var state =
                code == null ? "RUNNING" : launchers.isKilled(number) ? "KILLED" : code == 0 ? "FINISHED" : "FAILED";
        return answer(
                "SubmissionStatusResponse", Map.of("submissionId", id, "success", true, "driverState", state), 200);
    }

    private Answer kill(String id) throws IOException {
        var running = launchers.exitCode(number(id)) == null && launchers.knows(number(id));
        launchers.kill(number(id));
        return answer("KillSubmissionResponse", Map.of("submissionId", id, "success", running), 200);
    }

    private static Answer answer(String action, Map<String, Object> fields, int status) throws IOException {
        var body = new LinkedHashMap<String, Object>(fields);
        body.put("action", action);
        body.put("serverSparkVersion", "4.3.0");
        return json(status, body);
    }

    private static String name(int number) {
        return "driver-20260501120000-%04d".formatted(number);
    }

    private static int number(String id) {
        return id.startsWith("driver-") ? Integer.parseInt(id.substring(id.lastIndexOf('-') + 1)) : 0;
    }
}
