package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Open Liberty with our EAR, as a child of this process. What it needs to know it reads from its environment.
 *
 * <p>It is started as {@code wlp/bin/server run} does, but for the Java agent, which only its tracing needs.
 */
final class LibertyServer {
    /** Liberty lets requests end for up to 30 s, and then Java writes its class archive, which takes long on a busy machine. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(75);

    /** While it starts there are no requests, and it may not listen to a stop for half a minute. */
    private static final Duration STOP_PATIENCE_WHILE_STARTING = Duration.ofSeconds(5);

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    /** Less work at the start than a parallel collector, and enough for a heap of this size. */
    private static final List<String> QUICK_START = List.of("-XX:+UseSerialGC");

    /** Options of the operator, after ours: the last one wins. */
    private static final String EXTRA_OPTIONS = "MILLWRIGHT_JVM_OPTIONS";

    private static final String DATA_MARK = "-Dmillwright.data=";

    private final LibertyHome home;
    private final DataFolder data;
    private final Children children;

    LibertyServer(LibertyHome home, DataFolder data, Children children) {
        this.home = home;
        this.data = data;
        this.children = children;
    }

    /** Starts it and does not wait. */
    Process start(Map<String, String> settings) throws IOException {
        var output = data.liberty().resolve(LibertyHome.SERVER);
        PrivateFiles.createFolder(data.liberty());
        PrivateFiles.createFolder(output);
        LogTail.rotate(console(data));
        var builder = new ProcessBuilder()
                .directory(output.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(console(data).toFile()));
        var environment = builder.environment();
        builder.command(command(environment.getOrDefault(EXTRA_OPTIONS, "")));
        environment.putAll(settings);
        environment.put("WLP_INSTALL_DIR", home.install().toString());
        environment.put("WLP_USER_DIR", home.user().toString());
        environment.put("WLP_OUTPUT_DIR", data.liberty().toString());
        environment.put("LOG_DIR", data.logs().toString());
        environment.put("X_LOG_DIR", data.logs().toString());
        environment.put("X_LOG_FILE", "console.log");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return children.start(builder);
    }

    static Path console(DataFolder data) {
        return data.logs().resolve("console.log");
    }

    static Path messages(DataFolder data) {
        return data.logs().resolve("messages.log");
    }

    /** Asks it to stop, and ends it if it does not in time. @param ready whether it had been ready, so that requests may be on their way */
    static void stop(ProcessHandle liberty, boolean ready) {
        liberty.destroy();
        if (!ProcessMark.awaitEnd(liberty, ready ? STOP_PATIENCE : STOP_PATIENCE_WHILE_STARTING)) {
            liberty.destroyForcibly();
            ProcessMark.awaitEnd(liberty, KILL_PATIENCE);
        }
    }

    private List<String> command(String extraOptions) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Djava.awt.headless=true", "-Djdk.attach.allowAttachSelf=true"));
        command.addAll(QUICK_START);
        command.addAll(classArchive());
        command.addAll(home.jvmOptions());
        Arrays.stream(extraOptions.split("\\s+"))
                .filter(option -> !option.isEmpty())
                .forEach(command::add);
        command.add(dataMark(data));
        command.addAll(List.of("-jar", home.launcher().toString(), LibertyHome.SERVER));
        return command;
    }

    /**
     * The classes that the last run loaded, ready to be mapped: Java writes them down when the server stops. They are recorded anew after a
     * build, whose classes would not be found in the old record.
     */
    private List<String> classArchive() throws IOException {
        var archive = data.cache().resolve("server.jsa");
        if (Files.exists(archive) && Files.getLastModifiedTime(archive).compareTo(home.builtAt()) < 0) {
            Files.delete(archive);
        }
        return List.of(
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archive,
                "-Xlog:disable",
                "-Xlog:all=error:stderr");
    }

    /** Stands on its command line, so that it can be told from the servers of other data folders. */
    private static String dataMark(DataFolder data) {
        return DATA_MARK + data.root();
    }

    /** The data folder of a process, if it is a server of ours. */
    static Optional<String> dataFolderOf(ProcessHandle process) {
        return process.info().arguments().flatMap(arguments -> Arrays.stream(arguments)
                .filter(argument -> argument.startsWith(DATA_MARK))
                .map(argument -> argument.substring(DATA_MARK.length()))
                .findFirst());
    }
}
