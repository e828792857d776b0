package org.millwright.adapter.spark;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.ComputeDriverContract;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.shared.ServerSettings;

/** What every driver does alike, on a cluster that reaches our server by HTTP alone. */
public abstract class ClusterContract extends ComputeDriverContract {
    protected static final SparkDriver.Pace QUICK = Paces.QUICK;

    @TempDir
    protected Path data;

    protected AttemptExchange exchange;
    protected ExchangeServer server;

    @BeforeEach
    void startServer() throws IOException {
        exchange = new AttemptExchange(store, Clock.systemUTC());
        server = new ExchangeServer(exchange);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    /** A driver of the cluster that the test runs on. */
    protected abstract SparkDriver driver(ServerSettings settings);

    @Override
    protected abstract ComputeKind kind();

    /** Where programs of the cluster make their temporary files. */
    protected abstract Path temporaryFilesOfCluster();

    protected ServerSettings settings() {
        return new ServerSettings(data, URI.create(server.url()), data.resolve("no-ca.pem"), "server-1", 1);
    }

    @Override
    protected ComputeDriver driver() {
        return new WithToken(driver(settings()));
    }

    @Override
    protected AttemptLog logs(ComputeDriver driver) {
        return (attempt, node, offset, most) -> {
            driver.observe(placement(attempt)); // as whoever looks after an attempt does all the time
            return AttemptFolder.of(settings().workFolder(), attempt).readLog(node, offset, most);
        };
    }

    @Override
    protected void letGo() throws IOException {
        try (var folders = Files.list(temporaryFilesOfCluster())) {
            var home = folders.filter(folder -> folder.getFileName().toString().startsWith("millwright-run-1-1-"))
                    .findFirst();
            if (home.isPresent()) {
                Files.createFile(home.get().resolve("work/go"));
                return;
            }
        }
        throw new IOException("The launcher has made no working folder");
    }

    /** Jobs start with a token. */
    private record WithToken(SparkDriver driver) implements ComputeDriver {
        @Override
        public boolean runs(ComputeKind kind) {
            return driver.runs(kind);
        }

        @Override
        public void prepare(Launch launch) throws LaunchFailed, IOException, InterruptedException {
            driver.prepare(launch);
        }

        @Override
        public void start(Launch launch) throws LaunchFailed, IOException {
            var variables = new HashMap<>(launch.variables());
            variables.put("MLFLOW_TRACKING_TOKEN", "token-of-" + launch.attempt());
            driver.start(new Launch(
                    launch.placement(),
                    launch.resources(),
                    launch.type(),
                    launch.code(),
                    launch.files(),
                    launch.folders(),
                    launch.command(),
                    launch.environment(),
                    variables,
                    launch.masked(),
                    launch.outputs(),
                    launch.timeLimit()));
        }

        @Override
        public Observation observe(Placement placement) throws IOException {
            return driver.observe(placement);
        }

        @Override
        public Observation await(Placement placement, Duration most) throws IOException, InterruptedException {
            return driver.await(placement, most);
        }

        @Override
        public void stop(Placement placement, Duration grace) throws IOException, InterruptedException {
            driver.stop(placement, grace);
        }

        @Override
        public void collect(Launch launch) throws IOException {
            driver.collect(launch);
        }

        @Override
        public void discard(Placement placement) throws IOException {
            driver.discard(placement);
        }
    }
}
