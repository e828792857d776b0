package org.millwright.adapter.localprocess;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.Archive;
import org.millwright.adapter.attempt.GrowingFile;
import org.millwright.adapter.attempt.Rank;
import org.millwright.compute.AttemptFolders;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.EnvironmentBuilds;
import org.millwright.compute.Isolation;
import org.millwright.compute.JobIsolation;
import org.millwright.compute.VmSize;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ContentDigest;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;

/**
 * Runs attempts as process groups of this machine, each under a runner of its own that outlives the server.
 *
 * <p>Of {@link Launch#files}, an artifact that is a zip is unpacked into the folder it is to lie at, unless that path
 * itself ends in {@code .zip}.
 */
@ApplicationScoped
public class LocalProcessDriver implements ComputeDriver, AttemptLog, AttemptFolders, JobIsolation, EnvironmentBuilds {
    private static final System.Logger LOG = System.getLogger(LocalProcessDriver.class.getName());
    /** Days after which an environment is removed that nobody uses; 0 for never. */
    static final String ENVIRONMENT_DAYS = "MILLWRIGHT_ENVIRONMENT_DAYS";

    private static final Duration USUALLY_UNUSED = Duration.ofDays(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Between asking and killing when a time limit is over. */
    private static final Duration TIME_LIMIT_GRACE = Duration.ofSeconds(10);
    /** All nodes are parts of this machine. */
    private static final String LOOPBACK = "127.0.0.1";
    /** How often we look after processes that are not our children, because another server process started them. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);
    /** What the runner gets beyond the grace time to clear up before it is killed too. */
    private static final Duration RUNNER_GRACE = Duration.ofSeconds(10);

    private final ArtifactStore files;
    private final Path workFolder;
    private final ServerEnvironment server;
    private final Environments environments;
    private final Map<AttemptId, Process> runners = new ConcurrentHashMap<>();
    private final RunnerScripts scripts;
    private final Jail jail;

    @Inject
    public LocalProcessDriver(ServerSettings settings, ArtifactStore files) {
        this(settings, files, System.getenv());
    }

    LocalProcessDriver(ServerSettings settings, ArtifactStore files, Map<String, String> environment) {
        this.files = files;
        this.workFolder = settings.workFolder().toAbsolutePath();
        this.server = new ServerEnvironment(environment);
        this.environments = new Environments(
                settings.environmentFolder().toAbsolutePath(),
                server,
                environment.getOrDefault("MILLWRIGHT_PYTHON", "python3"),
                unusedForLong(environment.getOrDefault(ENVIRONMENT_DAYS, "")));
        this.scripts = new RunnerScripts(workFolder.resolve(".runner"));
        this.jail = new Jail(settings, environments, scripts, environment);
    }

    @SuppressWarnings("NullAway")
    protected LocalProcessDriver() {
        this.files = null;
        this.workFolder = null;
        this.server = null;
        this.environments = null;
        this.scripts = null;
        this.jail = null;
    }

    private static Duration unusedForLong(String days) {
        if (days.strip().matches("\\d{1,5}")) {
            return Duration.ofDays(Integer.parseInt(days.strip()));
        }
        if (!days.isBlank()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is ''{1}'', which is no number of days; {2} are taken",
                    ENVIRONMENT_DAYS,
                    days,
                    USUALLY_UNUSED.toDays());
        }
        return USUALLY_UNUSED;
    }

    @Override
    public EnvironmentBuilds.Build find(ContentDigest digest) throws IOException {
        return environments.find(digest);
    }

    @Override
    public byte[] readLog(ContentDigest digest, long offset, int most) throws IOException {
        return GrowingFile.read(environments.log(digest), offset, most);
    }

    @Override
    public int removeUnused() throws IOException, InterruptedException {
        return environments.removeUnused(
                digest -> ProcessFolder.needed(workFolder).contains(digest.value()));
    }

    @Override
    public Isolation isolation() {
        return jail.isolation();
    }

    @Override
    public boolean runs(ComputeKind kind) {
        return kind instanceof ComputeKind.Cluster;
    }

