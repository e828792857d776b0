package org.millwright.adapter.spark;

import static java.lang.System.Logger.Level.WARNING;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.JobType;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.shared.ServerSettings;
import org.millwright.shared.Sha256;

/**
 * Runs attempts as drivers of Spark applications on somebody else's cluster; a subclass says which service starts them.
 *
 * <p>What the launcher tells through the {@link AttemptExchange} is believed first: it knows the exit code. The service is
 * asked what became of an application whose launcher tells nothing. A service that does not answer says nothing about the
 * run; only after a long silence of both is the attempt given up as lost.
 *
 * <p>All that has to outlive the server is in the exchange: the service's id of the application, what was printed, how it
 * ended. On the disk is the log, which is written anew from there when it is not on this server's.
 */
public abstract class SparkDriver implements ComputeDriver {
    private static final System.Logger LOG = System.getLogger(SparkDriver.class.getName());

    /** The names of notes in the exchange. */
    private static final String SUBMITTED = "submitted";

    private static final String NOT_STARTED = "not-started";

    private static final String LAUNCHER_PATH = "/api/v1/launcher/millwright_launcher.py";
    private static final String TOKEN = "MLFLOW_TRACKING_TOKEN";
    private static final int TERMINATED = 128 + 15;
    private static final int KILLED = 128 + 9;

    private final ArtifactStore files;
    private final AttemptExchange exchange;
    private final ServerSettings settings;
    private final Clock clock;
    private final Pace pace;
    private final Map<AttemptId, Watch> watches = new ConcurrentHashMap<>();
    private final Map<String, SparkService> services = new ConcurrentHashMap<>();

    /**
     * How often is asked, and how long waited.
     *
     * @param lookAtExchange between two looks whether the launcher has said something
     * @param askService between two questions to the service
     * @param submitting how long it is tried to reach a service that is to start something
     * @param silence after which a running attempt counts as lost, when its service cannot be reached
     * @param parting how long an application may take to end after its launcher has, or after it was to be stopped
     */
    public record Pace(
            Duration lookAtExchange, Duration askService, Duration submitting, Duration silence, Duration parting) {
        public static final Pace USUAL = new Pace(
                Duration.ofMillis(300),
                Duration.ofSeconds(3),
                Duration.ofHours(1),
                Duration.ofMinutes(30),
                Duration.ofSeconds(30));
    }

    /** What is known of the service's view of one attempt. */
    private static final class Watch {
        private SparkService.@Nullable Seen seen;
        private @Nullable Instant askedAt;
        private @Nullable Instant silentSince;
        private int linesOfService;
    }

    protected SparkDriver(
            ServerSettings settings, ArtifactStore files, AttemptExchange exchange, Clock clock, Pace pace) {
        this.settings = settings;
        this.files = files;
        this.exchange = exchange;
        this.clock = clock;
        this.pace = pace;
    }

    /**
     * The service of a target.
     *
     * @param credential null when the target has none
     * @throws LaunchFailed when the server may not be sent there, or what opens it is missing
     */
    protected abstract SparkService connect(ComputeKind kind, @Nullable String credential)
            throws LaunchFailed, IOException;

    /** Whether only the launcher's own process has the Spark session. */
    protected boolean runsInside() {
        return false;
    }

    @Override
    public List<String> obstacles(ComputeKind kind, @Nullable String credential) {
        try (var service = connect(kind, credential)) {
            service.check();
            return List.of();
        } catch (LaunchFailed wrong) {
            return List.of(String.valueOf(wrong.getMessage()));
        } catch (IOException unreachable) {
            return List.of("It cannot be reached: " + words(unreachable));
        }
    }

