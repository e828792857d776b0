package org.millwright.adapter.spark;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.data.ArtifactStore;
import org.millwright.shared.ServerSettings;

/** Runs attempts on standalone Spark clusters. */
@ApplicationScoped
public class StandaloneDriver extends SparkDriver {
    private final ClusterHttp http;

    @Inject
    public StandaloneDriver(
            ServerSettings settings, ArtifactStore files, AttemptExchange exchange, ClusterHosts hosts, Clock clock) {
        this(settings, files, exchange, hosts, clock, Pace.USUAL);
    }

    StandaloneDriver(
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
    protected StandaloneDriver() {
        super(null, null, null, null, null);
        this.http = null;
    }

    @Override
    public boolean runs(ComputeKind kind) {
        return kind instanceof ComputeKind.SparkStandalone;
    }

    @Override
    protected SparkService connect(ComputeKind kind, @Nullable String credential) throws LaunchFailed, IOException {
        var target = (ComputeKind.SparkStandalone) kind;
        return new StandaloneService(
                http, http.admit(target.address()), credential, target.master(), target.python(), target.launcher());
    }
}
