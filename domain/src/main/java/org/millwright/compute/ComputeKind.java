package org.millwright.compute;

import java.net.URI;
import java.net.URISyntaxException;
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

    /**
     * A Spark cluster behind Apache Livy, HDInsight's among them; a node is a batch.
     *
     * @param credential names the secret with {@code user:password}; null when Livy asks for none
     * @param launcher where the launcher lies on the cluster's own storage; null when the cluster fetches it from this server
     */
    record Livy(
            String address,
            @Nullable SecretName credential,
            int maxNodes,
            @Nullable String launcher) implements ComputeKind {
        public Livy {
            requireAddress(address);
            requireNodes(maxNodes);
            requirePath("launcher", launcher);
        }

        /** One whose drivers reach this server. */
        public Livy(String address, @Nullable SecretName credential, int maxNodes) {
            this(address, credential, maxNodes, null);
        }
    }

    /**
     * A Databricks workspace; a node is a run of its jobs. Its runs go to a cluster that is there, or each to one of its own, or,
     * when neither is said, to Databricks' serverless compute.
     *
     * @param credential names the secret with the token
     * @param cluster id of one that is there; null for none
     * @param sparkVersion of clusters of their own, such as {@code 15.4.x-scala2.12}
     * @param nodeType of clusters of their own, such as {@code Standard_DS3_v2}
     * @param folder of the Databricks workspace where the launcher is laid; null for the usual one
     */
    record Databricks(
            String address,
            @Nullable SecretName credential,
            int maxNodes,
            @Nullable String cluster,
            @Nullable String sparkVersion,
            @Nullable String nodeType,
            @Nullable String folder)
            implements ComputeKind {
        public Databricks {
            requireAddress(address);
            requireNodes(maxNodes);
            requirePath("folder", folder);
            if ((sparkVersion == null) != (nodeType == null) || cluster != null && sparkVersion != null) {
                throw Refused.invalid("cluster", "either cluster, or spark_version and node_type, or none of them");
            }
            if (folder != null && !folder.startsWith("/")) {
                throw Refused.invalid("folder", "starts with '/'");
            }
        }

        /** Its serverless compute. */
        public Databricks(String address, @Nullable SecretName credential, int maxNodes) {
            this(address, credential, maxNodes, null, null, null, null);
        }
    }

    /**
     * A standalone Spark cluster; a node is an application.
     *
     * @param address of the submission server of its master, {@code http://host:6066}
     * @param credential names the secret with the token; null when the master asks for none
     * @param master by which its workers know it, {@code spark://host:7077}
     * @param python of its workers; null for {@code python3}
     * @param launcher where the launcher lies on every worker; null when the cluster fetches it from this server
     */
    record SparkStandalone(
            String address,
            @Nullable SecretName credential,
            int maxNodes,
            String master,
            @Nullable String python,
            @Nullable String launcher)
            implements ComputeKind {
        public SparkStandalone {
            requireAddress(address);
            requireNodes(maxNodes);
            requirePath("python", python);
            requirePath("launcher", launcher);
            if (!master.matches("spark://[A-Za-z0-9._\\[\\]:-]+:\\d{1,5}(,[A-Za-z0-9._\\[\\]:-]+:\\d{1,5})*")) {
                throw Refused.invalid("master", "as in spark://host:7077");
            }
        }

        /** One whose master has the usual ports and whose workers reach this server. */
        public SparkStandalone(String address, @Nullable SecretName credential, int maxNodes) {
            this(address, credential, maxNodes, usualMaster(address), null, null);
        }

        /** On the host of its submission server. */
        public static String usualMaster(String address) {
            requireAddress(address);
            try {
                return "spark://%s:7077".formatted(new URI(address).getHost());
            } catch (URISyntaxException malformed) {
                throw Refused.invalid("address", "as in http://host:6066");
            }
        }
    }

    private static void requirePath(String field, @Nullable String path) {
        if (path != null
                && (path.isBlank() || path.length() > 2048 || path.chars().anyMatch(c -> c <= ' '))) {
            throw Refused.invalid(field, "1 to 2048 characters, without spaces");
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
