package org.millwright.compute.spi;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The hosts in the operator's own network that clusters may be attached at. Whoever may attach compute could otherwise send
 * the server anywhere in it. A host is meant as it is written, not by its addresses.
 *
 * @param hosts each {@code host} or {@code host:port}, in lower case
 */
public record ClusterHosts(Set<String> hosts) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9._-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

    public static final ClusterHosts NONE = new ClusterHosts(Set.of());

    public ClusterHosts {
        hosts = Set.copyOf(hosts);
    }

    /**
     * Reads {@code host} and {@code host:port}, separated by commas.
     *
     * @throws IllegalArgumentException naming the part that is neither
     */
    public static ClusterHosts parse(String text) {
        return new ClusterHosts(Arrays.stream(text.split(","))
                .map(part -> part.strip().toLowerCase(Locale.ROOT))
                .filter(part -> !part.isEmpty())
                .peek(ClusterHosts::require)
                .collect(Collectors.toUnmodifiableSet()));
    }

    private static void require(String part) {
        if (!FORM.matcher(part).matches()) {
            throw new IllegalArgumentException("'%s' is no host or host:port".formatted(part));
        }
    }

    /** Whether the operator named it. */
    public boolean name(String host, int port) {
        var written = host.toLowerCase(Locale.ROOT);
        return hosts.contains(written) || hosts.contains(written + ":" + port);
    }
}