    @Override
    public void prepare(Launch launch) throws LaunchFailed, IOException, InterruptedException {
        if (submitted(launch.attempt()).isPresent()) {
            return;
        }
        if (!(launch.type() instanceof JobType.Spark || launch.type() instanceof JobType.Command)) {
            throw new LaunchFailed("A Spark cluster runs jobs of type spark and command; this one is neither");
        }
        var folder = folder(launch.attempt());
        folder.lay();
        var code = launch.code();
        if (code != null) {
            requireZip(code, folder);
        }
        for (var file : launch.files().entrySet()) {
            if (files.find(file.getValue()).isEmpty()) {
                throw new LaunchFailed("'%s' is not in the artifact store".formatted(file.getKey()));
            }
            requireInside(folder.work(), file.getKey());
        }
        for (var name : launch.folders()) {
            requireInside(folder.work(), name);
        }
    }

    /** Before a cluster is paid for: the launcher would fail on it. */
    private void requireZip(ArtifactPath code, AttemptFolder folder) throws LaunchFailed, IOException {
        if (files.find(code).isEmpty()) {
            throw new LaunchFailed("The code folder is not in the artifact store: %s".formatted(code));
        }
        var fetched = folder.state().resolve("code.fetched");
        try (var content = files.read(code, 0)) {
            Files.copy(content, fetched, StandardCopyOption.REPLACE_EXISTING);
        }
        try (var zip = new java.util.zip.ZipFile(fetched.toFile())) {
            zip.stream().findAny();
        } catch (java.util.zip.ZipException damaged) {
            throw new LaunchFailed("The code folder cannot be unpacked: %s".formatted(damaged.getMessage()));
        } finally {
            Files.deleteIfExists(fetched);
        }
    }

    private static void requireInside(Path work, String name) throws LaunchFailed {
        var path = work.resolve(name).normalize();
        if (!path.startsWith(work) || path.equals(work)) {
            throw new LaunchFailed("'%s' is no path inside the working folder".formatted(name));
        }
    }

    @Override
    public void start(Launch launch) throws LaunchFailed, IOException {
        var attempt = launch.attempt();
        if (submitted(attempt).isPresent()) {
            return;
        }
        var token = Objects.requireNonNull(launch.variables().get(TOKEN), "A job that starts has a token");
        var authority = authority();
        var order = Order.of(launch, runsInside(), authority);
        exchange.open(attempt, token, order.json(), Order.given(launch), launch.outputs());
        var ticket = new Ticket(
                settings.publicUrl().toString(),
                launch.placement().workspace().value(),
                attempt.run(),
                attempt.number(),
                token,
                authority);
        var application = new Application(
                name(attempt),
                URI.create(settings.publicUrl() + LAUNCHER_PATH),
                ticket.text(),
                launch.type() instanceof JobType.Spark spark ? spark : null,
                launch.timeLimit());
        var id = submit(launch.placement(), application);
        exchange.leaveNote(attempt, SUBMITTED, clock.instant().toEpochMilli() + " " + id);
        if (exchange.stopAsked(attempt).isPresent()) {
            // It was asked for while the service took the application.
            reached(launch.placement()).kill(id);
        }
    }

    /** Waits for a service that cannot be reached, but not against a stop. */
    private String submit(Placement placement, Application application) throws LaunchFailed, IOException {
        var attempt = placement.attempt();
        var deadline = clock.instant().plus(pace.submitting());
        var pause = Duration.ofSeconds(1);
        for (var told = false; ; told = true) {
            // An earlier try may have come through, of which we heard nothing.
            try {
                var service = reached(placement);
                var begun = exchange.begun(attempt)
                        .filter(launcher -> launcher.place().startsWith("driver-"));
                return begun.isPresent() ? begun.get().place() : service.submit(application);
            } catch (InterruptedIOException goingDown) {
                throw goingDown;
            } catch (IOException unreachable) {
                if (exchange.stopAsked(attempt).isPresent()) {
                    throw new LaunchFailed("It was stopped before it started");
                }
                if (clock.instant().isAfter(deadline)) {
                    throw new LaunchFailed("The cluster could not be reached for %d minutes: %s"
                            .formatted(pace.submitting().toMinutes(), words(unreachable)));
                }
                if (!told) {
                    say(attempt, "The cluster cannot be reached; trying again: " + words(unreachable));
                }
                pause(pause);
                pause = pause.multipliedBy(2).compareTo(Duration.ofSeconds(15)) < 0
                        ? pause.multipliedBy(2)
                        : Duration.ofSeconds(15);
            }
        }
    }

