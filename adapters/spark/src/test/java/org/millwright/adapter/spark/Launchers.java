package org.millwright.adapter.spark;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs scripts as a cluster's driver would, but by plain Python: the part behind the protocol of the stand-ins for services. */
public final class Launchers implements AutoCloseable {
    private final Path folder;
    private final String python;
    private final Map<Integer, Process> processes = new ConcurrentHashMap<>();
    private final Map<Integer, Boolean> killed = new ConcurrentHashMap<>();
    private final Map<String, String> always = new ConcurrentHashMap<>();
    private final AtomicInteger last = new AtomicInteger();

    /** @param python the interpreter; with Spark in it where a test needs Spark */
    public Launchers(Path folder, String python) throws IOException {
        this.folder = folder;
        this.python = python;
        Files.createDirectories(temporaryFiles());
        // The little of Spark that a launcher asks for a ticket.
        var stub = Files.createDirectories(folder.resolve("stub/pyspark"));
        Files.writeString(stub.resolve("__init__.py"), """
                import os
                class SparkConf:
                    def get(self, name, default=None):
                        return os.environ.get(name, default)
                class SparkContext:
                    _active_spark_context = None
                    @staticmethod
                    def _ensure_initialized():
                        pass
                """);
    }

    /** For real Spark, which does not run on every JDK. */
    public void javaHome(Path home) {
        always.put("JAVA_HOME", home.toString());
        always.put("SPARK_LOCAL_IP", "127.0.0.1");
    }

    public Path temporaryFiles() {
        return folder.resolve("tmp");
    }

    /** Where a Spark stands that knows settings and nothing else. */
    public String stub() {
        return folder.resolve("stub").toString();
    }

    /** @param script an address or a path */
    public int start(String script, List<String> arguments, Map<String, String> variables) throws IOException {
        var number = last.incrementAndGet();
        var work = Files.createDirectories(folder.resolve("driver-" + number));
        var file = script.startsWith("http") ? fetch(script, work) : Path.of(script);
        var command = new ArrayList<>(List.of(python, file.toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(number).toFile());
        builder.environment().put("TMPDIR", temporaryFiles().toString());
        builder.environment().putAll(always);
        builder.environment().putAll(variables);
        processes.put(number, builder.start());
        return number;
    }

    private static Path fetch(String script, Path work) throws IOException {
        var file = work.resolve("millwright_launcher.py");
        try (var content = URI.create(script).toURL().openStream()) {
            Files.copy(content, file);
        }
        return file;
    }

    public int count() {
        return last.get();
    }

    /** Null while it runs, and when there is none of that number. */
    public @Nullable Integer exitCode(int number) {
        var process = processes.get(number);
        return process == null || process.isAlive() ? null : process.exitValue();
    }

    public boolean knows(int number) {
        return processes.containsKey(number);
    }

    public boolean isKilled(int number) {
        return killed.containsKey(number);
    }

    /** As a machine that goes down. */
    public void forget(int number) {
        kill(number);
        processes.remove(number);
    }

    public void kill(int number) {
        var process = processes.get(number);
        if (process != null && process.isAlive()) {
            killed.put(number, true);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    public List<String> lines(int number) throws IOException {
        return Files.exists(log(number)) ? Files.readAllLines(log(number), StandardCharsets.UTF_8) : List.of();
    }

    private Path log(int number) {
        return folder.resolve("driver-%d.log".formatted(number));
    }

    @Override
    public void close() {
        for (var number : processes.keySet()) {
            kill(number);
        }
    }
}
