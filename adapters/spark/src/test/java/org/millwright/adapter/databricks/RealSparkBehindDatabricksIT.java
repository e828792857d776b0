package org.millwright.adapter.databricks;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.millwright.adapter.spark.Launchers;
import org.millwright.adapter.spark.RealClusterContract;
import org.millwright.adapter.spark.RealSpark;
import org.millwright.adapter.spark.SparkDriver;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.compute.spi.Placement;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

/** A stand-in for Databricks that the official SDK talks to, with real Spark behind it. */
class RealSparkBehindDatabricksIT extends RealClusterContract {
    private Launchers launchers;
    private DatabricksStandIn databricks;

    @BeforeEach
    void startDatabricks() throws Exception {
        launchers = new Launchers(data.resolve("cluster"), RealSpark.python().toString());
        launchers.javaHome(RealSpark.jdk17());
        databricks = new DatabricksStandIn(launchers, data.resolve("workspace"));
        databricks.start();
    }

    @AfterEach
    void stopDatabricks() {
        launchers.close();
        databricks.close();
    }

    @Override
    protected SparkDriver driver(ServerSettings settings) {
        return new DatabricksDriver(
                settings, store, exchange, new ClusterHosts(Set.of(databricks.host())), Clock.systemUTC(), QUICK);
    }

    @Override
    protected ComputeKind kind() {
        return new ComputeKind.Databricks(databricks.address(), null, 2);
    }

    @Override
    protected Placement placement(AttemptId of) {
        return new Placement(of, WorkspaceName.MAIN, ComputeName.LOCAL, kind(), 1, DatabricksStandIn.TOKEN);
    }

    @Override
    protected Path temporaryFilesOfCluster() {
        return launchers.temporaryFiles();
    }
}