    @Override
    public Observation observe(Placement placement) throws IOException {
        var attempt = placement.attempt();
        var submitted = submitted(attempt);
        if (submitted.isEmpty()) {
            return new Observation.Vanished();
        }
        bringLog(attempt);
        var end = exchange.end(attempt);
        if (end.isPresent()) {
            bringLog(attempt); // its last piece came before it, but perhaps after our look
            return exited(submitted.get(), end.get());
        }
        var refused = exchange.note(attempt, NOT_STARTED);
        return refused.isPresent() ? new Observation.NotStarted(refused.get()) : ask(placement, submitted.get());
    }

    private Observation.Exited exited(Submitted submitted, AttemptExchange.End end) throws IOException {
        var begun = exchange.begun(submitted.attempt());
        return new Observation.Exited(
                end.exitCode(),
                end.timedOut() ? Observation.Cause.TIME_LIMIT : Observation.Cause.EXIT,
                null,
                begun.isPresent() ? begun.get().at() : submitted.at(),
                end.at());
    }

    /** For an attempt whose launcher has said no end. */
    private Observation ask(Placement placement, Submitted submitted) throws IOException {
        var attempt = placement.attempt();
        var watch = watches.computeIfAbsent(attempt, _ -> new Watch());
        var now = clock.instant();
        synchronized (watch) {
            if (watch.askedAt == null || now.isAfter(watch.askedAt.plus(pace.askService()))) {
                watch.askedAt = now;
                try {
                    var service = reached(placement);
                    watch.seen = service.look(submitted.id());
                    watch.silentSince = null;
                    if (exchange.begun(attempt).isEmpty()) {
                        bringLogOfService(service, attempt, submitted, watch);
                    }
                    pressTheStop(service, attempt, submitted, now);
                } catch (InterruptedIOException goingDown) {
                    throw goingDown;
                } catch (IOException unreachable) {
                    if (watch.silentSince == null) {
                        watch.silentSince = now;
                        LOG.log(WARNING, "{0}: {1}", attempt, words(unreachable));
                    }
                }
            }
            if (watch.silentSince != null) {
                return now.isAfter(watch.silentSince.plus(pace.silence()))
                        ? new Observation.NodeLost("its cluster, which has not answered for %d minutes"
                                .formatted(pace.silence().toMinutes()))
                        : goingOn(attempt, "its cluster cannot be reached");
            }
            var seen = Objects.requireNonNull(watch.seen, "It was seen, or the service is silent");
            return seen.state().isOver()
                    ? ended(attempt, submitted, seen)
                    : goingOn(
                            attempt,
                            seen.state() == SparkService.State.WAITING
                                    ? "the cluster has no room for it yet, or makes its machines: " + seen.reason()
                                    : "its Spark driver starts");
        }
    }

    private Observation goingOn(AttemptId attempt, String why) throws IOException {
        var begun = exchange.begun(attempt);
        return begun.isPresent()
                ? new Observation.Running(begun.get().at())
                : new Observation.Waiting("It waits for its cluster: " + why);
    }

    /** Somebody asked for the end, and our first try did not come through. */
    private void pressTheStop(SparkService service, AttemptId attempt, Submitted submitted, Instant now)
            throws IOException {
        var asked = exchange.stopAsked(attempt);
        if (asked.isPresent()
                && now.isAfter(asked.get().at().plus(asked.get().grace()).plus(pace.parting()))) {
            service.kill(submitted.id());
        }
    }

