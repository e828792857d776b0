package org.millwright.wire.mlflow;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/**
 * A run's files as MLflow's pages ask for them, by run and path in the query. They stand at the server's root there
 * ({@code /get-artifact}), where {@link RootAddressServlet} leads here.
 */
@Path("2.0/mlflow")
@ApplicationScoped
public class RunFilesResource {
    private static final int LARGEST_UPLOAD = 10 << 20;

    @Inject
    RunArtifacts artifacts;

    @Inject
    ArtifactProxyResource proxy;

    @Inject
    CurrentCaller caller;

    @GET
    @Path("get-artifact")
    @Produces(MediaType.WILDCARD)
    @Audited(value = Trail.READ, kind = "file", resource = "{run_id|run_uuid}", part = "{path}")
    @Requires(Permission.EXPERIMENT_READ)
    public Response download(
            @QueryParam("run_id") @Nullable String id,
            @QueryParam("run_uuid") @Nullable String uuid,
            @QueryParam("path") @Nullable String path)
            throws IOException {
        var root = artifacts.rootOf(caller.workspace(), Ids.run(id, uuid));
        return proxy.download(root.resolve(Required.text("path", path)).value());
    }

    /** Small files only; clients that log use the artifact proxy. */
    @POST
    @Path("upload-artifact")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty upload(
            @QueryParam("run_uuid") @Nullable String uuid,
            @QueryParam("path") @Nullable String path,
            InputStream content)
            throws IOException {
        var root = artifacts.rootOf(caller.workspace(), Ids.run(named("run_uuid", uuid)));
        var file = root.resolve(named("path", path));
        var data = content.readNBytes(LARGEST_UPLOAD + 1);
        if (data.length > LARGEST_UPLOAD) {
            throw new RequestRefused(MlflowError.invalid("Artifact size is too large. Max size is 10MB."));
        }
        if (data.length == 0) {
            throw new RequestRefused(MlflowError.invalid("Request must specify data."));
        }
        artifacts.write(caller.workspace(), file, new ByteArrayInputStream(data));
        return Empty.DONE;
    }

    private static String named(String parameter, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new RequestRefused(MlflowError.invalid("Request must specify %s.".formatted(parameter)));
        }
        return value;
    }
}
