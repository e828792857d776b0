package org.millwright.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One pod of a {@link ProcessNode}. A volume is a folder; where a container names the path at which it is mounted, it is given
 * the folder instead. There is no DNS for pods: their names become this machine's.
 *
 * <p>Images stand for what may happen on a node: one that begins with {@code absent/} cannot be pulled, and of one that ends in
 * {@code :oom} a container that is killed came up against its memory.
 */
final class PodProcesses implements Runnable {
    private static final String HOST = "mw-[a-z0-9-]+\\.mw-[a-z0-9-]+";
    private static final long USUAL_GRACE_SECONDS = 30;

    private final KubernetesClient client;
    private final Pod pod;
    private final Path folder;
    private final Map<String, Path> volumes = new ConcurrentHashMap<>();
    private final Map<String, ContainerOutput> output = new ConcurrentHashMap<>();
    private final Map<String, ContainerState> states = new ConcurrentHashMap<>();
    private final Object turn = new Object();
    private Process process;
    private boolean ending;
    private volatile boolean over;
    private volatile boolean abandoned;

    private PodProcesses(KubernetesClient client, Pod pod, Path folder) {
        this.client = client;
        this.pod = pod;
        this.folder = folder;
    }

    static PodProcesses start(KubernetesClient client, Pod pod, Path folder) {
        var processes = new PodProcesses(client, pod, folder);
        Thread.ofVirtual().name("pod " + processes.name()).start(processes);
        return processes;
    }

    String name() {
        return pod.getMetadata().getName();
    }

    String namespace() {
        return pod.getMetadata().getNamespace();
    }

    Path work() {
        return volumes.get("work").resolve("work");
    }

    ContainerOutput output(String container) {
        return output.get(container);
    }

    @Override
    public void run() {
        try {
            var init = pod.getSpec().getInitContainers().getFirst();
            if (init.getImage().startsWith("absent/")) {
                states.put(
                        init.getName(),
                        new ContainerStateBuilder()
                                .withNewWaiting("Back-off pulling image: not found", "ImagePullBackOff")
                                .build());
                report("Pending");
                return;
            }
            mount();
            var failed = execute(init, "Pending") != 0;
            failed = failed || execute(pod.getSpec().getContainers().getFirst(), "Running") != 0;
            report(failed ? "Failed" : "Succeeded");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException broken) {
            Thread.currentThread().interrupt();
        } finally {
            boolean isAsked;
            synchronized (turn) {
                over = true;
                isAsked = ending;
            }
            if (isAsked && !abandoned) {
                forget(client, pod);
            }
        }
    }

    private void mount() throws IOException {
        for (var volume : pod.getSpec().getVolumes()) {
            var path = Files.createDirectories(folder.resolve(volume.getName()));
            if (volume.getSecret() != null) {
                var secret = client.secrets()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(volume.getSecret().getSecretName())
                        .get();
                for (var entry : secret.getData().entrySet()) {
                    var content = new String(Base64.getDecoder().decode(entry.getValue()), UTF_8);
                    Files.writeString(path.resolve(entry.getKey()), content.replaceAll(HOST, "127.0.0.1"));
                }
            }
            volumes.put(volume.getName(), path);
        }
    }

    private int execute(Container container, String phase) throws IOException, InterruptedException {
        var begin = Instant.now();
        var printed = new ContainerOutput();
        Process running;
        synchronized (turn) {
            if (ending) {
                states.put(container.getName(), terminated(container, 137, begin));
                return 137;
            }
            var builder = new ProcessBuilder(container.getCommand().stream()
                            .map(part -> mapped(container, part))
                            .toList())
                    .directory(folder.toFile())
                    .redirectErrorStream(true);
            for (var variable : container.getEnv()) {
                var value = variable.getValueFrom() == null
                        ? variable.getValue()
                        : pod.getMetadata().getAnnotations().get("batch.kubernetes.io/job-completion-index");
                builder.environment().put(variable.getName(), mapped(container, Objects.requireNonNull(value)));
            }
            running = builder.start();
            process = running;
        }
        output.put(container.getName(), printed);
        running.getOutputStream().close();
        states.put(
                container.getName(),
                new ContainerStateBuilder()
                        .withNewRunning(begin.truncatedTo(ChronoUnit.SECONDS).toString())
                        .build());
        report(phase);
        printed.read(running.getInputStream());
        var code = running.waitFor();
        printed.end();
        states.put(container.getName(), terminated(container, code, begin));
        report(phase);
        return code;
    }

    private String mapped(Container container, String text) {
        var mapped = text;
        for (var mount : container.getVolumeMounts()) {
            mapped = mapped.replace(
                    mount.getMountPath(), volumes.get(mount.getName()).toString());
        }
        return mapped.replace(
                container.getTerminationMessagePath(), message(container).toString());
    }

    private Path message(Container container) {
        return folder.resolve("message-" + container.getName());
    }

    private ContainerState terminated(Container container, int code, Instant begin) throws IOException {
        var message = message(container);
        var isOutOfMemory = code == 137 && container.getImage().endsWith(":oom");
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(isOutOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error")
                .withMessage(Files.exists(message) ? Files.readString(message) : null)
                .withStartedAt(begin.truncatedTo(ChronoUnit.SECONDS).toString())
                .withFinishedAt(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .endTerminated()
                .build();
    }

    private void report(String phase) {
        var inits = pod.getSpec().getInitContainers().stream().map(this::status).toList();
        var mains = pod.getSpec().getContainers().stream().map(this::status).toList();
        while (!abandoned) {
            try {
                client.pods()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(name())
                        .editStatus(current -> new PodBuilder(current)
                                .editOrNewStatus()
                                .withPhase(phase)
                                .withStartTime(pod.getMetadata().getCreationTimestamp())
                                .withInitContainerStatuses(inits)
                                .withContainerStatuses(mains)
                                .endStatus()
                                .build());
                return;
            } catch (KubernetesClientException away) {
                if (away.getCode() == ApiAnswers.NOT_FOUND) {
                    return;
                }
                pause();
            }
        }
    }

    private ContainerStatus status(Container container) {
        var state = states.get(container.getName());
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withReady(state != null && state.getRunning() != null)
                .withRestartCount(0)
                .withState(
                        state != null
                                ? state
                                : new ContainerStateBuilder()
                                        .withNewWaiting(null, "PodInitializing")
                                        .build())
                .build();
    }

    /** Somebody deleted the pod: it is asked to end, then killed, and then it is gone. */
    void end(Long graceSeconds) {
        Process running;
        synchronized (turn) {
            if (ending) {
                return;
            }
            ending = true;
            running = process;
        }
        if (over) {
            forget(client, pod);
            return;
        }
        if (running == null) {
            return;
        }
        running.toHandle().destroy(); // the other way closes what it prints
        Thread.ofVirtual().start(() -> {
            try {
                if (!running.waitFor(graceSeconds == null ? USUAL_GRACE_SECONDS : graceSeconds, TimeUnit.SECONDS)) {
                    kill();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void kill() {
        synchronized (turn) {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.toHandle().destroyForcibly();
            }
        }
    }

    /** Nobody hears of it any more. */
    void abandon() {
        abandoned = true;
        kill();
    }

    static void forget(KubernetesClient client, Pod pod) {
        for (var tries = 0; tries < 600; tries++) {
            try {
                client.resource(pod).withGracePeriod(0).delete();
                return;
            } catch (KubernetesClientException away) {
                if (away.getCode() == ApiAnswers.NOT_FOUND) {
                    return;
                }
                pause();
            }
        }
    }

    static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}
