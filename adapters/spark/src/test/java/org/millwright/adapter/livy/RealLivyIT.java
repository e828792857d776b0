package org.millwright.adapter.livy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.adapter.spark.RealClusterContract;
import org.millwright.adapter.spark.RealSpark;
import org.millwright.adapter.spark.SparkDriver;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.shared.ServerSettings;

/** On a real Livy 0.7.1 with real Spark behind it. */
class RealLivyIT extends RealClusterContract {
    @TempDir
    private static Path folder;

    private static RealSpark.Cluster cluster;
    private static int port;

    @BeforeAll
    static void startLivy() throws Exception {
        cluster = new RealSpark.Cluster(folder.resolve("cluster"));
        port = RealSpark.freePort();
        var conf = Files.createDirectories(folder.resolve("conf"));
        Files.createDirectories(folder.resolve("livy/logs"));
        Files.writeString(conf.resolve("livy.conf"), """
                livy.server.host=127.0.0.1
                livy.server.port=%d
                livy.server.csrf-protection.enabled=true
                livy.spark.master=local[2]
                """.formatted(port));
        cluster.start(
                "livy",
                Map.of("LIVY_HOME", folder.resolve("livy").toString(), "LIVY_CONF_DIR", conf.toString()),
                List.of(
                        RealSpark.jdk17().resolve("bin/java").toString(),
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "-cp",
                        conf + ":" + RealSpark.livy() + "/*",
                        "org.apache.livy.server.LivyServer"));
        cluster.await("http://127.0.0.1:" + port + "/batches", "sessions");
    }

    @AfterAll
    static void stopLivy() {
        cluster.close();
    }

    @Override
    protected SparkDriver driver(ServerSettings settings) {
        return new LivyDriver(
                settings, store, exchange, new ClusterHosts(Set.of("127.0.0.1")), Clock.systemUTC(), QUICK);
    }

    @Override
    protected ComputeKind kind() {
        return new ComputeKind.Livy("http://127.0.0.1:" + port, null, 2);
    }

    @Override
    protected Path temporaryFilesOfCluster() {
        return cluster.temporaryFiles();
    }
}
