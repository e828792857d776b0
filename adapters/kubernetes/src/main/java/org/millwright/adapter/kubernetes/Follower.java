package org.millwright.adapter.kubernetes;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.spi.Placement;

/** Brings over what the pods of one attempt print, while they print it, and says in the log what they wait for. */
final class Follower {
    private static final System.Logger LOG = System.getLogger(Follower.class.getName());
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration STUCK = Duration.ofSeconds(8);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** So often the rest of a log is asked for that is refused: a node may be gone, and an API server that starts forbids all. */
    private static final int MOST_REFUSALS = 8;

    private final Placement placement;
    private final ObjectNames names;
    private final Cluster cluster;
    private final AttemptFolder folder;
    private final Map<Integer, NodeLog> logs = new ConcurrentHashMap<>();
    /** By node; those that have ended stay, so that none is begun twice. */
    private final Map<Integer, Thread> readers = new ConcurrentHashMap<>();

    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final Map<Stream, Long> stuck = new ConcurrentHashMap<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile @Nullable Thread watcher;
    private volatile boolean closed;
    private volatile long lastAsked = System.nanoTime();
    private volatile @Nullable String said;

    Follower(Placement placement, Cluster cluster, AttemptFolder folder) {
        this.placement = placement;
        this.names = ObjectNames.of(placement);
        this.cluster = cluster;
        this.folder = folder;
    }

    /** A line for the owner; the same line only once in a row. */
    void say(String line) throws IOException {
        if (!line.equals(said)) {
            said = line;
            log(0).say(line);
        }
    }

    /** From now on looks by itself for what begins to print. */
    void begin() {
        if (!begun.getAndSet(true)) {
            watcher = Thread.ofVirtual().name("logs of " + names.name()).start(this::watch);
        }
    }

