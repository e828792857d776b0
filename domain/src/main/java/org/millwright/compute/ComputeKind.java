package org.millwright.compute;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.secret.SecretName;
import org.millwright.shared.Refused;

/**
 * What a compute target is made of. A cluster is ours; the others are attached: somebody else's system, which we hand work
 * to.
 *
 * <p>It is stored under the names of these components, so they keep their names; a new one may be absent in what was stored
 * before.
 */
public sealed interface ComputeKind {
    int MOST_NODES = 1000;

    /** How many nodes its runs may hold together. */
    int maxNodes();

    /** How many there are even when nothing is to be done. */
    default int minNodes() {
        return 0;
    }

    /** How long a node beyond the fewest may have nothing to do. */
    default Duration idleBeforeScaleDown() {
        return Duration.ofMinutes(1);
    }

    /** How firmly work holds it, unless a job says otherwise. */
    default Tier tier() {
        return Tier.DEDICATED;
    }

    /**
     * Nodes carved out of the server's own machine. There are as many as are needed, within the bounds.
     *
     * @param idleBeforeScaleDown how long a node beyond the fewest may have nothing to do
     */
    record Cluster(VmSize size, Tier tier, int minNodes, int maxNodes, Duration idleBeforeScaleDown)
            implements ComputeKind {
        public Cluster {
            requireNodes(maxNodes);
            if (minNodes < 0 || minNodes > maxNodes) {
                throw Refused.invalid("min_instances", "0 to max_instances, which is %d".formatted(maxNodes));
            }
            if (idleBeforeScaleDown.isNegative() || idleBeforeScaleDown.toDays() > 365) {
                throw Refused.invalid("idle_time_before_scale_down", "0 seconds to 365 days");
            }
        }

        /** So many equal parts of this machine, always there. */
        public static Cluster ofShares(VmSize share, int nodes) {
            return new Cluster(share, Tier.DEDICATED, nodes, nodes, Duration.ZERO);
        }
    }

    /**
     * A Kubernetes cluster; a node is a pod.
     *
     * @param address of its API server, {@code https} but on this machine; {@code in-cluster} for the cluster that this server
     *     is a pod of
     * @param credential names the secret of the workspace that opens it: a bearer token or a kubeconfig
     * @param namespace where its jobs are made
     * @param certificateAuthority whom to believe who the API server is, in PEM; null for those that everybody believes
     * @param serverAddress where pods reach this server; null for where everybody does
     */
    record Kubernetes(
            String address,
            @Nullable SecretName credential,
            int maxNodes,
            String namespace,
            @Nullable String certificateAuthority,
            @Nullable String serverAddress,
            PodSettings pods)
            implements ComputeKind {
        /** For {@link #address}: the cluster around this server. */
        public static final String IN_CLUSTER = "in-cluster";

        private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
        private static final Pattern LOCAL =
                Pattern.compile("http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?/?.*");

        public Kubernetes {
            requireAddress(address);
            if (!address.equals(IN_CLUSTER)
                    && !address.startsWith("https://")
                    && !LOCAL.matcher(address).matches()) {
                throw Refused.invalid("address", "https://HOST:PORT, or in-cluster");
            }
            requireNodes(maxNodes);
            if (!NAMESPACE.matcher(namespace).matches()) {
                throw Refused.invalid("namespace", "'%s' is not the name of a namespace".formatted(namespace));
            }
            if (certificateAuthority != null && !certificateAuthority.contains("-----BEGIN CERTIFICATE-----")) {
                throw Refused.invalid("certificate_authority", "certificates in PEM");
            }
            if (serverAddress != null) {
                requireAddress(serverAddress);
                if (!serverAddress.matches("https?://[^\\s?#]+")) {
                    throw Refused.invalid("server_address", "https://HOST:PORT");
                }
            }
        }
    }

    /** A Spark cluster behind Apache Livy, HDInsight's among them; a node is a session. */
    record Livy(String address, @Nullable SecretName credential, int maxNodes) implements ComputeKind {
        public Livy {
            requireAddress(address);
            requireNodes(maxNodes);
        }
    }

    /** A Databricks workspace; a node is a run of its jobs. */
    record Databricks(String address, @Nullable SecretName credential, int maxNodes) implements ComputeKind {
        public Databricks {
            requireAddress(address);
            requireNodes(maxNodes);
        }
    }

    /** The master of a standalone Spark cluster; a node is an application. */
    record SparkStandalone(String address, @Nullable SecretName credential, int maxNodes) implements ComputeKind {
        public SparkStandalone {
            requireAddress(address);
            requireNodes(maxNodes);
        }
    }

    private static void requireNodes(int maxNodes) {
        if (maxNodes < 1 || maxNodes > MOST_NODES) {
            throw Refused.invalid("max_instances", "1 to %d".formatted(MOST_NODES));
        }
    }

    private static void requireAddress(String address) {
        if (address.isBlank() || address.length() > 2048) {
            throw Refused.invalid("address", "1 to 2048 characters");
        }
    }
}