    @Override
    public void prepare(Launch launch) throws LaunchFailed, IOException, InterruptedException {
        var folder = folder(launch.attempt());
        if (folder.started().isPresent()) {
            return;
        }
        jail.require();
        requireNoImage(launch);
        folder.lay();
        var code = launch.code();
        if (code != null) {
            lay(code, "The code folder", folder, folder.work(), true);
        }
        for (var file : launch.files().entrySet()) {
            var target = inside(folder.work(), file.getKey());
            var isArchive =
                    file.getValue().name().endsWith(".zip") && !file.getKey().endsWith(".zip");
            lay(file.getValue(), "'%s'".formatted(file.getKey()), folder, target, isArchive);
        }
        for (var name : launch.folders()) {
            Files.createDirectories(inside(folder.work(), name));
        }
        folder.need(launch.environment().digest());
        var environment =
                environments.provide(launch.environment(), folder.attempt().log(0));
        store(Environments.packageList(environment), launch.outputs().resolve("environment/packages.txt"));
    }

    @Override
    public void start(Launch launch) throws LaunchFailed, IOException {
        var folder = folder(launch.attempt());
        if (folder.started().isPresent()) {
            return;
        }
        var builder = scripts.python(interpreter(), "runner.py", folder.state().toString());
        builder.redirectError(
                ProcessBuilder.Redirect.appendTo(folder.runnerLog().toFile()));
        var runner = builder.start();
        // By its standard input: what is in an argument or a file could be read by others.
        try (var input = runner.getOutputStream()) {
            JSON.writeValue(input, instructions(launch, folder));
        }
        try (var output =
                new BufferedReader(new InputStreamReader(runner.getInputStream(), StandardCharsets.US_ASCII))) {
            var answer = output.readLine();
            if (!"started".equals(answer) && folder.started().isEmpty()) {
                throw new IOException("The runner of attempt %s did not start: %s"
                        .formatted(launch.attempt(), Files.readString(folder.runnerLog())));
            }
        }
        runners.put(launch.attempt(), runner);
    }

    @Override
    public Observation observe(Placement placement) throws IOException {
        return observe(placement.attempt());
    }

    private Observation observe(AttemptId attempt) throws IOException {
        var folder = folder(attempt);
        var started = folder.started();
        if (started.isEmpty()) {
            return new Observation.Vanished();
        }
        var ended = folder.ended();
        if (ended.isEmpty()) {
            if (started.get().isAlive()) {
                return new Observation.Running(
                        Instant.ofEpochMilli(started.get().startedAt()));
            }
            ended = folder.ended(); // it may have ended between our two looks
        }
        return ended.<Observation>map(end -> new Observation.Exited(
                        end.exitCode(),
                        cause(end),
                        end.exceeded(),
                        end.rank(),
                        Instant.ofEpochMilli(end.startedAt()),
                        Instant.ofEpochMilli(end.endedAt())))
                .orElseGet(Observation.Vanished::new);
    }

