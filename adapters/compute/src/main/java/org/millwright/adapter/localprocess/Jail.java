package org.millwright.adapter.localprocess;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.adapter.attempt.FileTrees;
import org.millwright.compute.Isolation;
import org.millwright.compute.JobResources;
import org.millwright.compute.VmSize;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.shared.ServerSettings;

/**
 * What shuts jobs off from this machine and from each other. {@code jail.py} does it and tells whether this machine lets
 * it; here is decided what of that is asked for, and which folders a job gets to see.
 */
final class Jail {
    /** An operator's word that it is to be this one, and jobs are refused where it is not to be had. */
    static final String WISH = "MILLWRIGHT_JOB_ISOLATION";
    /** Folders of the machine that jobs may read beside the system's programs, with colons between them. */
    static final String FOLDERS = "MILLWRIGHT_JOB_FOLDERS";

    private static final String HOME_INSIDE = "/home/job";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Set<String>> STRINGS = new TypeReference<>() {};
    private static final int PROBE_PATIENCE_SECONDS = 30;
    private static final int POSTMASTER_PORT_LINE = 3;

    private final ServerSettings settings;
    private final Environments environments;
    private final RunnerScripts scripts;
    private final @Nullable String wish;
    private final List<String> readable;
    private final @Nullable JobLimits limits;
    private final @Nullable String wrongLimit;
    private @Nullable Found known;

    /**
     * What this machine allows.
     *
     * @param controllers which limits control groups can keep: memory, pids, cpu
     * @param kills whether a control group can be killed as a whole
     */
    private record Found(Isolation isolation, Set<String> controllers, boolean kills) {}

    /** What a trial of one isolation told. @param obstacle null when it works @param unbarred the same for barring addresses */
    private record Trial(
            @Nullable String obstacle,
            Set<String> controllers,
            boolean kills,
            @Nullable String unbarred) {}

    Jail(
            ServerSettings settings,
            Environments environments,
            RunnerScripts scripts,
            Map<String, String> serverVariables) {
        this.settings = settings;
        this.environments = environments;
        this.scripts = scripts;
        var wished = serverVariables.getOrDefault(WISH, "").strip().toLowerCase(Locale.ROOT);
        this.wish = wished.isEmpty() ? null : wished;
        this.readable = Arrays.stream(serverVariables.getOrDefault(FOLDERS, "").split(File.pathSeparator))
                .filter(folder -> folder.startsWith("/"))
                .toList();
        JobLimits read = null;
        String wrong = null;
        try {
            read = JobLimits.of(serverVariables);
        } catch (IllegalArgumentException unclear) {
            wrong = unclear.getMessage();
        }
        this.limits = read;
        this.wrongLimit = wrong;
    }

    Isolation isolation() {
        return found().isolation();
    }

    private synchronized Found found() {
        var found = known;
        if (found == null) {
            found = find();
            known = found;
        }
        return found;
    }

    /** @throws LaunchFailed when the operator wants more than there is: then nothing is started */
    Isolation require() throws LaunchFailed {
        var isolation = isolation();
        if (isolation.kind() == Isolation.Kind.REFUSED) {
            throw new LaunchFailed(
                    wrongLimit != null
                            ? "This server starts no job: " + wrongLimit
                            : "This server's operator wants jobs isolated (%s=%s), and that is not to be had: %s"
                                    .formatted(WISH, wish, isolation.obstacle()));
        }
        return isolation;
    }

    /** Says to the runner how the process of an attempt is to be shut off. */
    Map<String, Object> instructions(ProcessFolder folder, Path environment, @Nullable VmSize node, JobResources wanted)
            throws IOException {
        var found = found();
        var instructions = instructions(found.isolation().kind(), folder, environment);
        instructions.put(
                "limits", Objects.requireNonNull(limits).within(node, wanted).instructions());
        instructions.put("ownUser", found.isolation().ownUser());
        instructions.put("grouped", !found.controllers().isEmpty() || found.kills());
        instructions.put("barred", found.isolation().barred());
        instructions.put("ports", databasePorts());
        return instructions;
    }