    /** The service says that it is over. The launcher, if there was one, said its last word before. */
    private Observation ended(AttemptId attempt, Submitted submitted, SparkService.Seen seen) throws IOException {
        bringLog(attempt);
        var end = exchange.end(attempt);
        if (end.isPresent()) {
            return exited(submitted, end.get());
        }
        var begun = exchange.begun(attempt).isPresent();
        if (exchange.stopAsked(attempt).isPresent()) {
            return exited(submitted, exchange.conclude(attempt, begun ? KILLED : TERMINATED, false));
        }
        return switch (seen.state()) {
            case TIMED_OUT -> exited(submitted, exchange.conclude(attempt, TERMINATED, true));
            case UNKNOWN -> new Observation.NodeLost("its cluster, which knows nothing of it any more");
            case FAILED, SUCCEEDED -> {
                if (begun) {
                    yield new Observation.NodeLost("its driver, of which the cluster says: " + seen.reason());
                }
                var why = "The Spark application ended before its launcher reached this server: %s. The log says more"
                        .formatted(
                                seen.reason().isBlank()
                                        ? "nothing is said of why"
                                        : seen.reason().replaceFirst("\\.$", ""));
                exchange.leaveNote(attempt, NOT_STARTED, why);
                yield new Observation.NotStarted(why);
            }
            case KILLED -> new Observation.NodeLost("its driver, which somebody ended: " + seen.reason());
            case WAITING, RUNNING -> throw new IllegalStateException("Only what is over has ended");
        };
    }