    @Override
    public Observation await(Placement placement, Duration most) throws IOException, InterruptedException {
        var attempt = placement.attempt();
        var deadline = System.nanoTime() + most.toNanos();
        while (true) {
            var observation = observe(attempt);
            var left = deadline - System.nanoTime();
            if (!(observation instanceof Observation.Running)) {
                runners.remove(attempt);
                return observation;
            }
            if (left <= 0) {
                return observation;
            }
            var runner = runners.get(attempt);
            if (runner != null && runner.isAlive()) {
                runner.waitFor(left, TimeUnit.NANOSECONDS);
            } else {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_INTERVAL.toNanos()));
            }
        }
    }

    @Override
    public void stop(Placement placement, Duration grace) throws IOException, InterruptedException {
        var attempt = placement.attempt();
        var folder = folder(attempt);
        var started = folder.started();
        if (started.isEmpty()) {
            return;
        }
        var runner = started.get().runner();
        if (runner.isAlive()) {
            folder.leaveGrace(grace);
            if (runner.isAlive()) {
                ProcessHandle.of(runner.pid()).ifPresent(ProcessHandle::destroy);
            }
            if (!waitUntilGone(runner::isAlive, grace.plus(RUNNER_GRACE)) && runner.isAlive()) {
                ProcessHandle.of(runner.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
        } else {
            signal(started.get(), "TERM");
            waitUntilGone(started.get()::isAlive, grace);
        }
        // The runner leaves nothing behind; this is for the case that it was killed itself.
        while (folder.ended().isEmpty() && signal(started.get(), "KILL")) {
            Thread.sleep(LOOK_INTERVAL);
        }
        runners.remove(attempt);
    }

    @Override
    public byte[] readLog(AttemptId attempt, int node, long offset, int most) throws IOException {
        return folder(attempt).attempt().readLog(node, offset, most);
    }

    @Override
    public void collect(Launch launch) throws IOException {
        var folder = folder(launch.attempt());
        endAll(folder);
        folder.attempt().keepLogs(processes(launch), files, launch.outputs());
        for (var name : List.of("outputs", "logs")) {
            storeTree(folder.work(), folder.work().resolve(name), launch);
        }
    }

    @Override
    public void discard(Placement placement) throws IOException {
        discard(placement.attempt());
    }

    @Override
    public void discard(AttemptId attempt) throws IOException {
        folder(attempt).attempt().delete();
        runners.remove(attempt);
    }

    private static Observation.Cause cause(ProcessFolder.Ended end) {
        if (end.timedOut()) {
            return Observation.Cause.TIME_LIMIT;
        }
        return end.outOfMemory() ? Observation.Cause.OUT_OF_MEMORY : Observation.Cause.EXIT;
    }

    ProcessFolder folder(AttemptId attempt) {
        return ProcessFolder.of(workFolder, attempt);
    }

    private void lay(ArtifactPath artifact, String what, ProcessFolder folder, Path target, boolean isArchive)
            throws LaunchFailed, IOException {
        var fetched = folder.state().resolve(UUID.randomUUID() + ".fetched");
        try (var content = files.read(artifact, 0)) {
            Files.copy(content, fetched);
        } catch (Refused absent) {
            throw new LaunchFailed("%s is not in the artifact store: %s".formatted(what, absent.getMessage()));
        }
        try {
            if (isArchive) {
                Files.createDirectories(target);
                new Archive(fetched, what, Archive.Limits.USUAL).unpack(target);
            } else {
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.move(fetched, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(fetched);
        }
    }

    private static void requireNoImage(Launch launch) throws LaunchFailed {
        var environment = launch.environment();
        if (environment.image() != null && environment.packages().isEmpty() && environment.pythonVersion() == null) {
            throw new LaunchFailed(
                    "The environment is the image '%s', and '%s' runs no containers; name packages, or a compute target on Kubernetes"
                            .formatted(environment.image(), launch.placement().compute()));
        }
    }

    private static Path inside(Path work, String name) throws LaunchFailed {
        var path = work.resolve(name).normalize();
        if (!path.startsWith(work) || path.equals(work)) {
            throw new LaunchFailed("'%s' is no path inside the working folder".formatted(name));
        }
        return path;
    }

    private Map<String, @Nullable Object> instructions(Launch launch, ProcessFolder folder)
            throws LaunchFailed, IOException {
        var isolation = jail.require();
        var environment = environments.of(launch.environment());
        var variables = new HashMap<>(server.forJobs());
        variables.putAll(jail.variables(isolation, folder));
        variables.put("PYTHONUNBUFFERED", "1");
        variables.putAll(launch.variables());
        variables.put("VIRTUAL_ENV", environment.toString());
        variables.merge("PATH", environment.resolve("bin") + ":", (path, bin) -> bin + path);
        var instructions = new HashMap<String, @Nullable Object>(
                jail.instructions(folder, environment, nodeOf(launch), launch.resources()));
        instructions.put("command", List.of(shell(), "-c", launch.command()));
        instructions.put("folder", folder.work().toString());
        instructions.put(
                "ranks",
                ranks(launch).stream()
                        .map(rank -> Map.of(
                                "log", folder.attempt().log(rank.rank()).toString(),
                                "node", rank.node(),
                                "variables", rank.variables()))
                        .toList());
        instructions.put("variables", variables);
        instructions.put("masked", launch.masked());
        var limit = launch.timeLimit();
        instructions.put("timeLimit", limit == null ? null : limit.toMillis());
        instructions.put("grace", TIME_LIMIT_GRACE.toMillis());
        return instructions;
    }

    /** The size of a node where the pool has sizes; a share of the machine is as large as the machine allows. */
    private static @Nullable VmSize nodeOf(Launch launch) {
        return launch.placement().kind() instanceof ComputeKind.Cluster cluster
                        && !cluster.size().name().equals(VmSize.SHARE)
                ? cluster.size()
                : null;
    }

    private static List<Rank> ranks(Launch launch) throws IOException {
        var nodes = launch.resources().instances();
        var hosts = Collections.nCopies(nodes, LOOPBACK);
        return Rank.of(launch.type(), nodes, new Rank.Meeting(hosts, freePorts(processes(launch))));
    }

    private static int processes(Launch launch) {
        return launch.resources().instances() * launch.type().processesPerNode();
    }

    /** As many ports of this machine as nobody listens at now. */
    private static List<Integer> freePorts(int count) throws IOException {
        var held = new ArrayList<ServerSocket>();
        try {
            while (held.size() < count) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (var socket : held) {
                socket.close();
            }
        }
    }

    /** Azure ML runs commands by bash, so what is written for it may use what only bash knows. */
    private static String shell() {
        return Files.isExecutable(Path.of("/bin/bash")) ? "/bin/bash" : "/bin/sh";
    }

    private Interpreter interpreter() throws LaunchFailed, IOException {
        try {
            return environments.usualInterpreter();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while looking for Python", interrupted);
        }
    }

    private interface Liveness {
        boolean isAlive() throws IOException;
    }

    private static boolean waitUntilGone(Liveness process, Duration most) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + most.toNanos();
        var pause = 2L;
        while (process.isAlive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(pause);
            pause = Math.min(pause * 2, LOOK_INTERVAL.toMillis());
        }
        return true;
    }

    /** Sends a signal to all that is left of an attempt. @return false when that is nothing */
    private static boolean signal(ProcessFolder.Started started, String name) throws IOException, InterruptedException {
        var reached = false;
        for (var command : started.commands()) {
            reached |= signal(command, name);
        }
        if (name.equals("KILL")) {
            for (var group : Objects.requireNonNullElse(started.groups(), List.<String>of())) {
                killAll(Path.of(group).resolve("cgroup.kill"));
            }
        }
        return reached;
    }

    private static void killAll(Path switchOfGroup) throws IOException {
        try {
            Files.writeString(switchOfGroup, "1", StandardOpenOption.WRITE);
        } catch (NoSuchFileException gone) {
            // With all that was in it.
        }
    }

    /** Sends a signal to the whole group that a command led. @return false when nothing of it is left */
    private static boolean signal(ProcessIdentity leader, String name) throws IOException, InterruptedException {
        if (leader.isReplaced()) {
            return false;
        }
        // The JDK signals single processes only; every POSIX shell can signal a group.
        var kill = new ProcessBuilder("/bin/sh", "-c", "kill -s %s -- -%d".formatted(name, leader.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        kill.environment().clear(); // the server's secrets are in its environment
        return kill.start().waitFor() == 0;
    }

    private void storeTree(Path work, Path tree, Launch launch) throws IOException {
        if (!Files.isDirectory(tree, NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> found;
        try (var all = Files.walk(tree)) {
            found = all.filter(Files::isRegularFile).toList();
        }
        for (var file : found) {
            ArtifactPath target;
            try {
                target = launch.outputs().resolve(work.relativize(file).toString());
            } catch (Refused unnameable) {
                skip(launch, file, unnameable.getMessage());
                continue;
            }
            if (!file.toRealPath().startsWith(work.toRealPath())) {
                skip(launch, file, "it is a link to a place outside the working folder");
                continue;
            }
            try {
                store(file, target);
            } catch (Refused unnameable) {
                skip(launch, file, unnameable.getMessage());
            }
        }
    }

    /** What was started and has no end written down lost its runner, which would have left nothing behind. */
    private void endAll(ProcessFolder folder) throws IOException {
        var started = folder.started();
        if (folder.ended().isEmpty() && started.isPresent() && started.get().uid() instanceof Long user) {
            try {
                jail.sweep(user);
            } catch (LaunchFailed noPython) {
                throw new IOException(noPython);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while ending what is left of " + folder.root(), interrupted);
            }
        }
    }

    private static void skip(Launch launch, Path file, @Nullable String why) {
        LOG.log(System.Logger.Level.WARNING, "{0}: {1} is not kept: {2}", launch.attempt(), file, why);
    }

    private void store(Path file, ArtifactPath target) throws IOException {
        try (var content = Files.newInputStream(file)) {
            files.write(target, content);
        } catch (NoSuchFileException nothingToKeep) {
            // Nothing was printed, or it was collected and discarded before.
        }
    }
}
