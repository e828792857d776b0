package org.millwright.adapter.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.shared.Refused;

/**
 * How a cluster is reached and by what it is opened.
 *
 * <p>A kubeconfig may name programs to run and files to read; as it comes from a user and would do so on our machine, it is
 * read here, and only what it holds itself is taken.
 *
 * @param credential a bearer token or a kubeconfig; null where none is needed
 */
record Access(
        String address,
        String namespace,
        @Nullable String certificateAuthority,
        @Nullable String credential) {
    private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final int CONNECT_MILLIS = 10_000;
    private static final int REQUEST_MILLIS = 30_000;
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private record KubeConfig(
            @JsonProperty("current-context") @Nullable String current,
            @Nullable List<NamedContext> contexts,
            @Nullable List<NamedCluster> clusters,
            @Nullable List<NamedUser> users) {}

    private record NamedContext(String name, @Nullable Context context) {}

    private record Context(String cluster, String user) {}

    private record NamedCluster(String name, @Nullable ClusterEntry cluster) {}

    private record ClusterEntry(
            @JsonProperty("certificate-authority-data") @Nullable
            String authority) {}

    private record NamedUser(String name, @Nullable UserEntry user) {}

    private record UserEntry(
            @Nullable String token,

            @JsonProperty("client-certificate-data") @Nullable
            String certificate,

            @JsonProperty("client-key-data") @Nullable String key,
            @JsonProperty("exec") @Nullable Object exec,
            @JsonProperty("auth-provider") @Nullable Object provider,
            @Nullable String tokenFile,
            @JsonProperty("client-certificate") @Nullable String certificateFile) {}

    static Access to(ComputeKind.Kubernetes target, @Nullable String credential) {
        return new Access(target.address(), target.namespace(), target.certificateAuthority(), credential);
    }

    /** @throws Refused with Invalid when the credential is a kubeconfig that cannot be used */
    Config config() {
        var builder = new ConfigBuilder(Config.empty())
                .withNamespace(namespace)
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                // Who waits for the cluster does it with us, where it can be called off.
                .withRequestRetryBackoffLimit(0);
        if (address.equals(ComputeKind.Kubernetes.IN_CLUSTER)) {
            return inCluster(builder);
        }
        builder.withMasterUrl(address);
        if (certificateAuthority != null) {
            builder.withCaCertData(encoded(certificateAuthority));
        }
        if (credential != null) {
            if (isKubeConfig(credential)) {
                takeFrom(builder, credential);
            } else {
                builder.withOauthToken(credential.strip());
            }
        }
        return builder.build();
    }

    private static Config inCluster(ConfigBuilder builder) {
        var host = System.getenv("KUBERNETES_SERVICE_HOST");
        var port = System.getenv("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw Refused.invalid("address", "this server does not run in a Kubernetes cluster");
        }
        return builder.withMasterUrl("https://%s:%s".formatted(host.contains(":") ? "[" + host + "]" : host, port))
                .withCaCertFile(ACCOUNT.resolve("ca.crt").toString())
                // Read at each request: the cluster changes it every hour.
                .withOauthTokenProvider(Access::accountToken)
                .build();
    }

    private static @Nullable String accountToken() {
        try {
            return Files.readString(ACCOUNT.resolve("token")).strip();
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static boolean isKubeConfig(String credential) {
        return credential.contains("clusters:") || credential.contains("\"clusters\"");
    }

    private static void takeFrom(ConfigBuilder builder, String text) {
        KubeConfig file;
        try {
            file = YAML.readValue(text, KubeConfig.class);
        } catch (IOException damaged) {
            throw Refused.invalid("credential", "the kubeconfig cannot be read");
        }
        var context = named(file.contexts(), NamedContext::name, NamedContext::context, file.current())
                .orElseThrow(() -> Refused.invalid("credential", "the kubeconfig has no current context"));
        var user = named(file.users(), NamedUser::name, NamedUser::user, context.user())
                .orElseThrow(() -> Refused.invalid("credential", "the kubeconfig lacks the user of its context"));
        if (user.exec() != null || user.provider() != null) {
            throw Refused.invalid(
                    "credential", "the kubeconfig runs a program to get a token; a token or a certificate is needed");
        }
        if (user.token() == null && user.certificate() == null) {
            throw Refused.invalid(
                    "credential",
                    user.tokenFile() != null || user.certificateFile() != null
                            ? "the kubeconfig names files; put their content into it (kubectl config view --flatten)"
                            : "the kubeconfig has neither a token nor a certificate for its user");
        }
        named(file.clusters(), NamedCluster::name, NamedCluster::cluster, context.cluster())
                .map(ClusterEntry::authority)
                .ifPresent(builder::withCaCertData);
        if (user.token() != null) {
            builder.withOauthToken(user.token());
        } else {
            builder.withClientCertData(user.certificate()).withClientKeyData(user.key());
        }
    }

    private static <E, T> Optional<T> named(
            @Nullable List<E> entries,
            Function<E, String> name,
            Function<E, @Nullable T> content,
            @Nullable String wanted) {
        if (entries == null || wanted == null) {
            return Optional.empty();
        }
        return entries.stream()
                .filter(entry -> wanted.equals(name.apply(entry)))
                .map(content)
                .flatMap(Stream::ofNullable)
                .findFirst();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Shows no credential: what is printed ends in logs. */
    @Override
    public String toString() {
        return "access to %s of %s".formatted(namespace, address);
    }
}
