package org.millwright.adapter.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.spi.Observation;

/**
 * What the cluster shows of one attempt, and what that means.
 *
 * @param job null when there is none
 * @param pods those of the job that are there
 * @param trouble why the cluster makes no pods for the job, in its words; null when it does not complain
 * @param nodes how many pods there are to be
 */
record Sight(@Nullable Job job, List<Pod> pods, @Nullable String trouble, int nodes) {
    /** When somebody asked for the end of the job; at the job. */
    static final String STOPPED = "millwright.org/stopped";
    /** How the job ended, when its pods cannot tell any more; at the job. */
    static final String ENDED = "millwright.org/ended";

    private static final int KILLED = 137;
    private static final int TERMINATED = 143;
    /** A registry may be away for a while. */
    private static final Duration IMAGE_PATIENCE = Duration.ofMinutes(15);

    private static final Set<String> HOPELESS = Set.of(
            "InvalidImageName",
            "ErrImageNeverPull",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "StartError");
    private static final Set<String> UNPULLED = Set.of("ImagePullBackOff", "ErrImagePull", "RegistryUnavailable");
    /** Why a pod ended that had done nothing wrong. */
    private static final Set<String> NODE_REASONS = Set.of(
            "NodeLost",
            "NodeShutdown",
            "Shutdown",
            "Terminated",
            "NodeAffinity",
            "UnexpectedAdmissionError",
            "OutOfcpu",
            "OutOfmemory",
            "OutOfpods",
            "Preempting");

    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * What pod.py leaves with the end of its container.
     *
     * @param stored whether all that the command left is with the server
     * @param trouble why it is not, or why the command never began
     */
    record Message(
            @Nullable Integer exitCode,
            boolean timedOut,
            @Nullable Long startedAt,
            @Nullable Long endedAt,
            boolean stored,
            @Nullable String trouble) {
        static final Message NONE = new Message(null, false, null, null, true, null);

        static Message of(ContainerStateTerminated end) {
            var text = end.getMessage();
            if (text == null || !text.startsWith("{")) {
                return NONE;
            }
            try {
                return JSON.readValue(text, Message.class);
            } catch (JsonProcessingException notOurs) {
                return NONE;
            }
        }
    }

    Observation observe(Instant now) {
        if (job == null) {
            return new Observation.Vanished();
        }
        var noted = note();
        if (noted.isPresent()) {
            return noted.get();
        }
        var seen = whileStopping(lost().or(this::neverBegan).or(() -> over()).orElse(null));
        if (seen != null) {
            return seen;
        }
        var ended = afterItsPods();
        return ended != null ? ended : whileItLasts(now);
    }

    /** Whether somebody asked for its end. */
    boolean isStopped() {
        return job != null && annotation(STOPPED) != null;
    }

    /** Why not everything that the command left is with the server; empty when it is, or nobody can say. */
    Optional<String> unstored() {
        return pods.stream()
                .flatMap(pod -> end(pod, Manifests.JOB).stream())
                .flatMap(end -> Stream.ofNullable(Message.of(end).trouble()))
                .findFirst();
    }

    /** Whether nothing of it runs or will. */
    boolean isAtRest() {
        return job == null || jobCondition("Complete") != null || jobCondition("Failed") != null;
    }

