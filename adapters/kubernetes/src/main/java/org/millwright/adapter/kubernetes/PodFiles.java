package org.millwright.adapter.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.Rank;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.MaskingScript;
import org.millwright.data.ArtifactPath;

/** What the pods of an attempt read: the script that works in them, and what it is to do. */
final class PodFiles {
    /** What Kubernetes takes of one Secret, less room for its other fields. */
    private static final int MOST_BYTES = 1_000_000;
    /** Where the processes of a job meet; each pod has an address of its own, so it is free. */
    private static final int FIRST_PORT = 29_500;

    private static final Duration PATIENCE = Duration.ofHours(4);
    private static final String SNAPSHOTS = "snapshots/";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] SCRIPT = script();

    private final Launch launch;
    private final String server;
    private final @Nullable String authority;

    /**
     * @param server where pods reach this server
     * @param authority the certificate by which they know it, in PEM; null when it is one that everybody knows
     */
    PodFiles(Launch launch, String server, @Nullable String authority) {
        this.launch = launch;
        this.server = server;
        this.authority = authority;
    }

    /** By their names. @throws LaunchFailed when they are too large for a Secret */
    Map<String, byte[]> content() throws LaunchFailed {
        var files = new HashMap<String, byte[]>();
        files.put("pod.py", SCRIPT);
        files.put(MaskingScript.NAME, MaskingScript.content());
        if (authority != null) {
            files.put("ca.pem", authority.getBytes(StandardCharsets.UTF_8));
        }
        try {
            files.put("launch.json", JSON.writeValueAsBytes(instructions()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        var size = files.values().stream().mapToInt(content -> content.length).sum();
        if (size > MOST_BYTES) {
            throw new LaunchFailed(
                    "Command, packages and variables of the job are %d bytes together; a pod can be given %d"
                            .formatted(size, MOST_BYTES));
        }
        return files;
    }

    private Map<String, @Nullable Object> instructions() {
        var variables = new TreeMap<>(launch.variables());
        variables.computeIfPresent("MLFLOW_TRACKING_URI", (name, ours) -> server);
        variables.remove("MLFLOW_TRACKING_SERVER_CERT_PATH"); // a path of this machine; pod.py names its own
        var nodes = nodes();
        var common = common(nodes);
        variables.putAll(common);
        var code = launch.code();
        var limit = launch.timeLimit();
        var instructions = new HashMap<String, @Nullable Object>();
        instructions.put("server", server);
        instructions.put("token", launch.variables().get("MLFLOW_TRACKING_TOKEN"));
        instructions.put("authority", authority != null);
        instructions.put("code", code == null ? null : source(code, "", "The code folder", true));
        instructions.put("files", sources());
        instructions.put("folders", launch.folders());
        instructions.put("python", launch.environment().pythonVersion());
        instructions.put("packages", launch.environment().packages());
        instructions.put("command", launch.command());
        instructions.put("variables", variables);
        instructions.put("nodes", without(nodes, common));
        instructions.put("masked", launch.masked());
        instructions.put("uploads", artifact(launch.outputs()));
        instructions.put("timeLimit", limit == null ? null : limit.toMillis());
        instructions.put("grace", Manifests.COMMAND_GRACE.toMillis());
        instructions.put("patience", PATIENCE.toSeconds());
        return instructions;
    }

    private List<Map<String, Object>> sources() {
        var sources = new ArrayList<Map<String, Object>>();
        new TreeMap<>(launch.files()).forEach((path, artifact) -> {
            var unpacked = artifact.name().endsWith(".zip") && !path.endsWith(".zip");
            sources.add(source(artifact, path, "'%s'".formatted(path), unpacked));
        });
        return sources;
    }

    private Map<String, Object> source(ArtifactPath artifact, String path, String what, boolean unpacked) {
        return Map.of("url", address(artifact), "path", path, "what", what, "unpack", unpacked);
    }

    /** Where the server gives out a file: what was sent along with a job as its snapshot, all else as an artifact. */
    private String address(ArtifactPath file) {
        if (file.value().startsWith(SNAPSHOTS)) {
            return "/api/v1/workspaces/%s/jobs/%s/snapshots/%s"
                    .formatted(
                            encoded(launch.placement().workspace().value()),
                            encoded(launch.attempt().run()),
                            encoded(file.name().replaceFirst("\\.zip$", "")));
        }
        return artifact(file);
    }

    private static String artifact(ArtifactPath path) {
        return "/api/2.0/mlflow-artifacts/artifacts/"
                + path.segments().stream().map(PodFiles::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** For each node its processes, each with what it alone is told. */
    private List<List<Map<String, String>>> nodes() {
        var nodes = launch.placement().nodes();
        var names = ObjectNames.of(launch.placement());
        var hosts = IntStream.range(0, nodes).mapToObj(names::host).toList();
        var perNode = launch.type().processesPerNode();
        var all = new ArrayList<List<Map<String, String>>>();
        for (var node = 0; node < nodes; node++) {
            all.add(new ArrayList<>());
        }
        for (var rank : Rank.of(launch.type(), nodes, Rank.Meeting.at(hosts, perNode, FIRST_PORT))) {
            all.get(rank.node()).add(rank.variables());
        }
        return all;
    }

    /** What all processes are told alike, so that it is written down once: the list of hosts above all. */
    private static Map<String, String> common(List<List<Map<String, String>>> nodes) {
        var common = new TreeMap<>(nodes.getFirst().getFirst());
        nodes.stream().flatMap(List::stream).forEach(each -> common.entrySet()
                .removeIf(entry -> !entry.getValue().equals(each.get(entry.getKey()))));
        return common;
    }

    private static List<List<Map<String, String>>> without(
            List<List<Map<String, String>>> nodes, Map<String, String> common) {
        return nodes.stream()
                .map(node -> node.stream()
                        .<Map<String, String>>map(own -> {
                            var rest = new TreeMap<>(own);
                            rest.keySet().removeAll(common.keySet());
                            return rest;
                        })
                        .toList())
                .toList();
    }

    private static byte[] script() {
        try (var in = Objects.requireNonNull(PodFiles.class.getResourceAsStream("pod.py"))) {
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
