package org.millwright.adapter.spark;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Real Spark, from the package of it for Python, and real Livy, from Maven's repository. Both are fetched once on a machine (590
 * MB) and kept between builds below {@code ~/.cache/millwright-tests}; a file inside says that it was made to its end.
 */
public final class RealSpark {
    private static final String VERSION = "4.3.0";
    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "millwright-tests");
    private static final String WHOLE = "whole";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private RealSpark() {}

    /** The Python that has it. */
    public static Path python() throws IOException, InterruptedException {
        var folder = CACHE.resolve("pyspark-" + VERSION);
        if (!Files.exists(folder.resolve(WHOLE))) {
            run(List.of("python3", "-m", "venv", "--clear", folder.toString()), Path.of("."));
            run(List.of(folder + "/bin/python", "-m", "pip", "install", "-q", "pyspark==" + VERSION), Path.of("."));
            Files.writeString(folder.resolve(WHOLE), VERSION);
        }
        return folder.resolve("bin/python");
    }

    public static Path home() throws IOException, InterruptedException {
        try (var versions = Files.list(python().getParent().resolveSibling("lib"))) {
            return versions.map(version -> version.resolve("site-packages/pyspark"))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The jars of Livy 0.7.1, the last one that Maven's repository has. */
    public static Path livy() throws IOException, InterruptedException {
        var folder = CACHE.resolve("livy-0.7.1");
        if (!Files.exists(folder.resolve(WHOLE))) {
            var root = Path.of("../..").toAbsolutePath().normalize();
            run(
                    List.of(
                            root.resolve("mvnw").toString(),
                            "-q",
                            "-f",
                            root.resolve("adapters/spark/src/test/livy/pom.xml").toString(),
                            "dependency:copy-dependencies",
                            "-DoutputDirectory=" + folder),
                    root);
            Files.writeString(folder.resolve(WHOLE), "0.7.1-incubating");
        }
        return folder;
    }

    /** Spark 4 runs on JDK 17 and 21; Livy 0.7.1 wants no newer one than 17. */
    public static Path jdk17() {
        try (var all =
                Stream.of(Path.of("/usr/lib/jvm")).filter(Files::isDirectory).flatMap(RealSpark::list)) {
            var found = all.filter(path -> path.getFileName().toString().matches(".*\\b17\\b.*"))
                    .filter(path -> Files.isExecutable(path.resolve("bin/java")))
                    .findFirst();
            assumeThat(found)
                    .as("a JDK 17 below /usr/lib/jvm, on which Spark and Livy run")
                    .isPresent();
            return found.orElseThrow();
        }
    }

    private static Stream<Path> list(Path folder) {
        try {
            return Files.list(folder);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Several processes that are ended together. */
    public static final class Cluster implements AutoCloseable {
        private final List<Process> processes = new ArrayList<>();
        private final Path folder;

        public Cluster(Path folder) throws IOException {
            this.folder = Files.createDirectories(folder);
            Files.createDirectories(temporaryFiles());
        }

        public Path temporaryFiles() {
            return folder.resolve("tmp");
        }

        public void start(String name, Map<String, String> variables, List<String> command)
                throws IOException, InterruptedException {
            var builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(name + ".log").toFile());
            var environment = builder.environment();
            environment.put("SPARK_HOME", home().toString());
            environment.put("JAVA_HOME", jdk17().toString());
            environment.put("SPARK_LOCAL_IP", "127.0.0.1");
            environment.put("PYSPARK_PYTHON", python().toString());
            environment.put("TMPDIR", temporaryFiles().toString());
            environment.putAll(variables);
            processes.add(builder.start());
        }

        /** Waits until an address answers with something like that. */
        public void await(String address, String text) throws IOException, InterruptedException {
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            try (var client = HttpClient.newHttpClient()) {
                while (true) {
                    try {
                        var answer = client.send(
                                HttpRequest.newBuilder(URI.create(address)).build(),
                                HttpResponse.BodyHandlers.ofString());
                        if (answer.body().contains(text)) {
                            return;
                        }
                    } catch (IOException notYet) {
                        // It starts.
                    }
                    if (System.nanoTime() > deadline) {
                        throw new IOException(
                                "%s does not say '%s'; see the logs in %s".formatted(address, text, folder));
                    }
                    Thread.sleep(300);
                }
            }
        }

        @Override
        public void close() {
            for (var process : processes) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly()
                        .onExit()
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join();
            }
        }
    }

    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void run(List<String> command, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(CACHE);
        var log = Files.createTempFile("real-spark", ".log");
        var exit = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("%s ended with %d:%n%s".formatted(command, exit, Files.readString(log)));
        }
    }
}
