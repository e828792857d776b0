package org.millwright.adapter.livy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.spark.ClusterHttp;
import org.millwright.adapter.spark.SparkDriver;
import org.millwright.adapter.spark.SparkService;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.data.ArtifactStore;
import org.millwright.shared.ServerSettings;

/** Runs attempts on Spark clusters behind Livy, such as HDInsight. */
@ApplicationScoped
public class LivyDriver extends SparkDriver {
    private final ClusterHttp http;

    @Inject
    public LivyDriver(
            ServerSettings settings, ArtifactStore files, AttemptExchange exchange, ClusterHosts hosts, Clock clock) {
        this(settings, files, exchange, hosts, clock, Pace.USUAL);
    }

    LivyDriver(
            ServerSettings settings,
            ArtifactStore files,
            AttemptExchange exchange,
            ClusterHosts hosts,
            Clock clock,
            Pace pace) {
        super(settings, files, exchange, clock, pace);
        this.http = new ClusterHttp(hosts);
    }

    @SuppressWarnings("NullAway")
    protected LivyDriver() {
        super(null, null, null, null, null);
        this.http = null;
    }

    @Override
    public boolean runs(ComputeKind kind) {
        return kind instanceof ComputeKind.Livy;
    }

    @Override
    protected SparkService connect(ComputeKind kind, @Nullable String credential) throws LaunchFailed, IOException {
        var target = (ComputeKind.Livy) kind;
        return new LivyService(http, http.admit(target.address()), credential, target.launcher());
    }
}
