package org.millwright.adapter.databricks;

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

/** Runs attempts on the Spark of Databricks workspaces. */
@ApplicationScoped
public class DatabricksDriver extends SparkDriver {
    private final ClusterHttp http;

    @Inject
    public DatabricksDriver(
            ServerSettings settings, ArtifactStore files, AttemptExchange exchange, ClusterHosts hosts, Clock clock) {
        this(settings, files, exchange, hosts, clock, Pace.USUAL);
    }

    DatabricksDriver(
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
    protected DatabricksDriver() {
        super(null, null, null, null, null);
        this.http = null;
    }

    @Override
    public boolean runs(ComputeKind kind) {
        return kind instanceof ComputeKind.Databricks;
    }

    /** A task of Databricks is a cell of its driver's own Python, and only that has the session. */
    @Override
    protected boolean runsInside() {
        return true;
    }

    @Override
    protected SparkService connect(ComputeKind kind, @Nullable String credential) throws LaunchFailed, IOException {
        var target = (ComputeKind.Databricks) kind;
        if (credential == null) {
            throw new LaunchFailed(
                    "Databricks wants a token; name the secret that holds it as the target's credential");
        }
        return new DatabricksService(http, http.admit(target.address()), credential, target);
    }
}