    private Optional<Observation> note() {
        var text = annotation(ENDED);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(text, Note.class).observation());
        } catch (JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }

    /** The change of the job that keeps an end with it. */
    static String note(Observation.Exited end) {
        try {
            return JSON.writeValueAsString(Map.of("metadata", Map.of("annotations", Map.of(ENDED, Note.of(end)))));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** An end, as it is kept in {@link #ENDED}. Times are milliseconds of the epoch. */
    record Note(
            int exitCode, Observation.Cause cause, @Nullable String exceeded, long startedAt, long endedAt) {
        static String of(Observation.Exited end) {
            try {
                return JSON.writeValueAsString(new Note(
                        end.exitCode(),
                        end.cause(),
                        end.exceeded(),
                        end.startedAt().toEpochMilli(),
                        end.endedAt().toEpochMilli()));
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        Observation observation() {
            return new Observation.Exited(
                    exitCode, cause, exceeded, Instant.ofEpochMilli(startedAt), Instant.ofEpochMilli(endedAt));
        }
    }

    /** Of a job that we stop, a pod that the cluster removes is not lost, and one that has not begun need not say why. */
    private @Nullable Observation whileStopping(@Nullable Observation seen) {
        return isStopped() && !(seen instanceof Observation.Exited) ? null : seen;
    }

    // ---- a node is gone

    private Optional<Observation> lost() {
        return pods.stream().flatMap(pod -> loss(pod).stream()).findFirst().map(Observation.NodeLost::new);
    }

    private static Optional<String> loss(Pod pod) {
        if (end(pod, Manifests.JOB).filter(end -> end.getExitCode() == 0).isPresent()) {
            return Optional.empty(); // what ended well was not lost
        }
        var disruption = condition(pod, "DisruptionTarget");
        if (disruption != null && "True".equals(disruption.getStatus())) {
            return Optional.of(
                    "Node %s: %s".formatted(node(pod), words(disruption.getReason(), disruption.getMessage())));
        }
        var reason = pod.getStatus().getReason();
        if (reason != null && NODE_REASONS.contains(reason)) {
            return Optional.of("Node %s: %s"
                    .formatted(node(pod), words(reason, pod.getStatus().getMessage())));
        }
        return ends(pod)
                .filter(end -> "ContainerStatusUnknown".equals(end.getReason()))
                .findFirst()
                .map(end -> "Node %s cannot say any more what became of the pod".formatted(node(pod)));
    }

    private static String node(Pod pod) {
        return pod.getSpec().getNodeName() == null
                ? "(none yet)"
                : pod.getSpec().getNodeName();
    }

    private static String words(@Nullable String reason, @Nullable String message) {
        return message == null || message.isBlank() ? String.valueOf(reason) : message;
    }

    // ---- the command never ran

    private Optional<Observation> neverBegan() {
        return pods.stream()
                .flatMap(pod -> Stream.concat(
                        end(pod, Manifests.PREPARE).filter(end -> end.getExitCode() != 0).stream()
                                .map(Sight::whyNotReady),
                        waits(pod)
                                .filter(wait -> HOPELESS.contains(wait.reason()))
                                .map(wait ->
                                        "The container cannot be started: " + words(wait.reason(), wait.message()))))
                .findFirst()
                .map(why -> new Observation.NotStarted(ApiAnswers.shorten(why)));
    }

    private static String whyNotReady(ContainerStateTerminated end) {
        var said = Message.of(end).trouble();
        if (said != null) {
            return said;
        }
        return "OOMKilled".equals(end.getReason())
                ? "Making the pod ready took more memory than the job has"
                : "The pod could not be made ready (exit code %d); the log says more".formatted(end.getExitCode());
    }

    // ---- the command is over

    private Optional<Observation> over() {
        var deadline = pods.stream()
                .filter(pod -> "DeadlineExceeded".equals(pod.getStatus().getReason()))
                .findFirst();
        if (deadline.isPresent()) {
            return Optional.of(exited(KILLED, Observation.Cause.TIME_LIMIT, null, deadline.get(), null));
        }
        var evicted = pods.stream()
                .filter(pod -> "Evicted".equals(pod.getStatus().getReason()))
                .findFirst();
        if (evicted.isPresent()) {
            var said = String.valueOf(evicted.get().getStatus().getMessage());
            return Optional.of(exited(KILLED, Observation.Cause.EXIT, said, evicted.get(), null));
        }
        var unfinished = nodes
                - (int) pods.stream()
                        .filter(pod -> end(pod, Manifests.JOB).isPresent())
                        .count();
        var failed = pods.stream()
                .filter(pod -> end(pod, Manifests.JOB)
                        .filter(end -> code(end) != 0 || Message.of(end).timedOut())
                        .isPresent())
                .min(Comparator.comparing(Sight::endOf));
        if (failed.isPresent()) {
            // The others are ended with it; until they are, it is not over.
            var othersRun = pods.stream().anyMatch(Sight::isAlive);
            return othersRun ? Optional.empty() : Optional.of(exited(failed.get()));
        }
        return unfinished > 0
                ? Optional.empty()
                : pods.stream().max(Comparator.comparing(Sight::endOf)).map(this::exited);
    }

    private static boolean isAlive(Pod pod) {
        var phase = pod.getStatus().getPhase();
        return !"Succeeded".equals(phase)
                && !"Failed".equals(phase)
                && end(pod, Manifests.JOB).isEmpty();
    }

    private Observation exited(Pod pod) {
        var end = end(pod, Manifests.JOB).orElseThrow();
        if ("OOMKilled".equals(end.getReason()) && code(end) != 0) {
            return exited(code(end), Observation.Cause.OUT_OF_MEMORY, memory(pod), pod, end);
        }
        var timedOut = Message.of(end).timedOut();
        return exited(code(end), timedOut ? Observation.Cause.TIME_LIMIT : Observation.Cause.EXIT, null, pod, end);
    }

    private static String memory(Pod pod) {
        var limits = pod.getSpec().getContainers().getFirst().getResources().getLimits();
        var limit = limits == null ? null : limits.get("memory");
        return limit == null
                ? "the memory of its node"
                : "%d MiB of memory".formatted(limit.getNumericalAmount().longValue() >> 20);
    }

    /** The command's own code; a container's own says 0 for no command whose files are not stored. */
    private static int code(ContainerStateTerminated end) {
        var own = Message.of(end).exitCode();
        return own == null ? end.getExitCode() : own;
    }

    private Observation.Exited exited(
            int code,
            Observation.Cause cause,
            @Nullable String exceeded,
            Pod pod,
            @Nullable ContainerStateTerminated end) {
        var message = end == null ? Message.NONE : Message.of(end);
        var startedAt = message.startedAt() != null ? Instant.ofEpochMilli(message.startedAt()) : begin(pod);
        var endedAt = message.endedAt() != null
                ? Instant.ofEpochMilli(message.endedAt())
                : end == null ? startedAt : time(end.getFinishedAt()).orElse(startedAt);
        return new Observation.Exited(
                code, cause, exceeded, startedAt, endedAt.isBefore(startedAt) ? startedAt : endedAt);
    }

    private static Instant endOf(Pod pod) {
        var end = end(pod, Manifests.JOB).orElseThrow();
        var told = Message.of(end).endedAt();
        return told != null
                ? Instant.ofEpochMilli(told)
                : time(end.getFinishedAt()).orElse(Instant.MAX);
    }

    private Instant begin(Pod pod) {
        return state(pod, Manifests.JOB)
                .flatMap(state -> state.getRunning() != null
                        ? time(state.getRunning().getStartedAt())
                        : state.getTerminated() != null
                                ? time(state.getTerminated().getStartedAt())
                                : Optional.empty())
                .or(() -> time(pod.getStatus().getStartTime()))
                .orElseGet(this::created);
    }

    // ---- the pods are gone

    /** What the job itself says when its pods do not say anything any more; null while it goes on. */
    private @Nullable Observation afterItsPods() {
        var complete = jobCondition("Complete");
        var startedAt = time(job == null || job.getStatus() == null
                        ? null
                        : job.getStatus().getStartTime())
                .orElseGet(this::created);
        if (complete != null) {
            var endedAt = time(complete.getLastTransitionTime()).orElse(startedAt);
            return new Observation.Exited(0, Observation.Cause.EXIT, null, startedAt, endedAt);
        }
        var failed = jobCondition("Failed");
        if (failed == null) {
            return null;
        }
        if (isStopped()) {
            var endedAt = time(failed.getLastTransitionTime()).orElse(startedAt);
            return new Observation.Exited(TERMINATED, Observation.Cause.EXIT, null, startedAt, endedAt);
        }
        return "PodFailurePolicy".equals(failed.getReason())
                ? new Observation.NodeLost(words(failed.getReason(), failed.getMessage()))
                : new Observation.Vanished();
    }

    // ---- it goes on

    private Observation whileItLasts(Instant now) {
        var starts = pods.stream()
                .filter(pod -> state(pod, Manifests.JOB)
                        .filter(state -> state.getRunning() != null || state.getTerminated() != null)
                        .isPresent())
                .map(this::begin)
                .toList();
        if (starts.size() >= nodes) {
            return new Observation.Running(
                    starts.stream().max(Comparator.naturalOrder()).orElseThrow());
        }
        if (isStopped()) {
            return new Observation.Waiting("It is being ended");
        }
        for (var pod : pods) {
            var unpulled =
                    waits(pod).filter(wait -> UNPULLED.contains(wait.reason())).findFirst();
            if (unpulled.isPresent()) {
                var why = "The image cannot be pulled: "
                        + words(unpulled.get().reason(), unpulled.get().message());
                var since = time(pod.getStatus().getStartTime()).orElse(now);
                return since.plus(IMAGE_PATIENCE).isBefore(now)
                        ? new Observation.NotStarted(ApiAnswers.shorten(why))
                        : new Observation.Waiting(ApiAnswers.shorten(why));
            }
        }
        return new Observation.Waiting(why());
    }

    private String why() {
        if (job != null && Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            return "It is being handed to the cluster";
        }
        if (pods.size() < nodes && trouble != null) {
            return "The cluster makes no pod for it: " + ApiAnswers.shorten(trouble);
        }
        for (var pod : pods) {
            var scheduled = condition(pod, "PodScheduled");
            if (scheduled != null && "False".equals(scheduled.getStatus())) {
                return "No node of the cluster takes it yet: "
                        + ApiAnswers.shorten(words(scheduled.getReason(), scheduled.getMessage()));
            }
        }
        var preparing = pods.stream().anyMatch(pod -> state(pod, Manifests.PREPARE)
                .filter(state -> state.getRunning() != null)
                .isPresent());
        if (preparing) {
            return "Its code and inputs are fetched and its environment is built";
        }
        return pods.size() < nodes
                ? "%d of %d pods are there".formatted(pods.size(), nodes)
                : "Its node makes it ready";
    }

    // ---- reading

    private Instant created() {
        return time(job == null ? null : job.getMetadata().getCreationTimestamp())
                .orElse(Instant.EPOCH);
    }

    private @Nullable String annotation(String name) {
        var annotations = job == null ? null : job.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(name);
    }

    private @Nullable JobCondition jobCondition(String type) {
        if (job == null || job.getStatus() == null || job.getStatus().getConditions() == null) {
            return null;
        }
        return job.getStatus().getConditions().stream()
                .filter(each -> type.equals(each.getType()) && "True".equals(each.getStatus()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable PodCondition condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(each -> type.equals(each.getType()))
                .findFirst()
                .orElse(null);
    }

    private record Wait(String reason, @Nullable String message) {}

    private static Stream<Wait> waits(Pod pod) {
        return statuses(pod)
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getWaiting() != null)
                .map(state -> new Wait(
                        String.valueOf(state.getWaiting().getReason()),
                        state.getWaiting().getMessage()));
    }

    private static Stream<ContainerStateTerminated> ends(Pod pod) {
        return statuses(pod)
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getTerminated() != null)
                .map(ContainerState::getTerminated);
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return Stream.concat(
                pod.getStatus().getInitContainerStatuses().stream(), pod.getStatus().getContainerStatuses().stream());
    }

    /** What a container of the pod is doing; empty when the node has not said. */
    static Optional<ContainerState> state(Pod pod, String container) {
        return statuses(pod)
                .filter(status -> container.equals(status.getName()))
                .map(ContainerStatus::getState)
                .filter(state -> state != null)
                .findFirst();
    }

    static Optional<ContainerStateTerminated> end(Pod pod, String container) {
        return state(pod, container).map(ContainerState::getTerminated).filter(end -> end != null);
    }

    private static Optional<Instant> time(@Nullable String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    }
}
