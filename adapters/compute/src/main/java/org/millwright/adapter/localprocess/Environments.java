package org.millwright.adapter.localprocess;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.FileTrees;
import org.millwright.compute.EnvironmentBuilds;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.data.ContentDigest;

/**
 * The virtual environments that jobs share: one for each digest, built by the first who asks.
 *
 * <p>Virtual environments know their own path, so they cannot be built aside and renamed. Instead one is built where it
 * will be, and is only taken for finished when its {@code .complete} is there; what a crash left without it is thrown away
 * by the next builder. A lock file keeps builders of several processes apart, a lock those of this one.
 */
final class Environments {
    static final String UV_VERSION = "0.13.9";

    private static final String COMPLETE = ".complete";

    /** Prints a requirements list of what is installed in the folders that are its arguments, as {@code pip freeze} would. */
    private static final String PACKAGE_LIST = """
            import importlib.metadata, json, sys
            found = {}
            for package in importlib.metadata.distributions(path=sys.argv[1:]):
                name = package.metadata["Name"]
                line = "%s==%s" % (name, package.version)
                origin = json.loads(package.read_text("direct_url.json") or "{}")
                if "vcs_info" in origin:
                    line = "%s @ %s+%s@%s" % (name, origin["vcs_info"]["vcs"], origin["url"], origin["vcs_info"]["commit_id"])
                elif "url" in origin:
                    line = "%s @ %s" % (name, origin["url"])
                if name.lower() not in ("pip", "setuptools", "wheel"):
                    found[name.lower()] = line
            print("\\n".join(found[name] for name in sorted(found)))
            """;

    private static final Duration LOCK_RETRY = Duration.ofMillis(50);

    private final Path folder;
    private final ServerEnvironment server;
    private final String python;
    private final Duration unusedForLong;
    private final Map<String, Builder> builders = new ConcurrentHashMap<>();
    private volatile @Nullable Interpreter usual;

    /**
     * @param python the program that runs where a job does not say which version it wants
     * @param unusedForLong after which an environment may be removed; zero for never
     */
    Environments(Path folder, ServerEnvironment server, String python, Duration unusedForLong) {
        this.folder = folder;
        this.server = server;
        this.python = python;
        this.unusedForLong = unusedForLong;
    }

    /** Tells whether an attempt has an environment. */
    interface Needs {
        boolean isNeeded(ContentDigest environment) throws IOException;
    }

    /** Who builds something, and where in its log that begins. */
    private static final class Builder {
        private final ReentrantLock lock = new ReentrantLock();
        private volatile long begin;
    }

    Path of(EnvironmentSpec spec) {
        return folder.resolve(spec.digest().value());
    }

    /** The exact packages that an environment has, as a requirements list. */
    static Path packageList(Path environment) {
        return environment.resolve("packages.txt");
    }

    /** What its builds printed, one after the other. */
    Path log(ContentDigest digest) {
        return folder.resolve(digest.value() + ".log");
    }

