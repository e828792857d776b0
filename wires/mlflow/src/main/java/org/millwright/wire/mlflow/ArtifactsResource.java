package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code artifacts/*}: the files of a run by paths relative to the run. */
@Path("2.0/mlflow/artifacts")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class ArtifactsResource {
    @Inject
    RunArtifacts artifacts;

    @Inject
    CurrentCaller caller;

    record Listing(String rootUri, List<FileBody> files) {}

    @GET
    @Path("list")
    @Requires(Permission.EXPERIMENT_READ)
    public Listing list(
            @QueryParam("run_id") @Nullable String id,
            @QueryParam("run_uuid") @Nullable String uuid,
            @QueryParam("path") @Nullable String path)
            throws IOException {
        var root = artifacts.rootOf(caller.workspace(), Ids.run(id, uuid));
        var folder = root.resolve(ArtifactProxyResource.stripped(Required.orEmpty(path)));
        var files = artifacts.list(caller.workspace(), folder).stream()
                .map(file ->
                        FileBody.of(file.path().value().substring(root.value().length() + 1), file))
                .toList();
        return new Listing(ArtifactUri.of(root), files);
    }

    @POST
    @Path("presigned-upload-url")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty presignedUpload(Empty request) {
        throw noSignedUrls();
    }

    @POST
    @Path("presigned-download-url")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_READ)
    public Empty presignedDownload(Empty request) {
        throw noSignedUrls();
    }

    private static Refused noSignedUrls() {
        return new Refused(new Problem.NotSupported("A presigned URL", "files go through mlflow-artifacts"));
    }
}
