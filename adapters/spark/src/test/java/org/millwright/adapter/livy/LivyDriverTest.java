package org.millwright.adapter.livy;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.millwright.adapter.spark.ClusterContract;
import org.millwright.adapter.spark.Launchers;
import org.millwright.adapter.spark.SparkDriver;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.shared.ServerSettings;

class LivyDriverTest extends ClusterContract {
    private Launchers launchers;
    private LivyStandIn livy;

    @BeforeEach
    void startLivy() throws Exception {
        launchers = new Launchers(data.resolve("cluster"), "python3");
        livy = new LivyStandIn(launchers);
        livy.start();
    }

    @AfterEach
    void stopLivy() throws Exception {
        launchers.close();
        livy.close();
    }

    @Override
    protected SparkDriver driver(ServerSettings settings) {
        return new LivyDriver(
                settings, store, exchange, new ClusterHosts(Set.of(livy.host())), Clock.systemUTC(), QUICK);
    }

    @Override
    protected ComputeKind kind() {
        return new ComputeKind.Livy(livy.address(), null, 2, null);
    }

    @Override
    protected Path temporaryFilesOfCluster() {
        return launchers.temporaryFiles();
    }
}
