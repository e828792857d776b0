package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.yaml.DeploymentDefinition;

/** Puts a model behind an endpoint and sees whether it answers. */
final class Deploying {
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Pattern MODEL = Pattern.compile("(?:azureml:)?([^:@]+)(?::(\\d+)|@latest)?");

    private final WorkspaceClient workspace;

    Deploying(WorkspaceClient workspace) {
        this.workspace = workspace;
    }

    /**
     * The model with its version as a number. Asked before anything is made, so that a wrong name leaves nothing behind.
     *
     * @param written {@code name:1}, {@code name@latest}, or the name alone for the latest
     */
    String model(String written) {
        var model = MODEL.matcher(written);
        if (!model.matches()) {
            throw CommandFailed.usage(
                    "'%s' is not a model such as breast-cancer:1 or breast-cancer@latest".formatted(written), "");
        }
        var name = model.group(1);
        var version = model.group(2);
        if (version != null) {
            workspace.get("models", name, "versions", version);
            return name + ":" + version;
        }
        var latest = workspace.get("models", name).path("latest_version");
        if (latest.isNull() || latest.isMissingNode()) {
            throw CommandFailed.refused("The model '%s' has no versions".formatted(name), "");
        }
        return name + ":" + latest.asText();
    }

    /** Starts it; it is not up yet when this returns. */
    JsonNode start(DeploymentDefinition deployment, boolean allTraffic) {
        var body = new LinkedHashMap<String, Object>();
        body.put("model", deployment.model());
        if (deployment.maxConcurrentRequests() != null) {
            body.put("max_concurrent_requests", deployment.maxConcurrentRequests());
        }
        if (deployment.requestTimeoutMs() != null) {
            body.put("request_timeout_ms", deployment.requestTimeoutMs());
        }
        body.put("all_traffic", allTraffic);
        return workspace.put(body, "endpoints", deployment.endpoint(), "deployments", deployment.name());
    }

    /** @throws CommandFailed with FAILED and the reason when it cannot be brought up, with LATE when it takes longer than that */
    JsonNode await(String endpoint, String deployment, int seconds) throws InterruptedException {
        var deadline = Instant.now(Clock.systemUTC()).plusSeconds(seconds);
        while (true) {
            var answer = workspace.get("endpoints", endpoint);
            var found = deployment(answer, deployment);
            var state = found == null ? "" : found.path("state").asText();
            if (found == null) {
                throw CommandFailed.failed("The deployment '%s' was deleted meanwhile".formatted(deployment), "");
            }
            if (state.equals("Succeeded")) {
                return answer;
            }
            if (state.equals("Failed")) {
                throw CommandFailed.failed(
                        "The deployment '%s' of %s failed: %s"
                                .formatted(
                                        deployment, Cells.text(found.path("model")), Cells.text(found.path("reason"))),
                        "The endpoint '%s' is there. Deploy another model with ./millwright deployment create, or remove it with ./millwright endpoint delete %s"
                                .formatted(endpoint, endpoint));
            }
            if (Instant.now(Clock.systemUTC()).isAfter(deadline)) {
                throw new CommandFailed(
                        ExitCode.LATE,
                        "The deployment '%s' is still %s after %d s; it goes on".formatted(deployment, state, seconds),
                        "See it with ./millwright endpoint show " + endpoint);
            }
            Thread.sleep(POLL);
        }
    }

    private static @Nullable JsonNode deployment(JsonNode endpoint, String name) {
        return WorkspaceClient.list(endpoint.path("deployments")).stream()
                .filter(deployment -> deployment.path("name").asText().equals(name))
                .findFirst()
                .orElse(null);
    }
}
