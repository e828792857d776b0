package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.VersionCommand;

/**
 * A server on this machine, from the data folder's lock to the last process stopped.
 *
 * <p>{@link #start} goes up step by step, {@link #supervise} stays and starts again what dies, {@link #stop} goes down in the opposite order.
 * A stop may come at any moment from another thread: {@link Children} starts nothing after it.
 */
final class LocalServer {
    private static final int MOST_RESTARTS = 3;
    private static final Duration RESTARTS_COUNT_FOR = Duration.ofMinutes(10);
    /** Which address the server listens on; "*" for all. */
    private static final String HOST = "MILLWRIGHT_HOST";

    private static final String LOOPBACK_HOST = "127.0.0.1";

    private final DataFolder data;
    private final DataFolder.Lock lock;
    private final LibertyHome home;
    private final Map<String, String> environment;
    private final Progress progress;
    private final Children children = new Children();
    private final Secrets secrets;

    private int port;
    private Path keystore = Path.of("");
    private @Nullable PlainHttp plain;
    private @Nullable EmbeddedDatabase embedded;
    private volatile EmbeddedDatabase.@Nullable Running database;
    private volatile @Nullable Process liberty;
    private Map<String, String> settings = Map.of();
    private volatile boolean ready;
    private volatile boolean stopping;
    private boolean stopped;

    private LocalServer(
            DataFolder data,
            DataFolder.Lock lock,
            LibertyHome home,
            Map<String, String> environment,
            Progress progress) {
        this.data = data;
        this.lock = lock;
        this.home = home;
        this.environment = environment;
        this.progress = progress;
        this.secrets = new Secrets(data.secrets());
    }

    /** Takes the data folder, making it where it is missing. @return empty if a server runs on it already */
    static Optional<LocalServer> on(
            DataFolder data, LibertyHome home, Map<String, String> environment, Progress progress) throws IOException {
        data.requireUsable(Migrations.onClassPath().newest(), DataFolder.LEAST_FREE_BYTES);
        data.create();
        return data.lock().map(lock -> new LocalServer(data, lock, home, environment, progress));
    }

    String url() {
        return environment.getOrDefault("MILLWRIGHT_PUBLIC_URL", "https://%s:%d".formatted(LOOPBACK_HOST, port));
    }

    /** Starts everything and returns when it is ready. @throws CommandFailed if a step fails; then nothing is left running */
    void start(Port wished) throws IOException, InterruptedException, GeneralSecurityException {
        try {
            var python = CompletableFuture.supplyAsync(() -> PythonInterpreter.find(environment));
            prepare(wished);
            var migrations = Migrations.onClassPath();
            var format = FolderFormat.read(data);
            var address = startDatabase();
            settings = settings(address, joined(python));
            // The folder says that its own database is up to date, so the server need not wait until the database says
            // it, too.
            var current = database != null
                    && format.schema().compareTo(migrations.newest()) == 0
                    && format.writer().equals(VersionCommand.current());
            var began = System.nanoTime();
            var console = consoleSize();
            if (current) {
                startLiberty();
            }
            bringSchemaUpToDate(address, migrations);
            if (!current) {
                console = consoleSize();
                began = System.nanoTime();
                startLiberty();
            }
            awaitReady(console);
            progress.done("Server ready", began);
            if (!environment.getOrDefault(PlainHttp.PORT, "").isBlank()) {
                plain = PlainHttp.start(environment, environment.getOrDefault(HOST, LOOPBACK_HOST), url());
            }
        } catch (IOException | InterruptedException | GeneralSecurityException | RuntimeException failed) {
            waitIfStopping();
            stop();
            throw failed;
        }
    }

    /** Stays until a stop was asked for, and starts again what ends by itself. @throws CommandFailed if it ends again and again */
    void supervise() throws IOException, InterruptedException {
        var restarts = 0;
        var lastRestart = Instant.now();
        while (true) {
            awaitAnEnd();
            waitIfStopping();
            restarts =
                    Duration.between(lastRestart, Instant.now()).compareTo(RESTARTS_COUNT_FOR) > 0 ? 1 : restarts + 1;
            lastRestart = Instant.now();
            if (restarts > MOST_RESTARTS) {
                stop();
                throw CommandFailed.failed(
                        "The server or its database ended %d times within %d minutes"
                                .formatted(restarts, RESTARTS_COUNT_FOR.toMinutes()),
                        "The logs are in " + data.logs());
            }
            try {
                restartWhatEnded();
            } catch (CommandFailed failed) {
                waitIfStopping();
                stop();
                throw failed;
            }
        }
    }

