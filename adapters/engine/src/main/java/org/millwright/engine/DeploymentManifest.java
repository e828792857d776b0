package org.millwright.engine;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that the inference server needs to know of one endpoint: who may ask, which models answer, and what share of the
 * requests each of them gets.
 *
 * @param schema the form of this document; a reader refuses one that is newer than itself
 * @param revision grows with each publication, and comes back in the {@link DeploymentStatus}
 * @param keyDigests SHA-256 of each valid key, in hexadecimal: a reader of this file learns no key
 * @param traffic per cent of the requests by deployment; they add up to 100, or to 0 when nobody is to be answered
 */
public record DeploymentManifest(
        int schema,
        String workspace,
        String endpoint,
        long revision,
        List<String> keyDigests,
        Map<String, Integer> traffic,
        List<Deployment> deployments) {

    /** The form that this version writes, and the newest that it reads. */
    public static final int SCHEMA = 1;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,254}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");

    /** @throws IllegalArgumentException naming the field and the rule it breaks */
    public DeploymentManifest {
        require(schema == SCHEMA, "schema", "is %d; this version reads %d".formatted(schema, SCHEMA));
        requireName("workspace", workspace);
        requireName("endpoint", endpoint);
        keyDigests = present("keyDigests", keyDigests);
        for (var digest : keyDigests) {
            require(DIGEST.matcher(digest).matches(), "keyDigests", "must be SHA-256 digests of 64 hexadecimal digits");
        }
        deployments = present("deployments", deployments);
        var names = new HashSet<String>();
        for (var deployment : deployments) {
            require(names.add(deployment.name()), "deployments", "has '%s' twice".formatted(deployment.name()));
        }
        require(
                traffic != null && traffic.values().stream().noneMatch(Objects::isNull),
                "traffic",
                "is missing or has an empty entry");
        traffic = Map.copyOf(traffic);
        for (var name : traffic.keySet()) {
            require(names.contains(name), "traffic", "names '%s', which is not deployed".formatted(name));
        }
        for (var share : traffic.values()) {
            require(share >= 0 && share <= 100, "traffic", "must be per cent from 0 to 100");
        }
        var sum = traffic.values().stream().mapToInt(Integer::intValue).sum();
        require(sum == 0 || sum == 100, "traffic", "adds up to %d instead of 100 (or 0)".formatted(sum));
    }

    public DeploymentManifest(
            String workspace,
            String endpoint,
            long revision,
            List<String> keyDigests,
            Map<String, Integer> traffic,
            List<Deployment> deployments) {
        this(SCHEMA, workspace, endpoint, revision, keyDigests, traffic, deployments);
    }

    /**
     * One model version behind an endpoint.
     *
     * @param path the model's folder, relative to the serving folder
     * @param maxConcurrentRequests how many requests may be in work at once; the next one is answered 429
     * @param requestTimeoutMillis how long one request may take before it is answered 408
     * @param maxRequestBytes how large a body may be before it is answered 413
     */
    public record Deployment(
            String name,
            Model model,
            String path,
            int maxConcurrentRequests,
            long requestTimeoutMillis,
            long maxRequestBytes) {

        public Deployment {
            requireName("deployments.name", name);
            require(model != null, "deployments.model", "is missing");
            require(path != null && isInside(path), "deployments.path", "must be relative and stay inside the folder");
            require(maxConcurrentRequests > 0, "deployments.maxConcurrentRequests", "must be at least 1");
            require(requestTimeoutMillis > 0, "deployments.requestTimeoutMillis", "must be at least 1");
            require(maxRequestBytes > 0, "deployments.maxRequestBytes", "must be at least 1");
        }

        private static boolean isInside(String path) {
            var parsed = Path.of(path);
            return !path.isBlank()
                    && !parsed.isAbsolute()
                    && !parsed.normalize().startsWith("..");
        }
    }

    /** Which registered model version it is, for people: the inference server goes by the path. */
    public record Model(String name, String version) {}

    static void requireName(String field, @Nullable String value) {
        require(
                value != null && NAME.matcher(value).matches(),
                field,
                "must be letters, digits, '-' and '_', starting with a letter or digit");
    }

    private static <T> List<T> present(String field, @Nullable List<T> values) {
        if (values == null || values.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(field + " is missing or has an empty entry");
        }
        return List.copyOf(values);
    }

    private static void require(boolean holds, String field, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(field + " " + rule);
        }
    }
}