    private void watch() {
        try {
            while (!closed) {
                var seen = cluster.changes();
                var sight = cluster.look(names, placement.nodes());
                sight.ifPresent(this::follow);
                sight.ifPresent(this::closeStuck);
                if (sight.filter(now -> now.job() == null || now.isAtRest()).isPresent()
                        && readers.values().stream().noneMatch(Thread::isAlive)) {
                    return;
                }
                cluster.awaitChange(seen, LOOK_AGAIN);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** A stream of a container that has ended ends too; one that does not is of a connection that is dead and does not say so. */
    private void closeStuck(Sight sight) {
        for (var stream : List.copyOf(streams)) {
            var pod = find(sight, stream.pod());
            if (pod != null && Sight.end(pod, stream.container()).isEmpty()) {
                continue;
            }
            var since = stuck.putIfAbsent(stream, System.nanoTime());
            if (since != null && System.nanoTime() - since > STUCK.toNanos()) {
                try {
                    stream.lines().close();
                } catch (IOException broken) {
                    LOG.log(INFO, "The log of {0} was stuck: {1}", stream.pod(), broken.getMessage());
                }
            }
        }
        stuck.keySet().retainAll(streams);
    }

    /** A log that is being followed. */
    private record Stream(String pod, String container, InputStream lines) {}

    /** Begins to read what has begun to print. */
    void follow(Sight sight) {
        for (var pod : sight.pods()) {
            var node = Cluster.node(pod);
            if (!closed && hasPrinted(pod)) {
                readers.computeIfAbsent(node, number -> Thread.ofVirtual()
                        .name("log of " + pod.getMetadata().getName())
                        .start(() -> read(pod.getMetadata().getName(), number)));
            }
        }
    }

    private static boolean hasPrinted(Pod pod) {
        return Sight.state(pod, Manifests.PREPARE)
                .or(() -> Sight.state(pod, Manifests.JOB))
                .filter(state -> state.getRunning() != null || state.getTerminated() != null)
                .isPresent();
    }

    /** Waits until all is there that the pods printed. @return false when the time was over before */
    boolean awaitRest(Duration most) throws InterruptedException {
        var deadline = System.nanoTime() + most.toNanos();
        for (var reader : readers.values()) {
            var left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            if (!reader.join(left)) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is time to ask the cluster itself, because its watches have been silent for so long. */
    boolean isToAsk(Duration patience) {
        if (cluster.silence().compareTo(patience) < 0
                || Duration.ofNanos(System.nanoTime() - lastAsked).compareTo(patience) < 0) {
            return false;
        }
        lastAsked = System.nanoTime();
        return true;
    }

    Cluster cluster() {
        return cluster;
    }

    void close() {
        closed = true;
        var looking = watcher;
        if (looking != null) {
            looking.interrupt();
        }
        readers.values().forEach(Thread::interrupt);
    }

    private NodeLog log(int node) throws IOException {
        var known = logs.get(node);
        if (known != null) {
            return known;
        }
        synchronized (logs) {
            var log = logs.get(node);
            if (log == null) {
                log = new NodeLog(folder, node);
                logs.put(node, log);
            }
            return log;
        }
    }

    private void read(String pod, int node) {
        try {
            var log = log(node);
            for (var container : new String[] {Manifests.PREPARE, Manifests.JOB}) {
                if (!log.isBeyond(container) && awaitOutput(pod, container)) {
                    log.turnTo(container);
                    read(pod, container, log);
                }
            }
        } catch (IOException unwritable) {
            LOG.log(WARNING, () -> "The log of pod %s cannot be kept".formatted(pod), unwritable);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return false when the container will never print anything */
    private boolean awaitOutput(String pod, String container) throws InterruptedException {
        while (true) {
            var seen = cluster.changes();
            var sight = cluster.look(names, placement.nodes());
            if (sight.isPresent()) {
                var found = find(sight.get(), pod);
                if (found == null) {
                    return false;
                }
                var state = Sight.state(found, container);
                if (state.filter(now -> now.getRunning() != null || now.getTerminated() != null)
                        .isPresent()) {
                    return true;
                }
                var phase = found.getStatus().getPhase();
                if ("Failed".equals(phase) || "Succeeded".equals(phase)) {
                    return false;
                }
            }
            cluster.awaitChange(seen, LOOK_AGAIN);
        }
    }

    /** Until the container has ended and its last line is there, or nobody has its lines any more. */
    private void read(String pod, String container, NodeLog log) throws IOException, InterruptedException {
        var pause = FIRST_PAUSE;
        var refusals = 0;
        while (!closed) {
            var isOver = isOver(pod, container);
            try (var lines = cluster.log(pod, container, since(log), !isOver)) {
                var stream = new Stream(pod, container, lines);
                streams.add(stream);
                try {
                    log.take(lines);
                } finally {
                    streams.remove(stream);
                }
                if (isOver) {
                    return;
                }
                pause = FIRST_PAUSE;
                refusals = 0;
            } catch (Cluster.LogRefused refused) {
                if (refused.code() == ApiAnswers.NOT_FOUND) {
                    return;
                }
                if (isOver && ++refusals == MOST_REFUSALS) {
                    log.say("The node does not give out the rest of the log: " + refused.said());
                    return;
                }
                LOG.log(INFO, "The log of {0} cannot be read yet: {1}", pod, refused.getMessage());
            } catch (IOException broken) {
                LOG.log(INFO, "The log of {0} broke off; going on where it did: {1}", pod, broken.getMessage());
            }
            if (!isOver && isOver(pod, container)) {
                continue; // what it printed last, without waiting
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    private static @Nullable String since(NodeLog log) {
        var since = log.since();
        return since.isEmpty() ? null : since;
    }

    private boolean isOver(String pod, String container) {
        return cluster.look(names, placement.nodes())
                .map(sight -> {
                    var found = find(sight, pod);
                    return found == null || Sight.end(found, container).isPresent();
                })
                .orElse(false);
    }

    private static @Nullable Pod find(Sight sight, String pod) {
        return sight.pods().stream()
                .filter(each -> each.getMetadata().getName().equals(pod))
                .findFirst()
                .orElse(null);
    }
}