    /** Stops what runs, the server before its database. Processes of jobs go on; the next start finds them again. */
    void stop() {
        stopping = true;
        children.refuse();
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            var began = System.nanoTime();
            try {
                write(RunFile.Phase.STOPPING);
                if (plain != null) {
                    plain.close();
                }
                var server = liberty;
                if (server != null) {
                    progress.headline("Stopping. Jobs that run go on; the next start finds them again.");
                }
                if (server != null && server.isAlive()) {
                    LibertyServer.stop(server.toHandle(), ready);
                    progress.done("Server stopped", began);
                }
                began = System.nanoTime();
                var postgres = database;
                if (postgres != null && postgres.process().isAlive()) {
                    postgres.stop();
                    progress.done("PostgreSQL stopped", began);
                }
                children.close();
                new RunFile(RunFile.Phase.STOPPED, url(), null, null).write(data);
                lock.close();
            } catch (IOException unwritten) {
                progress.say("The end could not be written down: " + unwritten);
            }
        }
    }

    private void prepare(Port wished) throws IOException, GeneralSecurityException {
        var began = System.nanoTime();
        for (var left : new LeftOvers(data).stop()) {
            progress.say("Stopped what an earlier start left running: " + left);
        }
        port = wished.claim(environment.getOrDefault(HOST, LOOPBACK_HOST)).number();
        write(RunFile.Phase.STARTING);
        secrets.create();
        var own = OperatorCertificate.of(environment, Instant.now());
        var certificates = new Certificates(data.tls(), secrets.keystorePassword());
        var outcome = certificates.ensure(Instant.now());
        keystore = own.isPresent() ? certificates.operatorKeystore() : certificates.serverKeystore();
        if (own.isPresent()) {
            certificates.take(own.get());
        }
        progress.done(
                switch (outcome) {
                    case KEPT -> "Data folder";
                    case RENEWED -> "Data folder, server certificate renewed";
                    case CREATED -> "Data folder, secrets and certificates made";
                },
                began);
    }

    private DatabaseAddress startDatabase() throws IOException, InterruptedException {
        if (environment.containsKey(DatabaseAddress.URL)) {
            return DatabaseAddress.external(environment);
        }
        var began = System.nanoTime();
        var log = data.logs().resolve("postgres.log");
        LogTail.rotate(log);
        var binaries = PostgresBinaries.in(PostgresBinaries.cacheFor(data, environment));
        var postgres = new EmbeddedDatabase(data.database(), log, binaries, secrets, children);
        var made = postgres.isNew();
        var running = postgres.start();
        embedded = postgres;
        database = running;
        progress.done(made ? "PostgreSQL made and started" : "PostgreSQL started", began);
        return running.address();
    }

    private void bringSchemaUpToDate(DatabaseAddress address, Migrations migrations) throws IOException {
        var began = System.nanoTime();
        var applied = new Schema(address, migrations).bringUpToDate();
        new FolderFormat(FolderFormat.CURRENT, migrations.newest(), VersionCommand.current()).write(data);
        progress.done(
                applied == 0
                        ? "Database schema is current"
                        : "Database schema: %d migrations applied".formatted(applied),
                began);
    }

    private void startLiberty() throws IOException {
        ready = false;
        liberty = new LibertyServer(home, data, children).start(settings);
        write(RunFile.Phase.STARTING);
    }

    private void awaitReady(long console) throws IOException, InterruptedException {
        var server = liberty;
        if (server != null) {
            new Readiness(data, port).await(server, console);
        }
        ready = true;
        write(RunFile.Phase.READY);
    }

    private void awaitAnEnd() throws InterruptedException {
        var server = liberty;
        var postgres = database;
        var ends = CompletableFuture.anyOf(
                server == null ? new CompletableFuture<>() : server.onExit(),
                postgres == null
                        ? new CompletableFuture<>()
                        : postgres.process().onExit());
        ends.join();
    }

    private void restartWhatEnded() throws IOException, InterruptedException {
        var postgres = database;
        var storage = embedded;
        if (postgres != null && storage != null && !postgres.process().isAlive()) {
            progress.say("PostgreSQL ended unexpectedly; starting it again");
            database = storage.start(postgres.address().port());
        }
        var server = liberty;
        if (server != null && !server.isAlive()) {
            progress.say(
                    "The server ended unexpectedly with exit code %d; starting it again".formatted(server.exitValue()));
            var console = consoleSize();
            startLiberty();
            awaitReady(console);
        }
    }

    private Map<String, String> settings(DatabaseAddress address, PythonInterpreter python) throws IOException {
        var certificates = new Certificates(data.tls(), secrets.keystorePassword());
        var values = new HashMap<String, String>();
        values.put("MILLWRIGHT_PORT", Integer.toString(port));
        values.put("MILLWRIGHT_DB_HOST", address.host());
        values.put("MILLWRIGHT_DB_PORT", Integer.toString(address.port()));
        values.put("MILLWRIGHT_DB_NAME", address.name());
        values.put(DatabaseAddress.USER, address.user());
        values.put(DatabaseAddress.PASSWORD, address.password());
        values.put("MILLWRIGHT_DATA", data.root().toString());
        values.put("MILLWRIGHT_PUBLIC_URL", url());
        values.put("MILLWRIGHT_CA_FILE", certificates.authorityFile().toString());
        values.put("MILLWRIGHT_KEYSTORE_FILE", keystore.toString());
        values.put("MILLWRIGHT_KEYSTORE_PASSWORD", secrets.keystorePassword());
        values.put(
                "MILLWRIGHT_SLOTS",
                environment.getOrDefault(
                        "MILLWRIGHT_SLOTS",
                        Integer.toString(Runtime.getRuntime().availableProcessors())));
        values.put(PythonInterpreter.VARIABLE, python.executable());
        return values;
    }

    private void write(RunFile.Phase phase) throws IOException {
        var server = liberty;
        new RunFile(
                        phase,
                        url(),
                        ProcessMark.of(ProcessHandle.current()),
                        server == null ? null : ProcessMark.of(server.toHandle()))
                .write(data);
    }

    private long consoleSize() throws IOException {
        Path console = LibertyServer.console(data);
        return Files.exists(console) ? Files.size(console) : 0;
    }

    /** A failure that a stop caused is no news: the stop ends this process. */
    private void waitIfStopping() throws InterruptedException {
        if (stopping) {
            Thread.currentThread().join();
        }
    }

    private static PythonInterpreter joined(CompletableFuture<PythonInterpreter> python) {
        try {
            return python.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof CommandFailed known ? known : failed;
        }
    }
}
