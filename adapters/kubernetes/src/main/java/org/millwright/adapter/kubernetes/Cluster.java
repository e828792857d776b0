package org.millwright.adapter.kubernetes;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One cluster, with what it has of ours: jobs and pods are watched from the first question on, so that looking at them costs
 * the cluster nothing. A watch that ends is taken up where it ended; when the cluster does not remember that point any more,
 * everything is listed anew.
 */
final class Cluster implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Cluster.class.getName());
    private static final String BY_ATTEMPT = "attempt";
    /** A connection whose other end was killed may never say so. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final String namespace;
    private final SharedIndexInformer<Job> jobs;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Event> complaints;

    private final Object turn = new Object();
    private long changes;
    private long lastChange = System.nanoTime();
    private volatile boolean closed;
    private volatile long lastUse = System.nanoTime();

    Cluster(Access access) {
        namespace = access.namespace();
        client = new KubernetesClientBuilder()
                .withConfig(access.config())
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
        jobs = client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(ObjectNames.ATTEMPT)
                .runnableInformer(0);
        pods = client.pods()
                .inNamespace(namespace)
                .withLabel(ObjectNames.ATTEMPT)
                .runnableInformer(0);
        pods.addIndexers(Map.of(BY_ATTEMPT, pod -> List.of(attempt(pod))));
        complaints = client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.kind", "Job")
                .withField("reason", "FailedCreate")
                .runnableInformer(0);
        watch(jobs, "jobs");
        watch(pods, "pods");
        watch(complaints, "events");
    }

    private <T extends HasMetadata> void watch(SharedIndexInformer<T> informer, String what) {
        informer.exceptionHandler((begun, failure) -> {
            if (closed) {
                return false;
            }
            LOG.log(INFO, "The {0} of {1} cannot be watched; trying again: {2}", what, this, failure.getMessage());
            return true;
        });
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T added) {
                changed();
            }

            @Override
            public void onUpdate(T before, T after) {
                changed();
            }

            @Override
            public void onDelete(T gone, boolean unknown) {
                changed();
            }
        });
        informer.start();
    }

    private static String attempt(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(ObjectNames.ATTEMPT, "");
    }

    // ---- looking

    /**
     * What is known of an attempt. Asks the cluster only for what no watch has shown yet.
     *
     * @return empty while the cluster cannot be reached
     */
    Optional<Sight> look(ObjectNames names, int nodes) {
        lastUse = System.nanoTime();
        if (!jobs.hasSynced() || !pods.hasSynced()) {
            return ask(names, nodes);
        }
        var job = jobs.getStore().getByKey(namespace + "/" + names.name());
        return job == null ? ask(names, nodes) : Optional.of(sight(job, watched(names), nodes));
    }

    /** Asks the cluster itself. @return empty when it cannot be reached or does not answer */
    Optional<Sight> ask(ObjectNames names, int nodes) {
        try {
            return Optional.of(job(names)
                    .map(job -> sight(job, pods(names), nodes))
                    .orElseGet(() -> new Sight(null, List.of(), null, nodes)));
        } catch (KubernetesClientException silent) {
            LOG.log(INFO, "{0} does not tell of {1}: {2}", this, names.name(), silent.getMessage());
            return Optional.empty();
        }
    }

    private Sight sight(Job job, List<Pod> found, int nodes) {
        var own = found.stream()
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream().anyMatch(owner -> owner.getUid()
                        .equals(job.getMetadata().getUid())))
                .sorted(Comparator.comparing(Cluster::node)
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .toList();
        return new Sight(job, own, complaint(job), nodes);
    }

    private List<Pod> watched(ObjectNames names) {
        return pods.getIndexer().byIndex(BY_ATTEMPT, names.attempt());
    }

    private @Nullable String complaint(Job job) {
        return complaints.getStore().list().stream()
                .filter(event -> job.getMetadata()
                        .getUid()
                        .equals(event.getInvolvedObject().getUid()))
                .max(Comparator.comparing(event -> String.valueOf(event.getLastTimestamp())))
                .map(Event::getMessage)
                .orElse(null);
    }

    /** Which of the nodes of its attempt a pod is. */
    static int node(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        var index = annotations == null ? null : annotations.get("batch.kubernetes.io/job-completion-index");
        return index == null ? 0 : Integer.parseInt(index);
    }

    /** Counts what was seen; see {@link #awaitChange}. */
    long changes() {
        synchronized (turn) {
            return changes;
        }
    }

    /** Waits until something was seen since then, or the time is over. */
    void awaitChange(long since, Duration most) throws InterruptedException {
        var deadline = System.nanoTime() + most.toNanos();
        synchronized (turn) {
            while (changes == since) {
                var left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return;
                }
                turn.wait(left);
            }
        }
    }

    /** For how long no watch has told anything. */
    Duration silence() {
        synchronized (turn) {
            return Duration.ofNanos(System.nanoTime() - lastChange);
        }
    }

    /** For how long nobody has looked. */
    Duration idleness() {
        return Duration.ofNanos(System.nanoTime() - lastUse);
    }

    private void changed() {
        synchronized (turn) {
            changes++;
            lastChange = System.nanoTime();
            turn.notifyAll();
        }
    }

    // ---- doing; each may throw a KubernetesClientException

    Optional<Job> job(ObjectNames names) {
        return Optional.ofNullable(client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(names.name())
                .get());
    }

    List<Pod> pods(ObjectNames names) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel(ObjectNames.ATTEMPT, names.attempt())
                .list()
                .getItems();
    }

    Job create(Job job) {
        return client.batch().v1().jobs().inNamespace(namespace).resource(job).create();
    }

    /** Makes it as it is given, whatever an earlier try left. */
    void put(Secret secret) {
        var resource = client.secrets().inNamespace(namespace).resource(secret);
        try {
            resource.create();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != ApiAnswers.CONFLICT) {
                throw refused;
            }
            resource.delete();
            resource.create();
        }
    }

    void put(Service service) {
        try {
            client.services().inNamespace(namespace).resource(service).create();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != ApiAnswers.CONFLICT) {
                throw refused;
            }
        }
    }

    /** Changes what the JSON document names, and nothing else. */
    void patch(ObjectNames names, String document) {
        client.batch().v1().jobs().inNamespace(namespace).withName(names.name()).patch(MERGE, document);
    }

    /** Asks the pods to end within the grace time. Of no grace at all, they are forgotten with whatever still runs in them. */
    void deletePods(ObjectNames names, Duration grace) {
        for (var pod : pods(names)) {
            // One by one: to delete all of a selection is a right that nothing else needs.
            client.pods()
                    .inNamespace(namespace)
                    .withName(pod.getMetadata().getName())
                    .withGracePeriod(grace.toSeconds())
                    .delete();
        }
    }

    /** Removes the job with all that it owns; does nothing when there is none. */
    void delete(ObjectNames names) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(names.name())
                .withPropagationPolicy(io.fabric8.kubernetes.api.model.DeletionPropagation.BACKGROUND)
                .delete();
    }

    /**
     * Opens what a container prints, each line with its time; the caller closes it.
     *
     * @param since leaves out what was printed in earlier seconds; null for all
     * @param follow whether to go on while the container runs
     * @throws IOException when the cluster cannot be reached
     */
    InputStream log(String pod, String container, @Nullable String since, boolean follow)
            throws IOException, InterruptedException {
        var address = "%sapi/v1/namespaces/%s/pods/%s/log?container=%s&timestamps=true&follow=%s"
                .formatted(base(), namespace, pod, container, follow);
        if (since != null) {
            address += "&sinceTime=" + URLEncoder.encode(since, StandardCharsets.UTF_8);
        }
        var http = client.getHttpClient();
        var request = http.newHttpRequestBuilder().uri(URI.create(address)).build();
        try {
            var answering = http.sendAsync(request, InputStream.class);
            var answer = answering.get(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS);
            if (answer.isSuccessful()) {
                return answer.body();
            }
            try (var body = answer.body()) {
                var said = new String(body.readNBytes(2000), StandardCharsets.UTF_8);
                throw new LogRefused(answer.code(), said);
            }
        } catch (TimeoutException silent) {
            throw new IOException("The API server does not answer", silent);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed.getCause());
        }
    }

    /** The API server answered, but not with a log. */
    static final class LogRefused extends IOException {
        private static final long serialVersionUID = 1L;

        private final int code;
        private final String said;

        LogRefused(int code, String said) {
            super("%d %s".formatted(code, said));
            this.code = code;
            this.said = ApiAnswers.shorten(said);
        }

        String said() {
            return said;
        }

        int code() {
            return code;
        }
    }

    private String base() {
        var url = client.getMasterUrl().toString();
        return url.endsWith("/") ? url : url + "/";
    }

    @Override
    public void close() {
        closed = true;
        for (var informer : List.of(jobs, pods, complaints)) {
            try {
                informer.stop();
            } catch (RuntimeException alreadyOver) {
                LOG.log(WARNING, () -> "A watch of %s did not end in order".formatted(this), alreadyOver);
            }
        }
        client.close();
    }

    @Override
    public String toString() {
        return "namespace %s of %s".formatted(namespace, client.getMasterUrl());
    }
}