    @Override
    public Observation await(Placement placement, Duration most) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + most.toNanos();
        while (true) {
            var observation = observe(placement);
            var left = deadline - System.nanoTime();
            if (observation.isEnd() || left <= 0) {
                return observation;
            }
            Thread.sleep(Duration.ofNanos(Math.min(left, pace.lookAtExchange().toNanos())));
        }
    }

    @Override
    public void stop(Placement placement, Duration grace) throws IOException, InterruptedException {
        var attempt = placement.attempt();
        var asked = exchange.askToStop(attempt, grace);
        var submitted = submitted(attempt);
        if (submitted.isEmpty()) {
            return;
        }
        var deadline = asked.at().plus(grace).plus(pace.parting());
        if (exchange.begun(attempt).isPresent()) {
            while (exchange.end(attempt).isEmpty() && clock.instant().isBefore(deadline)) {
                if (observe(placement).isEnd()) {
                    break;
                }
                Thread.sleep(pace.lookAtExchange());
            }
        }
        part(placement, submitted.get());
        if (exchange.end(attempt).isEmpty()
                && exchange.note(attempt, NOT_STARTED).isEmpty()) {
            exchange.conclude(attempt, exchange.begun(attempt).isPresent() ? KILLED : TERMINATED, false);
        }
        bringLog(attempt);
    }

    /** Waits until the service has nothing of it any more; a program that has ended gets some time for its Spark to end. */
    private void part(Placement placement, Submitted submitted) throws IOException, InterruptedException {
        var service = reached(placement);
        var mayLinger = exchange.end(placement.attempt()).isPresent();
        var patience = clock.instant().plus(pace.parting());
        var giveUp = patience.plus(pace.parting());
        for (var killed = false; !service.look(submitted.id()).state().isOver(); ) {
            var now = clock.instant();
            if (!killed && (!mayLinger || now.isAfter(patience))) {
                service.kill(submitted.id());
                killed = true;
            }
            if (now.isAfter(giveUp)) {
                throw new IOException("%s does not end %s".formatted(service.name(), submitted.id()));
            }
            Thread.sleep(pace.lookAtExchange());
        }
    }

    @Override
    public void collect(Launch launch) throws IOException {
        var attempt = launch.attempt();
        bringLog(attempt);
        var folder = folder(attempt);
        folder.keepLogs(1, files, launch.outputs());
        var submitted = submitted(attempt);
        if (submitted.isPresent()) {
            keepLogOfService(launch, submitted.get());
        }
    }

    /** What the service itself has kept, for those who look for what Spark said. A run does not fail for want of it. */
    private void keepLogOfService(Launch launch, Submitted submitted) {
        try {
            var lines = reached(launch.placement()).log(submitted.id(), 0);
            if (!lines.isEmpty()) {
                files.write(
                        launch.outputs().resolve("system_logs/spark.txt"),
                        new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException unreachable) {
            LOG.log(WARNING, "{0}: the cluster's own log is not kept: {1}", launch.attempt(), words(unreachable));
        }
    }

    @Override
    public void discard(Placement placement) throws IOException {
        exchange.close(placement.attempt());
        folder(placement.attempt()).delete();
        watches.remove(placement.attempt());
    }

    // ---- the log

    /**
     * Brings the pieces that have come into the log of node 0. How far it is stands beside the log and is written after it; a
     * piece that was written and not counted is cut off before it is written again.
     */
    private void bringLog(AttemptId attempt) throws IOException {
        var watch = watches.computeIfAbsent(attempt, _ -> new Watch());
        synchronized (watch) {
            var folder = folder(attempt);
            var position = LogPosition.read(folder);
            for (var piece = exchange.printed(attempt, position.pieces());
                    piece.isPresent();
                    piece = exchange.printed(attempt, position.pieces())) {
                if (!Files.isDirectory(folder.logs())) {
                    folder.lay(); // another server prepared it, on a disk of its own
                }
                position.cut(folder);
                folder.appendLog(0, piece.get());
                position = position.after(folder);
                position.write(folder);
            }
        }
    }

    private void bringLogOfService(SparkService service, AttemptId attempt, Submitted submitted, Watch watch)
            throws IOException {
        for (var line : service.log(submitted.id(), watch.linesOfService)) {
            say(attempt, line);
            watch.linesOfService++;
        }
    }

    /** A line of our own; counted, so that it is not taken for half a piece. */
    private void say(AttemptId attempt, String line) throws IOException {
        var watch = watches.computeIfAbsent(attempt, _ -> new Watch());
        synchronized (watch) {
            var folder = folder(attempt);
            if (!Files.isDirectory(folder.logs())) {
                folder.lay();
            }
            var position = LogPosition.read(folder);
            folder.appendLog(0, (line + "\n").getBytes(StandardCharsets.UTF_8));
            new LogPosition(position.pieces(), Files.size(folder.log(0))).write(folder);
        }
    }

    // ---- what is remembered

    /** @param at when the service took it, @param id the service's */
    private record Submitted(AttemptId attempt, Instant at, String id) {}

    private Optional<Submitted> submitted(AttemptId attempt) throws IOException {
        return exchange.note(attempt, SUBMITTED).map(text -> {
            var words = text.split(" ", 2);
            return new Submitted(attempt, Instant.ofEpochMilli(Long.parseLong(words[0])), words[1]);
        });
    }

    private SparkService reached(Placement placement) throws IOException {
        var key = placement.kind() + " " + (placement.credential() == null ? "" : Sha256.hex(placement.credential()));
        var known = services.get(key);
        if (known != null) {
            return known;
        }
        try {
            var service = connect(placement.kind(), placement.credential());
            services.put(key, service);
            return service;
        } catch (LaunchFailed notNow) {
            // Somebody changed the target or its secret; they may change it back.
            throw new IOException(notNow.getMessage(), notNow);
        }
    }

    /** Another server may have a run of the same name, and use the same cluster. */
    private String name(AttemptId attempt) {
        return "millwright-%s-%s-%d"
                .formatted(
                        Sha256.hex(settings.publicUrl().toString()).substring(0, 8), attempt.run(), attempt.number());
    }

    private @Nullable String authority() throws IOException {
        try {
            return Files.readString(settings.certificateAuthority());
        } catch (NoSuchFileException publicOnes) {
            return null;
        }
    }

    private AttemptFolder folder(AttemptId attempt) {
        return AttemptFolder.of(settings.workFolder().toAbsolutePath(), attempt);
    }

    private static void pause(Duration duration) throws InterruptedIOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for the cluster");
        }
    }

    /** The JDK's client says nothing at all when nobody listens. */
    private static String words(IOException trouble) {
        var message = trouble.getMessage();
        return message == null || message.isBlank() ? trouble.getClass().getSimpleName() : message;
    }
}