    private Map<String, Object> instructions(Isolation.Kind kind, ProcessFolder folder, Path environment)
            throws IOException {
        if (kind == Isolation.Kind.USER) {
            openTo(folder);
        }
        var instructions = new HashMap<String, Object>();
        instructions.put("isolation", name(kind));
        instructions.put("view", Files.createDirectories(folder.view()).toString());
        instructions.put("tmp", folder.temporary().toString());
        instructions.put("home", folder.home().toString());
        instructions.put("environment", environment.toString());
        instructions.put("hidden", hidden());
        var authority = settings.certificateAuthority().toAbsolutePath().toString();
        instructions.put(
                "readable",
                Stream.concat(Stream.of(authority), readable.stream()).toList());
        return instructions;
    }

    /** Where the embedded database listens; another one is not on this machine, or the operator's to shut off. */
    private List<Integer> databasePorts() {
        try {
            var lines = Files.readAllLines(settings.dataFolder().resolve("postgres/postmaster.pid"));
            return List.of(Integer.valueOf(lines.get(POSTMASTER_PORT_LINE).strip()));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException notEmbedded) {
            return List.of();
        }
    }

    /** Where home and temporary files are for the process, in place of the server's. */
    Map<String, String> variables(Isolation isolation, ProcessFolder folder) {
        return switch (isolation.kind()) {
            case SANDBOX -> Map.of("HOME", HOME_INSIDE, "TMPDIR", "/tmp", "USER", "job", "LOGNAME", "job");
            case USER ->
                Map.of(
                        "HOME",
                        folder.home().toString(),
                        "TMPDIR",
                        folder.temporary().toString(),
                        "USER",
                        "job",
                        "LOGNAME",
                        "job");
            case NONE, REFUSED -> Map.of();
        };
    }

    /** Kills what is left of an attempt whose runner can do so no more. */
    void sweep(long user) throws IOException, InterruptedException, LaunchFailed {
        scripts.python(environments.usualInterpreter(), "jail.py", "sweep", Long.toString(user))
                .start()
                .waitFor();
    }

    private Found find() {
        if (wrongLimit != null) {
            return refused(wrongLimit);
        }
        if (wish != null && !Set.of("sandbox", "user", "none").contains(wish)) {
            return refused("%s is '%s', which is none of sandbox, user and none".formatted(WISH, wish));
        }
        var obstacles = new ArrayList<String>();
        if ("none".equals(wish)) {
            obstacles.add("it is turned off by " + WISH);
        }
        for (var kind : List.of(Isolation.Kind.SANDBOX, Isolation.Kind.USER, Isolation.Kind.NONE)) {
            if (wish == null || wish.equals(name(kind))) {
                try {
                    var trial = probe(kind);
                    if (trial.obstacle() == null) {
                        return found(kind, trial, obstacles);
                    }
                    obstacles.add("%s: %s".formatted(name(kind), trial.obstacle()));
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    obstacles.add("interrupted");
                } catch (IOException | LaunchFailed broken) {
                    obstacles.add("%s: %s".formatted(name(kind), broken.getMessage()));
                }
            }
        }
        var obstacle = String.join("; ", obstacles);
        return wish == null || wish.equals("none")
                ? new Found(new Isolation(Isolation.Kind.NONE, false, false, "", obstacle), Set.of(), false)
                : refused(obstacle);
    }

    private Found found(Isolation.Kind kind, Trial trial, List<String> obstacles) throws IOException {
        var isolated = kind != Isolation.Kind.NONE;
        if (isolated && trial.unbarred() != null) {
            obstacles.add("addresses of the database and of metadata services cannot be barred: " + trial.unbarred());
        }
        var limits = Objects.requireNonNull(this.limits);
        if (limits.cpus() != null && !trial.controllers().contains("cpu")) {
            obstacles.add("%s has no effect: there is no control group for it".formatted(JobLimits.CPUS));
        }
        if (!trial.controllers().contains("cpu")) {
            obstacles.add("the size of a node does not limit CPUs: there is no control group for them");
        }
        if (!trial.controllers().contains("memory")) {
            obstacles.add("memory is limited by looking twice a second: there is no control group for it");
        }
        return new Found(
                new Isolation(
                        kind,
                        isolated && isSuperuser(),
                        // Whoever is root could leave a group, and with it what the group is kept off.
                        isolated && trial.unbarred() == null,
                        limits.inWords(trial.controllers(), isolated),
                        obstacles.isEmpty() ? null : String.join("; ", obstacles)),
                trial.controllers(),
                trial.kills());
    }

    private static Found refused(String obstacle) {
        return new Found(new Isolation(Isolation.Kind.REFUSED, false, false, "", obstacle), Set.of(), false);
    }