    /**
     * The environment, built now if nobody has before.
     *
     * @param attemptLog gets what is printed meanwhile, whoever builds
     */
    Path provide(EnvironmentSpec spec, Path attemptLog) throws LaunchFailed, IOException, InterruptedException {
        var environment = of(spec);
        if (isUsed(environment)) {
            return environment;
        }
        Files.createDirectories(folder);
        var digest = spec.digest();
        var log = new BuildLog(log(digest));
        var builder = builder(digest.value());
        var begin = builder.lock.isLocked() ? builder.begin : size(log.file());
        try (var _ = new LogCopy(log.file(), begin, attemptLog)) {
            if (builder.lock.isLocked()) {
                new BuildLog(attemptLog).say("Waiting for another job that builds the same environment");
            }
            alone(digest.value(), () -> {
                if (!isUsed(environment)) {
                    builder.begin = size(log.file());
                    build(spec, environment, log);
                }
            });
        }
        return environment;
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Whether it is there; if so, it has been used now. */
    private static boolean isUsed(Path environment) throws IOException {
        try {
            Files.setLastModifiedTime(environment.resolve(COMPLETE), FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException notBuilt) {
            return false;
        }
    }

    EnvironmentBuilds.Build find(ContentDigest digest) throws IOException {
        var environment = folder.resolve(digest.value());
        if (builder(digest.value()).lock.isLocked()) {
            return new EnvironmentBuilds.Build(EnvironmentBuilds.State.BUILDING, null, "");
        }
        try {
            return new EnvironmentBuilds.Build(
                    EnvironmentBuilds.State.BUILT,
                    Files.getLastModifiedTime(environment.resolve(COMPLETE)).toInstant(),
                    Files.readString(packageList(environment)));
        } catch (NoSuchFileException notBuilt) {
            var state = Files.exists(log(digest)) ? EnvironmentBuilds.State.FAILED : EnvironmentBuilds.State.NOT_BUILT;
            return new EnvironmentBuilds.Build(state, null, "");
        }
    }

    /**
     * Removes what has not been used for long.
     *
     * @return how many
     */
    int removeUnused(Needs needs) throws IOException, InterruptedException {
        if (unusedForLong.isZero() || !Files.isDirectory(folder)) {
            return 0;
        }
        List<ContentDigest> found;
        try (var all = Files.list(folder)) {
            found = all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{64}"))
                    .map(ContentDigest::new)
                    .toList();
        }
        var removed = 0;
        for (var digest : found) {
            if (removeIfUnused(digest, needs)) {
                removed++;
            }
        }
        return removed;
    }

    private boolean removeIfUnused(ContentDigest digest, Needs needs) throws IOException, InterruptedException {
        var builder = builder(digest.value());
        if (!isOld(folder.resolve(digest.value())) || needs.isNeeded(digest) || !builder.lock.tryLock()) {
            return false;
        }
        try {
            var environment = folder.resolve(digest.value());
            var aside = folder.resolve(".unused-" + digest.value());
            FileTrees.delete(aside);
            Files.move(environment, aside, ATOMIC_MOVE);
            // An attempt writes down what it needs before it looks for it.
            if (needs.isNeeded(digest)) {
                Files.move(aside, environment, ATOMIC_MOVE);
                return false;
            }
            FileTrees.delete(aside);
            Files.deleteIfExists(log(digest));
            return true;
        } finally {
            builder.lock.unlock();
        }
    }

    private boolean isOld(Path environment) throws IOException {
        try {
            var used = Files.getLastModifiedTime(environment.resolve(COMPLETE)).toInstant();
            return used.isBefore(Instant.now().minus(unusedForLong));
        } catch (NoSuchFileException unfinished) {
            return false; // its next builder clears it
        }
    }

    /** @throws LaunchFailed when this machine has no Python */
    Interpreter usualInterpreter() throws LaunchFailed, IOException, InterruptedException {
        var known = usual;
        if (known == null) {
            known = Interpreter.ask(python, server.forJobs())
                    .orElseThrow(() -> new LaunchFailed(
                            "There is no Python on this server: '%s' does not run. Install Python 3.10 or newer, or set MILLWRIGHT_PYTHON to the path of one"
                                    .formatted(python)));
            usual = known;
        }
        return known;
    }

    private interface Building {
        void run() throws LaunchFailed, IOException, InterruptedException;
    }

    private Builder builder(String name) {
        return builders.computeIfAbsent(name, _ -> new Builder());
    }

    private void alone(String name, Building building) throws LaunchFailed, IOException, InterruptedException {
        var lock = builder(name).lock;
        lock.lockInterruptibly();
        try (var file = FileChannel.open(folder.resolve(name + ".lock"), CREATE, WRITE)) {
            try (var _ = acquire(file)) {
                building.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tries again and again instead of blocking, because a blocked lock cannot be interrupted without closing the file. */
    private static FileLock acquire(FileChannel file) throws IOException, InterruptedException {
        while (true) {
            try {
                var lock = file.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException heldInThisProcess) {
                // By another object of this class; it lets go like any other holder.
            }
            Thread.sleep(LOCK_RETRY);
        }
    }

    private static boolean isComplete(Path environment) {
        return Files.exists(environment.resolve(COMPLETE));
    }

    private void build(EnvironmentSpec spec, Path environment, BuildLog log)
            throws LaunchFailed, IOException, InterruptedException {
        FileTrees.delete(environment);
        var finished = false;
        try {
            log.say("Building an environment with %s".formatted(summary(spec)));
            if (spec.packages().isEmpty()) {
                makeBare(spec, environment, log);
                Files.writeString(packageList(environment), "");
            } else {
                install(spec, environment, log);
            }
            Files.writeString(environment.resolve(COMPLETE), spec.digest() + "\n");
            finished = true;
        } finally {
            if (!finished) {
                FileTrees.delete(environment);
            }
        }
    }

    private static String summary(EnvironmentSpec spec) {
        var version = spec.pythonVersion() == null ? "the server's Python" : "Python " + spec.pythonVersion();
        return spec.packages().isEmpty() ? version : "%s and %s".formatted(version, String.join(", ", spec.packages()));
    }

    private void makeBare(EnvironmentSpec spec, Path environment, BuildLog log)
            throws LaunchFailed, IOException, InterruptedException {
        var interpreter = interpreter(spec.pythonVersion());
        if (interpreter == null) {
            var uv = uv(log);
            if (uv == null) {
                throw noSuchPython(spec);
            }
            makeWithUv(uv, spec, null, environment, log);
            return;
        }
        succeed(
                log.run(
                        List.of(
                                interpreter.executable().toString(),
                                "-I",
                                "-m",
                                "venv",
                                "--without-pip",
                                environment.toString()),
                        server.forBuilds()),
                "The environment could not be made");
    }

    private void install(EnvironmentSpec spec, Path environment, BuildLog log)
            throws LaunchFailed, IOException, InterruptedException {
        var interpreter = interpreter(spec.pythonVersion());
        var uv = uv(log);
        var list = Files.createTempFile(folder, "requirements", ".txt");
        try {
            Files.write(list, spec.packages());
            if (uv != null) {
                makeWithUv(uv, spec, interpreter, environment, log);
                installWithUv(uv, environment, list, log);
            } else if (interpreter != null) {
                installWithPip(interpreter, environment, list, log);
            } else {
                throw noSuchPython(spec);
            }
        } finally {
            Files.deleteIfExists(list);
        }
    }

    /** @param interpreter null lets uv look for, or fetch, the version that the job wants */
    private void makeWithUv(
            Path uv, EnvironmentSpec spec, @Nullable Interpreter interpreter, Path environment, BuildLog log)
            throws LaunchFailed, IOException, InterruptedException {
        var wanted = interpreter == null
                ? String.valueOf(spec.pythonVersion())
                : interpreter.executable().toString();
        succeed(
                log.run(
                        List.of(
                                uv.toString(),
                                "venv",
                                "--no-project",
                                "--quiet",
                                "--python",
                                wanted,
                                environment.toString()),
                        uvVariables()),
                "The environment could not be made");
    }

    private void installWithUv(Path uv, Path environment, Path list, BuildLog log)
            throws LaunchFailed, IOException, InterruptedException {
        var python = environment.resolve("bin/python").toString();
        succeed(
                log.run(
                        List.of(
                                uv.toString(),
                                "pip",
                                "install",
                                "--no-progress",
                                "--python",
                                python,
                                "-r",
                                list.toString()),
                        uvVariables()),
                "The environment could not be built");
        writePackageList(environment);
    }

    private void installWithPip(Interpreter interpreter, Path environment, Path list, BuildLog log)
            throws LaunchFailed, IOException, InterruptedException {
        succeed(
                log.run(
                        List.of(interpreter.executable().toString(), "-I", "-m", "venv", environment.toString()),
                        server.forBuilds()),
                "The environment could not be made");
        var python = environment.resolve("bin/python").toString();
        succeed(
                log.run(
                        List.of(
                                python,
                                "-I",
                                "-m",
                                "pip",
                                "install",
                                "--no-input",
                                "--disable-pip-version-check",
                                "--progress-bar",
                                "off",
                                "-r",
                                list.toString()),
                        server.forBuilds()),
                "The environment could not be built");
        writePackageList(environment);
    }

    /** By an interpreter of the server's that reads what is written of the packages: one of the environment would run them. */
    private void writePackageList(Path environment) throws LaunchFailed, IOException, InterruptedException {
        Files.deleteIfExists(packageList(environment));
        Files.deleteIfExists(environment.resolve(COMPLETE));
        var command = new ArrayList<>(
                List.of(usualInterpreter().executable().toString(), "-I", "-S", "-B", "-c", PACKAGE_LIST));
        try (var folders = Files.newDirectoryStream(environment.resolve("lib"), "python*")) {
            folders.forEach(
                    folder -> command.add(folder.resolve("site-packages").toString()));
        }
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(server.forBuilds());
        builder.redirectOutput(packageList(environment).toFile());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        var process = builder.start();
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            throw new LaunchFailed("The environment was built, but its packages could not be listed");
        }
    }

    private static void succeed(BuildLog.Outcome outcome, String what) throws LaunchFailed {
        if (outcome.failed()) {
            throw new LaunchFailed("%s: %s".formatted(what, outcome.lastLines()));
        }
    }

    private static LaunchFailed noSuchPython(EnvironmentSpec spec) {
        return new LaunchFailed(
                "This server has no Python %s; ask for another version, or for none to take the one it has"
                        .formatted(spec.pythonVersion()));
    }

    /** An interpreter of this machine with that version; null when it has none. */
    private @Nullable Interpreter interpreter(@Nullable String version)
            throws LaunchFailed, IOException, InterruptedException {
        var first = usualInterpreter();
        if (first.is(version) || version == null) {
            return first;
        }
        var parts = version.split("\\.");
        var candidate =
                Interpreter.ask("python%s.%s".formatted(parts[0], parts.length > 1 ? parts[1] : ""), server.forJobs());
        return candidate.filter(found -> found.is(version)).orElse(null);
    }

    private Map<String, String> uvVariables() {
        var variables = new HashMap<>(server.forBuilds());
        variables.put("NO_COLOR", "1");
        // Beside the environments, so that files of packages are linked and not copied into each of them.
        variables.putIfAbsent("UV_CACHE_DIR", folder.resolve(".cache").toString());
        return variables;
    }

    /** The uv of this machine, or one of our own, fetched once; null when it can be neither found nor fetched. */
    private @Nullable Path uv(BuildLog log) throws LaunchFailed, IOException, InterruptedException {
        var found = Interpreter.onPath("uv", server.forBuilds().get("PATH"));
        if (found.isPresent()) {
            return found.get();
        }
        var tools = folder.resolve(".tools").resolve("uv-" + UV_VERSION);
        var uv = tools.resolve("bin/uv");
        if (!isComplete(tools)) {
            alone(".tools", () -> {
                if (!isComplete(tools)) {
                    fetchUv(tools, log);
                }
            });
        }
        return isComplete(tools) ? uv : null;
    }

    private void fetchUv(Path tools, BuildLog log) throws LaunchFailed, IOException, InterruptedException {
        FileTrees.delete(tools);
        Files.createDirectories(tools);
        log.say("Fetching uv %s, which builds environments; this happens once".formatted(UV_VERSION));
        var commands = new ArrayList<List<String>>();
        commands.add(List.of(usualInterpreter().executable().toString(), "-I", "-m", "venv", tools.toString()));
        commands.add(List.of(
                tools.resolve("bin/python").toString(),
                "-I",
                "-m",
                "pip",
                "install",
                "--no-input",
                "--disable-pip-version-check",
                "--progress-bar",
                "off",
                "uv==" + UV_VERSION));
        for (var command : commands) {
            if (log.run(command, server.forBuilds()).failed()) {
                log.say("uv could not be fetched; going on with pip");
                FileTrees.delete(tools);
                return;
            }
        }
        Files.writeString(tools.resolve(COMPLETE), UV_VERSION + "\n");
    }
}
