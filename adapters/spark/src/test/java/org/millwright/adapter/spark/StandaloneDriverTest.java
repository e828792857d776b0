package org.millwright.adapter.spark;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.shared.ServerSettings;

class StandaloneDriverTest extends ClusterContract {
    private Launchers launchers;
    private StandaloneStandIn master;

    @BeforeEach
    void startMaster() throws Exception {
        launchers = new Launchers(data.resolve("cluster"), "python3");
        master = new StandaloneStandIn(launchers);
        master.start();
    }

    @AfterEach
    void stopMaster() {
        launchers.close();
        master.close();
    }

    @Override
    protected SparkDriver driver(ServerSettings settings) {
        return new StandaloneDriver(
                settings, store, exchange, new ClusterHosts(Set.of(master.host())), Clock.systemUTC(), QUICK);
    }

    @Override
    protected ComputeKind kind() {
        return new ComputeKind.SparkStandalone(master.address(), null, 2, "spark://127.0.0.1:7077", null, null);
    }

    @Override
    protected Path temporaryFilesOfCluster() {
        return launchers.temporaryFiles();
    }
}