    private Trial probe(Isolation.Kind kind) throws IOException, InterruptedException, LaunchFailed {
        if (kind == Isolation.Kind.USER && !isSuperuser()) {
            return new Trial("only a server that runs as root can start jobs as other users", Set.of(), false, null);
        }
        var folder = new ProcessFolder(new AttemptFolder(settings.workFolder()
                .toAbsolutePath()
                .resolve(".probe")
                .resolve(UUID.randomUUID().toString())));
        try {
            folder.lay();
            var interpreter = environments.usualInterpreter();
            var launch = instructions(kind, folder, interpreter.prefix());
            launch.put("limits", Objects.requireNonNull(limits).complete().instructions());
            launch.put("folder", folder.work().toString());
            launch.put("python", interpreter.executable().toString());
            launch.put(
                    "secret",
                    Stream.of(
                                    settings.secretFolder(),
                                    settings.artifactFolder(),
                                    settings.dataFolder().resolve("postgres"))
                            .map(path -> path.toAbsolutePath().toString())
                            .toList());
            var process = scripts.python(interpreter, "jail.py", "probe")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var input = process.getOutputStream()) {
                JSON.writeValue(input, Map.of("kind", name(kind), "launch", launch));
            }
            // Before its answer is read, which fits into a pipe: reading would wait for it without end.
            if (!process.waitFor(PROBE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Trial(
                        "no answer within %d seconds".formatted(PROBE_PATIENCE_SECONDS), Set.of(), false, null);
            }
            var answer = JSON.readTree(process.getInputStream().readAllBytes());
            if (!answer.has("obstacle")) {
                return new Trial(
                        "this Python cannot try it: %s needs the module ctypes, and Linux"
                                .formatted(interpreter.executable()),
                        Set.of(),
                        false,
                        null);
            }
            return new Trial(
                    answer.path("obstacle").textValue(),
                    JSON.convertValue(answer.path("controllers"), STRINGS),
                    answer.path("kills").asBoolean(),
                    answer.path("unbarred").textValue());
        } finally {
            FileTrees.delete(folder.root());
        }
    }

    /**
     * Without a sandbox the way to a job's folder leads through the data folder, so others may pass there, without seeing what is in it; all
     * that lies beside is closed.
     */
    private void openTo(ProcessFolder folder) throws IOException {
        var data = settings.dataFolder().toAbsolutePath();
        var passable = Set.of(
                settings.workFolder().toAbsolutePath(),
                settings.environmentFolder().toAbsolutePath(),
                data.resolve("tls"));
        Files.createDirectories(settings.environmentFolder());
        for (var closed : List.of(settings.artifactFolder(), settings.servingFolder(), settings.secretFolder())) {
            Files.createDirectories(closed);
        }
        try (var entries = Files.list(data)) {
            for (var entry : entries.toList()) {
                if (!passable.contains(entry) && !Files.isSymbolicLink(entry)) {
                    permit(entry, Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? "rwx------" : "rw-------");
                }
            }
        }
        closeAllButAuthority(data.resolve("tls"));
        permit(settings.workFolder(), "rwx--x--x");
        permit(settings.environmentFolder(), "rwx--x--x");
        permit(folder.root(), "rwx--x--x");
        permit(Objects.requireNonNull(folder.root().getParent()), "rwx--x--x");
        permit(data, "rwx--x--x");
    }

    private void closeAllButAuthority(Path tls) throws IOException {
        if (Files.isDirectory(tls)) {
            try (var entries = Files.list(tls)) {
                for (var entry : entries.toList()) {
                    var isAuthority =
                            entry.equals(settings.certificateAuthority().toAbsolutePath());
                    permit(entry, isAuthority ? "rw-r--r--" : "rw-------");
                }
            }
            permit(tls, "rwx--x--x");
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        var wanted = PosixFilePermissions.fromString(permissions);
        if (!Files.getPosixFilePermissions(path).equals(wanted)) {
            Files.setPosixFilePermissions(path, wanted);
        }
    }

    private List<String> hidden() {
        return Stream.of(settings.dataFolder().toAbsolutePath().toString(), System.getProperty("user.home", "/"))
                .filter(folder -> folder.length() > 1)
                .toList();
    }

    private boolean isSuperuser() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer user && user == 0;
    }

    private static String name(Isolation.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
