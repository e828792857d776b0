package org.millwright.cli.yaml;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millwright.cli.yaml.YamlValue.Scalar;

/** Reads online endpoints and their deployments, as Azure ML's command line (v2) writes them. */
public final class EndpointReader {
    private static final String IN_THE_SERVER = "models are served by the server itself";
    private static final Section.Keys ENDPOINT_KEYS = Section.Keys.of(
                    "$schema", "name", "description", "tags", "auth_mode", "traffic")
            .without(Map.of(
                    "compute", IN_THE_SERVER,
                    "identity", IN_THE_SERVER,
                    "mirror_traffic", "traffic can be split, but not copied",
                    "public_network_access", IN_THE_SERVER,
                    "properties", "write them as tags"));
    private static final Section.Keys DEPLOYMENT_KEYS = Section.Keys.of(
                    "$schema",
                    "name",
                    "endpoint_name",
                    "model",
                    "request_settings",
                    "instance_type",
                    "instance_count",
                    "type")
            .without(Map.ofEntries(
                    Map.entry("code_configuration", "only ONNX models are served, and they need no scoring script"),
                    Map.entry("environment", "only ONNX models are served, and they need no packages"),
                    Map.entry("environment_variables", "only ONNX models are served, and they read none"),
                    Map.entry("liveness_probe", IN_THE_SERVER),
                    Map.entry("readiness_probe", IN_THE_SERVER),
                    Map.entry("scale_settings", IN_THE_SERVER),
                    Map.entry("egress_public_network_access", IN_THE_SERVER),
                    Map.entry("app_insights_enabled", "there is no Application Insights to send to"),
                    Map.entry("data_collector", "requests are not collected"),
                    Map.entry("resources", IN_THE_SERVER),
                    Map.entry("description", "a deployment has a name only"),
                    Map.entry("tags", "tag the endpoint instead"),
                    Map.entry("properties", "tag the endpoint instead"),
                    Map.entry("model_mount_path", IN_THE_SERVER)));
    private static final Section.Keys REQUEST_KEYS = Section.Keys.of(
                    "request_timeout_ms", "max_concurrent_requests_per_instance")
            .without(Map.of("max_queue_wait_ms", "requests do not queue; above the limit the answer is 429"));
    private static final Pattern MODEL = Pattern.compile("[^:@/]+(:\\d+|@latest)");

    private final Problems problems;

    private EndpointReader(Problems problems) {
        this.problems = problems;
    }

    /** Empty when there are problems. */
    public static Optional<EndpointDefinition> endpoint(Path file, Problems problems) {
        return YamlFile.read(file, problems)
                .map(document -> new EndpointReader(problems).endpoint(new Section(document, problems, ENDPOINT_KEYS)))
                .filter(endpoint -> problems.isEmpty());
    }

    /** Empty when there are problems. */
    public static Optional<DeploymentDefinition> deployment(Path file, Problems problems) {
        return YamlFile.read(file, problems)
                .map(document ->
                        new EndpointReader(problems).deployment(new Section(document, problems, DEPLOYMENT_KEYS)))
                .filter(deployment -> problems.isEmpty());
    }

    private EndpointDefinition endpoint(Section endpoint) {
        var mode = endpoint.text("auth_mode");
        if (mode != null && !mode.toLowerCase(Locale.ROOT).equals("key")) {
            problems.add(endpoint.place("auth_mode"), "auth_mode '%s' is not supported; 'key' is".formatted(mode));
        }
        return new EndpointDefinition(
                endpoint.requiredText("name"), endpoint.text("description"), endpoint.texts("tags"), traffic(endpoint));
    }

    private LinkedHashMap<String, Integer> traffic(Section endpoint) {
        var traffic = new LinkedHashMap<String, Integer>();
        endpoint.each("traffic", (deployment, value) -> {
            if (value instanceof Scalar scalar && scalar.text().matches("\\d{1,2}|100")) {
                traffic.put(deployment, Integer.valueOf(scalar.text()));
            } else {
                problems.add(
                        value.place(),
                        "the traffic of '%s' must be a whole number from 0 to 100".formatted(deployment));
            }
        });
        return traffic;
    }

    private DeploymentDefinition deployment(Section deployment) {
        var count = deployment.integer("instance_count", 1, 100_000);
        if (count != null && count != 1) {
            problems.add(deployment.place("instance_count"), "a deployment has one instance; " + IN_THE_SERVER);
        }
        if (deployment.has("instance_type")) {
            problems.remark(deployment.place("instance_type"), "'instance_type' is not used: " + IN_THE_SERVER);
        }
        var requests = deployment.section("request_settings", REQUEST_KEYS);
        return new DeploymentDefinition(
                deployment.requiredText("name"),
                deployment.requiredText("endpoint_name"),
                model(deployment),
                requests.map(found -> found.integer("max_concurrent_requests_per_instance", 1, 10_000))
                        .orElse(null),
                requests.map(found -> found.integer("request_timeout_ms", 1, 600_000))
                        .orElse(null));
    }

    private String model(Section deployment) {
        if (deployment.find("model").orElse(null) instanceof YamlValue.Mapping inline) {
            problems.add(
                    inline.place(),
                    "a model is not written out here; register it, and write model: azureml:NAME:VERSION");
            return "";
        }
        var written = deployment.requiredText("model");
        var model = written.startsWith("azureml:") ? written.substring("azureml:".length()) : written;
        if (!model.isEmpty() && !MODEL.matcher(model).matches()) {
            problems.add(
                    deployment.place("model"),
                    "'%s' is not a model such as azureml:NAME:1 or azureml:NAME@latest".formatted(written));
        }
        return model;
    }
}
