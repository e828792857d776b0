package org.millwright.adapter.kubernetes;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out whether a cluster can be reached and lets us do what jobs need; docs/kubernetes/rbac.yaml gives just that. */
final class AccessProbe {
    /** @param part of the resource, such as the logs of pods; empty for the resource itself */
    private record Right(String group, String resource, String part, List<String> verbs) {
        private String words() {
            return part.isEmpty() ? resource : resource + "/" + part;
        }
    }

    private static final List<Right> NEEDED = List.of(
            new Right("batch", "jobs", "", List.of("create", "get", "list", "watch", "patch", "delete")),
            new Right("", "pods", "", List.of("get", "list", "watch", "delete")),
            new Right("", "pods", "log", List.of("get")),
            new Right("", "secrets", "", List.of("create", "delete")),
            new Right("", "services", "", List.of("create")),
            new Right("", "events", "", List.of("list", "watch")));

    private final Access access;

    AccessProbe(Access access) {
        this.access = access;
    }

    /** What stands in the way, each in a sentence; empty when nothing does. */
    List<String> obstacles() {
        try (var client = new KubernetesClientBuilder()
                .withConfig(access.config())
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build()) {
            var obstacles = new ArrayList<String>();
            for (var right : NEEDED) {
                var missing = right.verbs().stream()
                        .filter(verb -> !isAllowed(client, right, verb))
                        .toList();
                if (!missing.isEmpty()) {
                    obstacles.add("In namespace '%s' the credential may not %s %s"
                            .formatted(access.namespace(), String.join(", ", missing), right.words()));
                }
            }
            namespace(client).ifPresent(obstacles::add);
            return obstacles;
        } catch (KubernetesClientException answer) {
            return List.of(
                    ApiAnswers.isPassing(answer)
                            ? "The cluster cannot be reached at %s: %s".formatted(access.address(), cause(answer))
                            : ApiAnswers.sentence(answer));
        }
    }

    private boolean isAllowed(KubernetesClient client, Right right, String verb) {
        var review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withNamespace(access.namespace())
                .withGroup(right.group())
                .withResource(right.resource())
                .withSubresource(right.part())
                .withVerb(verb)
                .endResourceAttributes()
                .endSpec()
                .build();
        var answer = client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(review)
                .getStatus();
        return answer != null && Boolean.TRUE.equals(answer.getAllowed());
    }

    /** Who has no right to look at namespaces is believed. */
    private Optional<String> namespace(KubernetesClient client) {
        try {
            return client.namespaces().withName(access.namespace()).get() == null
                    ? Optional.of("The cluster has no namespace '%s'".formatted(access.namespace()))
                    : Optional.empty();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == ApiAnswers.FORBIDDEN) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** The connection's own words: those around them say nothing. */
    private static String cause(KubernetesClientException answer) {
        Throwable cause = answer;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return ApiAnswers.shorten(String.valueOf(cause.getMessage()));
    }
}
