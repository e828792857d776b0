package org.millwright.adapter.spark;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.shared.ServerSettings;

/** On a real master with a real worker. */
class RealStandaloneIT extends RealClusterContract {
    @TempDir
    private static Path folder;

    private static RealSpark.Cluster cluster;
    private static int rest;
    private static int master;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = new RealSpark.Cluster(folder.resolve("cluster"));
        rest = RealSpark.freePort();
        master = RealSpark.freePort();
        var pages = RealSpark.freePort();
        var program = RealSpark.home().resolve("bin/spark-class").toString();
        cluster.start(
                "master",
                Map.of(),
                List.of(
                        program,
                        "-Dspark.master.rest.enabled=true",
                        "-Dspark.master.rest.host=127.0.0.1",
                        "-Dspark.master.rest.port=" + rest,
                        "org.apache.spark.deploy.master.Master",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(master),
                        "--webui-port",
                        Integer.toString(pages)));
        cluster.start(
                "worker",
                Map.of(),
                List.of(
                        program,
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(RealSpark.freePort()),
                        "--webui-port",
                        Integer.toString(RealSpark.freePort()),
                        "-c",
                        "4",
                        "-m",
                        "6g",
                        "-d",
                        folder.resolve("work").toString(),
                        "spark://127.0.0.1:" + master));
        cluster.await("http://127.0.0.1:" + pages + "/json/", "\"aliveworkers\" : 1");
        cluster.await("http://127.0.0.1:" + rest + "/v1/submissions/status/none", "SubmissionStatusResponse");
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Override
    protected SparkDriver driver(ServerSettings settings) {
        return new StandaloneDriver(
                settings, store, exchange, new ClusterHosts(Set.of("127.0.0.1")), Clock.systemUTC(), QUICK);
    }

    @Override
    protected ComputeKind kind() {
        try {
            return new ComputeKind.SparkStandalone(
                    "http://127.0.0.1:" + rest,
                    null,
                    2,
                    "spark://127.0.0.1:" + master,
                    RealSpark.python().toString(),
                    null);
        } catch (Exception missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Override
    protected Path temporaryFilesOfCluster() {
        return cluster.temporaryFiles();
    }
}
