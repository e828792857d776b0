package org.millwright.cli.server;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;

/**
 * The PostgreSQL of the embedded default: a child of this process, on 127.0.0.1 and a free port, with its data in the data folder.
 *
 * <p>It is as durable as any PostgreSQL: what it has acknowledged is on the disk. Its folder is made whole or not at all, and a start after
 * a kill -9 of everything recovers from the write-ahead log.
 */
final class EmbeddedDatabase {
    static final String NAME = "millwright";
    static final String USER = "millwright";

    /** What durability needs is said, and not left to defaults. */
    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "timezone", "UTC",
            "max_connections", "120");

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration RECOVERY_PATIENCE = Duration.ofMinutes(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
    private static final Duration QUIT_PATIENCE = Duration.ofSeconds(15);
    private static final int START_ATTEMPTS = 5;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private final Path data;
    private final Path log;
    private final PostgresBinaries binaries;
    private final Secrets secrets;
    private final Children children;

    /**
     * @param data its folder, made at the first start
     * @param log where it writes what it has to say
     */
    EmbeddedDatabase(Path data, Path log, PostgresBinaries binaries, Secrets secrets, Children children) {
        this.data = data;
        this.log = log;
        this.binaries = binaries;
        this.secrets = secrets;
        this.children = children;
    }

    /** A PostgreSQL that takes connections. */
    record Running(Process process, DatabaseAddress address) {
        /** Stops it cleanly: connections are cut, what was committed stays. */
        void stop() {
            EmbeddedDatabase.stop(process.toHandle());
        }
    }

    boolean isNew() {
        return !Files.exists(data.resolve("PG_VERSION"));
    }

    /** Makes the folder where there is none, and starts PostgreSQL on it and a free port. @throws CommandFailed if it does not start */
    Running start() throws IOException, InterruptedException {
        return start(0);
    }

    /** The same on a port that others were told already. @param wishedPort 0 for any free one */
    Running start(int wishedPort) throws IOException, InterruptedException {
        var fresh = isNew();
        if (fresh) {
            initialize();
        }
        for (var attempt = 1; ; attempt++) {
            var port = wishedPort == 0 ? freePort() : wishedPort;
            var from = Files.exists(log) ? Files.size(log) : 0;
            var process = children.start(postgres(port));
            if (awaitReady(process)) {
                var running = new Running(process, DatabaseAddress.local(port, NAME, USER, secrets.databasePassword()));
                if (fresh || !Files.exists(createdMark())) {
                    createDatabase(port);
                }
                return running;
            }
            var said = LogTail.after(log, from);
            // Another program took the port, or the last processes of a killed PostgreSQL are about to end.
            var passing = said.contains("could not bind") || said.contains("pre-existing shared memory");
            if (!passing || attempt == START_ATTEMPTS) {
                throw failure(said);
            }
            Thread.sleep(BETWEEN_ATTEMPTS);
        }
    }

    /** Ends a PostgreSQL that an earlier launcher left behind. @return whether there was one */
    static boolean stopLeftOver(Path data) throws IOException {
        var left = PostmasterFile.read(data).flatMap(file -> file.postmaster().find());
        left.ifPresent(EmbeddedDatabase::stop);
        return left.isPresent();
    }

    private static void stop(ProcessHandle postmaster) {
        Signal.INT.send(postmaster);
        if (!ProcessMark.awaitEnd(postmaster, STOP_PATIENCE)) {
            Signal.QUIT.send(postmaster);
            if (!ProcessMark.awaitEnd(postmaster, QUIT_PATIENCE)) {
                postmaster.destroyForcibly();
                ProcessMark.awaitEnd(postmaster, QUIT_PATIENCE);
            }
        }
    }

    private void initialize() throws IOException, InterruptedException {
        var making = data.resolveSibling(data.getFileName() + ".new");
        PostgresBinaries.deleteTree(making);
        var initdb = command(
                "initdb",
                "--pgdata=" + making,
                "--username=" + USER,
                "--pwfile=" + secrets.folder().resolve("database.password"),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions");
        var from = Files.exists(log) ? Files.size(log) : 0;
        if (children.start(initdb).waitFor() != 0) {
            throw failure(LogTail.after(log, from));
        }
        // An empty folder may stand there, as a mounted volume does.
        Files.deleteIfExists(data);
        Files.move(making, data);
    }

    private void createDatabase(int port) throws IOException {
        try (var connection = DatabaseAddress.local(port, "postgres", USER, secrets.databasePassword())
                        .connect();
                var statement = connection.createStatement()) {
            try (var found = statement.executeQuery("select 1 from pg_database where datname = '%s'".formatted(NAME))) {
                if (found.next()) {
                    Files.createFile(createdMark());
                    return;
                }
            }
            statement.execute("create database " + NAME);
            Files.createFile(createdMark());
        } catch (SQLException refused) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "PostgreSQL runs, but the database could not be made: " + refused.getMessage(),
                    "Its log is " + log,
                    refused);
        }
    }

    /** Says that the database inside was made, so that a start need not ask. */
    private Path createdMark() {
        return data.resolve("millwright.created");
    }

    private ProcessBuilder postgres(int port) {
        var arguments = new ArrayList<String>(List.of("-D", data.toString(), "-c", "port=" + port));
        SETTINGS.forEach((name, value) -> {
            arguments.add("-c");
            arguments.add(name + "=" + value);
        });
        return command("postgres", arguments.toArray(String[]::new));
    }

    private ProcessBuilder command(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (PrivateFiles.POSIX && new UnixSystem().getUid() == 0) {
            // PostgreSQL refuses to be the superuser; in a user namespace of its own it is nobody in particular.
            command.addAll(List.of("unshare", "--user"));
        }
        command.add(binaries.program(program).toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // The server's keys and what it signs in with elsewhere are no business of the database.
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLWRIGHT_") || name.startsWith("AZURE_"));
        return builder;
    }

    private boolean awaitReady(Process process) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + RECOVERY_PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                return false;
            }
            var file = PostmasterFile.read(data);
            if (file.isPresent()
                    && file.get().postmaster().pid() == process.pid()
                    && file.get().ready()) {
                return true;
            }
            Thread.sleep(POLL);
        }
        return false;
    }

    private CommandFailed failure(String said) {
        if (said.contains("unshare")) {
            return CommandFailed.refused(
                    "PostgreSQL does not run as the superuser, and this system lets nobody make a user namespace",
                    "Run millwright as another user, or point it at a PostgreSQL of your own with %s."
                            .formatted(DatabaseAddress.URL));
        }
        var fatal = said.lines()
                .filter(line -> line.contains("FATAL") || line.contains("PANIC") || line.contains("error:"))
                .reduce((first, last) -> last)
                .orElse("it ended at once");
        if (fatal.contains("database files are incompatible")) {
            return CommandFailed.refused(
                    "The database in %s was made by another version of PostgreSQL".formatted(data),
                    "Use the Millwright that made it, or choose another folder with --data DIR.");
        }
        return CommandFailed.failed("PostgreSQL did not start: " + fatal.strip(), "Its log is " + log);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
