package org.millwright.adapter.kubernetes;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.JobType;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;

/**
 * Runs attempts in pods, one Job to an attempt.
 *
 * <p>While the cluster cannot be reached, nothing is concluded from that: what runs is taken to run on, and what is to be done
 * there waits.
 */
@ApplicationScoped
public class KubernetesDriver implements ComputeDriver {
    private static final System.Logger LOG = System.getLogger(KubernetesDriver.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    /** A watch that is silent that long is doubted: the cluster is asked once. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);
    /** How long the rest of a log is waited for before we look around again. */
    private static final Duration REST_OF_LOG = Duration.ofSeconds(20);
    /** A node that is gone does not confirm that its pods have ended; so long it may take beyond their grace. */
    private static final Duration CONFIRMATION = Duration.ofMinutes(2);

    /** An API server that has just started knows no rights yet. */
    private static final Duration BEGINNING = Duration.ofSeconds(30);

    private static final Duration LONGEST_IDLENESS = Duration.ofMinutes(10);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final ArtifactStore files;
    private final ServerSettings settings;
    private final Clock clock;
    private final Map<Access, Cluster> clusters = new ConcurrentHashMap<>();
    private final Map<AttemptId, Follower> followers = new ConcurrentHashMap<>();
    private final Set<AttemptId> stopping = ConcurrentHashMap.newKeySet();

    private final Duration beginning;

    @Inject
    public KubernetesDriver(ServerSettings settings, ArtifactStore files, Clock clock) {
        this(settings, files, clock, BEGINNING);
    }

    /** @param beginning for how long a cluster may forbid what it allows later */
    KubernetesDriver(ServerSettings settings, ArtifactStore files, Clock clock, Duration beginning) {
        this.beginning = beginning;
        this.settings = settings;
        this.files = files;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected KubernetesDriver() {
        this(null, null, null, null);
    }

    @Override
    public boolean runs(ComputeKind kind) {
        return kind instanceof ComputeKind.Kubernetes;
    }

    @Override
    public List<String> obstacles(ComputeKind kind, @Nullable String credential) {
        try {
            return new AccessProbe(Access.to((ComputeKind.Kubernetes) kind, credential)).obstacles();
        } catch (Refused unusable) {
            return List.of(String.valueOf(unusable.getMessage()));
        }
    }

    /** Leaves what runs in the cluster alone. */
    @PreDestroy
    public void close() {
        followers.values().forEach(Follower::close);
        clusters.values().forEach(Cluster::close);
        clusters.clear();
    }

    // ---- before the start

    @Override
    public void prepare(Launch launch) throws LaunchFailed, IOException, InterruptedException {
        var placement = launch.placement();
        var names = ObjectNames.of(placement);
        requireRunnable(launch);
        requireCode(launch);
        var cluster = cluster(placement);
        var before = patiently(placement, () -> cluster.job(names));
        if (before.isPresent() && !isSuspended(before.get())) {
            return; // it was started
        }
        folder(placement).lay();
        var content = new PodFiles(launch, serverAddress(target(placement)), authority(target(placement))).content();
        var manifests = new Manifests(launch, target(placement));
        var job = before.isPresent() ? before.get() : patiently(placement, () -> create(cluster, manifests, names));
        requireOurs(job, launch.attempt());
        patiently(placement, () -> {
            cluster.put(manifests.secret(content, job));
            return job;
        });
        if (placement.nodes() > 1) {
            patiently(placement, () -> {
                cluster.put(manifests.service(job));
                return job;
            });
        }
    }

    private Job create(Cluster cluster, Manifests manifests, ObjectNames names) {
        try {
            return cluster.create(manifests.job(settings.publicUrl().toString()));
        } catch (KubernetesClientException refused) {
            // An earlier try may have reached the cluster though its answer did not reach us.
            if (refused.getCode() != ApiAnswers.CONFLICT) {
                throw refused;
            }
            return cluster.job(names).orElseThrow(() -> refused);
        }
    }

    private static void requireRunnable(Launch launch) throws LaunchFailed {
        switch (launch.type()) {
            case JobType.Command _, JobType.Distributed _ -> {}
            case JobType.Parallel _ -> throw new LaunchFailed("Parallel jobs do not run on Kubernetes compute");
            case JobType.Spark _ -> throw new LaunchFailed("Spark jobs do not run on Kubernetes compute");
        }
    }

    private void requireCode(Launch launch) throws LaunchFailed, IOException {
        var code = launch.code();
        if (code != null) {
            requireZip(code, "The code folder");
        }
        for (var file : launch.files().entrySet()) {
            var what = "'%s'".formatted(file.getKey());
            if (file.getValue().name().endsWith(".zip") && !file.getKey().endsWith(".zip")) {
                requireZip(file.getValue(), what);
            } else if (files.find(file.getValue()).isEmpty()) {
                throw new LaunchFailed("%s is not in the artifact store".formatted(what));
            }
        }
    }

    private void requireZip(ArtifactPath path, String what) throws LaunchFailed, IOException {
        try (var content = files.read(path, 0)) {
            var begin = content.readNBytes(2);
            if (begin.length < 2 || begin[0] != 'P' || begin[1] != 'K') {
                throw new LaunchFailed("%s cannot be unpacked: it is not a zip".formatted(what));
            }
        } catch (Refused absent) {
            throw new LaunchFailed("%s is not in the artifact store: %s".formatted(what, absent.getMessage()));
        }
    }

    private static void requireOurs(Job job, AttemptId attempt) throws LaunchFailed {
        var annotations = job.getMetadata().getAnnotations();
        if (annotations == null
                || !attempt.run().equals(annotations.get(Manifests.RUN))
                || !Integer.toString(attempt.number()).equals(annotations.get(Manifests.NUMBER))) {
            throw new LaunchFailed("The cluster has a job '%s' already that is another's"
                    .formatted(job.getMetadata().getName()));
        }
    }

    @Override
    public void start(Launch launch) throws LaunchFailed, IOException {
        var placement = launch.placement();
        var names = ObjectNames.of(placement);
        var cluster = cluster(placement);
        try {
            var job = patiently(placement, () -> cluster.job(names))
                    .orElseThrow(
                            () -> new LaunchFailed("Somebody has deleted its job in the cluster before it started"));
            if (isSuspended(job)) {
                patiently(placement, () -> {
                    cluster.patch(names, "{\"spec\":{\"suspend\":false}}");
                    return job;
                });
            }
            follower(placement, cluster).begin();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while starting " + placement, interrupted);
        }
    }

    private static boolean isSuspended(Job job) {
        return Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    // ---- while it runs

    @Override
    public Observation observe(Placement placement) throws IOException {
        var cluster = cluster(placement);
        return cluster.look(ObjectNames.of(placement), placement.nodes())
                .map(sight -> sight.observe(clock.instant()))
                .orElseGet(KubernetesDriver::unreachable);
    }

    private static Observation unreachable() {
        return new Observation.Waiting("The cluster cannot be reached");
    }

    @Override
    public Observation await(Placement placement, Duration most) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + most.toNanos();
        var names = ObjectNames.of(placement);
        var cluster = cluster(placement);
        var follower = follower(placement, cluster);
        follower.begin();
        while (true) {
            var seen = cluster.changes();
            var sight = follower.isToAsk(LONGEST_SILENCE)
                    ? cluster.ask(names, placement.nodes())
                    : cluster.look(names, placement.nodes());
            var observation = sight.map(now -> now.observe(clock.instant())).orElseGet(KubernetesDriver::unreachable);
            if (sight.isPresent()) {
                follower.follow(sight.get());
            }
            var left = Duration.ofNanos(deadline - System.nanoTime());
            if (observation.isEnd() && isAllTold(follower, observation, left)) {
                return observation;
            }
            if (observation instanceof Observation.Waiting(var why) && sight.isPresent() && isWorthSaying(why)) {
                follower.say(why);
            }
            if (!left.isPositive()) {
                return notYet(observation);
            }
            cluster.awaitChange(seen, left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
        }
    }

    /** An end of which not all is told is none yet. */
    private static Observation notYet(Observation observation) {
        return switch (observation) {
            case Observation.Exited exited -> new Observation.Running(exited.startedAt());
            case Observation.NotStarted _ -> new Observation.Waiting("Its log is fetched");
            default -> observation;
        };
    }

    private static boolean isWorthSaying(String why) {
        return why.contains(": ");
    }

    /** What a lost node printed last is not waited for. */
    private static boolean isAllTold(Follower follower, Observation end, Duration most) throws InterruptedException {
        return !(end instanceof Observation.Exited || end instanceof Observation.NotStarted)
                || follower.awaitRest(most);
    }

    @Override
    public void stop(Placement placement, Duration grace) throws IOException, InterruptedException {
        var names = ObjectNames.of(placement);
        var cluster = cluster(placement);
        stopping.add(placement.attempt());
        try {
            var job = untilReachable("stop " + names.name(), () -> cluster.job(names));
            if (job.isEmpty()) {
                return;
            }
            if (isSuspended(job.get())) {
                untilReachable("delete " + names.name(), () -> {
                    cluster.delete(names);
                    return job;
                });
                awaitGone(placement, names, cluster);
                return;
            }
            end(placement, names, cluster, grace);
        } catch (JobGone ended) {
            LOG.log(INFO, "{0} is gone already", names.name());
        } finally {
            stopping.remove(placement.attempt());
        }
    }

    /** Until the watches show it too. */
    private static void awaitGone(Placement placement, ObjectNames names, Cluster cluster) throws InterruptedException {
        while (true) {
            var seen = cluster.changes();
            var sight = cluster.look(names, placement.nodes());
            if (sight.isPresent() && sight.get().job() == null) {
                return;
            }
            cluster.awaitChange(seen, LOOK_AGAIN);
        }
    }

    private void end(Placement placement, ObjectNames names, Cluster cluster, Duration grace)
            throws IOException, InterruptedException {
        var follower = follower(placement, cluster);
        var before = untilReachable("look at " + names.name(), () -> cluster.ask(names, placement.nodes()))
                .orElse(null);
        if (before != null && before.isAtRest()) {
            return;
        }
        // The cluster ends a job whose time is over: its pods are asked to end, and no new ones are made. That it has
        // an end
        // is then kept with it until it is discarded.
        untilReachable("end " + names.name(), () -> {
            cluster.patch(
                    names,
                    "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}},\"spec\":{\"activeDeadlineSeconds\":1}}"
                            .formatted(Sight.STOPPED, clock.instant()));
            return names;
        });
        var whole = grace.plus(grace.isZero() ? Duration.ofSeconds(1) : Manifests.UPLOAD_GRACE);
        untilReachable("end the pods of " + names.name(), () -> {
            cluster.deletePods(names, whole);
            return names;
        });
        var deadline = clock.instant().plus(whole).plus(CONFIRMATION);
        Observation.@Nullable Exited end = null;
        while (true) {
            var seen = cluster.changes();
            var sight = cluster.look(names, placement.nodes()).orElse(null);
            if (sight != null) {
                follower.follow(sight);
                if (sight.observe(clock.instant()) instanceof Observation.Exited exited) {
                    end = end == null || !sight.pods().isEmpty() ? exited : end;
                }
                if (sight.isAtRest()) {
                    break;
                }
            }
            if (clock.instant().isAfter(deadline)) {
                LOG.log(WARNING, "The pods of {0} do not confirm their end and are forgotten", names.name());
                untilReachable("forget the pods of " + names.name(), () -> {
                    cluster.deletePods(names, Duration.ZERO);
                    return names;
                });
                break;
            }
            cluster.awaitChange(seen, LOOK_AGAIN);
        }
        follower.awaitRest(REST_OF_LOG);
        if (end != null) {
            // The pods are gone, and with them what they said.
            var note = Sight.note(end);
            untilReachable("note the end of " + names.name(), () -> {
                cluster.patch(names, note);
                return names;
            });
        }
    }

    // ---- after it

    @Override
    public void collect(Launch launch) throws IOException {
        var placement = launch.placement();
        folder(placement).keepLogs(placement.nodes(), files, launch.outputs());
        // Its files the pod has sent itself.
        var unstored = cluster(placement)
                .look(ObjectNames.of(placement), placement.nodes())
                .flatMap(Sight::unstored);
        if (unstored.isPresent()) {
            throw new IOException(unstored.get());
        }
    }

    @Override
    public void discard(Placement placement) throws IOException {
        var follower = followers.remove(placement.attempt());
        if (follower != null) {
            follower.close();
        }
        try {
            cluster(placement).delete(ObjectNames.of(placement));
        } catch (KubernetesClientException refused) {
            // It ended, so the cluster takes it away itself after some days.
            LOG.log(INFO, "{0} stays in the cluster for now: {1}", placement, refused.getMessage());
        }
        folder(placement).delete();
        closeIdle();
    }

    /** Ends watches that nobody needs any more: of targets that were detached, and with credentials that were changed. */
    private void closeIdle() {
        for (var entry : clusters.entrySet()) {
            var cluster = entry.getValue();
            var isUsed = followers.values().stream().anyMatch(follower -> follower.cluster() == cluster);
            if (!isUsed
                    && cluster.idleness().compareTo(LONGEST_IDLENESS) > 0
                    && clusters.remove(entry.getKey(), cluster)) {
                cluster.close();
            }
        }
    }

    // ---- what it needs

    private Follower follower(Placement placement, Cluster cluster) throws IOException {
        var folder = folder(placement);
        Files.createDirectories(folder.state());
        Files.createDirectories(folder.logs());
        return followers.computeIfAbsent(placement.attempt(), attempt -> new Follower(placement, cluster, folder));
    }

    private Cluster cluster(Placement placement) {
        return clusters.computeIfAbsent(Access.to(target(placement), placement.credential()), Cluster::new);
    }

    private static ComputeKind.Kubernetes target(Placement placement) {
        return (ComputeKind.Kubernetes) placement.kind();
    }

    private AttemptFolder folder(Placement placement) {
        return AttemptFolder.of(settings.workFolder().toAbsolutePath(), placement.attempt());
    }

    private String serverAddress(ComputeKind.Kubernetes target) {
        var own = target.serverAddress();
        return own == null ? settings.publicUrl().toString() : own.replaceFirst("/+$", "");
    }

    /** The certificate by which a pod knows this server; null when the server has one that everybody knows. */
    private @Nullable String authority(ComputeKind.Kubernetes target) throws IOException {
        Path authority = settings.certificateAuthority();
        return serverAddress(target).startsWith("https:") && Files.isReadable(authority)
                ? Files.readString(authority)
                : null;
    }

    private interface Call<T> {
        T make();
    }

    private static final class JobGone extends IOException {
        private static final long serialVersionUID = 1L;

        JobGone(KubernetesClientException answer) {
            super("The job is gone: " + answer.getMessage(), answer);
        }
    }

    /** Waits for a cluster that is away, unless somebody stops the attempt. @throws LaunchFailed with its refusal, in words */
    private <T> T patiently(Placement placement, Call<T> call) throws LaunchFailed, InterruptedException {
        var pause = FIRST_PAUSE;
        var begun = System.nanoTime();
        while (true) {
            try {
                return call.make();
            } catch (KubernetesClientException answer) {
                var mayPass = ApiAnswers.isPassing(answer)
                        || ApiAnswers.isForbidden(answer) && System.nanoTime() - begun < beginning.toNanos();
                if (!mayPass) {
                    throw new LaunchFailed(ApiAnswers.sentence(answer));
                }
                if (stopping.contains(placement.attempt())) {
                    throw new LaunchFailed("It was canceled before it started");
                }
                LOG.log(INFO, "{0} waits for its cluster: {1}", placement, answer.getMessage());
            }
            Thread.sleep(pause);
            pause = longer(pause);
        }
    }

    /** Waits for a cluster that is away; a refusal is none of what is tried again. */
    private static <T> T untilReachable(String what, Call<T> call) throws IOException, InterruptedException {
        var pause = FIRST_PAUSE;
        while (true) {
            try {
                return call.make();
            } catch (KubernetesClientException answer) {
                if (answer.getCode() == ApiAnswers.NOT_FOUND) {
                    throw new JobGone(answer);
                }
                if (!ApiAnswers.isPassing(answer) && !ApiAnswers.isForbidden(answer)) {
                    throw new IOException(ApiAnswers.sentence(answer), answer);
                }
                LOG.log(INFO, "The cluster is waited for, to {0}: {1}", what, answer.getMessage());
            }
            Thread.sleep(pause);
            pause = longer(pause);
        }
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
