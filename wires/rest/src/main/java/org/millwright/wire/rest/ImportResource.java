package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.data.app.FileTransfer;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.ExperimentTransfer;
import org.millwright.experiment.app.RunTransfer;
import org.millwright.experiment.model.Metric;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.app.LoggedModelTransfer;
import org.millwright.registry.app.ModelTransfer;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/**
 * Takes a workspace in piece by piece, with the ids, numbers and times that its pieces have elsewhere. Every operation may
 * be repeated and then changes nothing; an id that something else has already is refused.
 */
@Path("workspaces/{workspace}/import")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class ImportResource {
    private static final String SHA256 = "X-Millwright-Sha256";
    private static final int MOST_POINTS = 25_000;

    @Inject
    ExperimentTransfer experiments;

    @Inject
    RunTransfer runs;

    @Inject
    LoggedModelTransfer loggedModels;

    @Inject
    ModelTransfer models;

    @Inject
    FileTransfer files;

    @Inject
    CurrentCaller caller;

    /** What the experiment's number is here. */
    @Schema(name = "ImportedExperiment")
    record Numbered(String id, String name) {}

    /** Takes an experiment in. */
    @PUT
    @Path("experiments")
    @Requires(Permission.WORKSPACE_IMPORT)
    public Numbered experiment(TransferBody.ExperimentBody given) {
        var experiment = experiments.put(caller.workspace(), Bodies.given(given).toMoved());
        return new Numbered(experiment.id().toString(), experiment.name());
    }

    /**
     * Takes a run in; its experiment must be there.
     *
     * @param id the run's, as in the body
     */
    @PUT
    @Path("runs/{run}")
    @Requires(Permission.WORKSPACE_IMPORT)
    public void run(@PathParam("run") String id, TransferBody.RunBody given) {
        var body = Bodies.given(given);
        requireSame("id", id, body.id());
        var home = experiments.get(caller.workspace(), Bodies.needed("experiment", body.experiment()));
        runs.put(body.toMoved(caller.workspace(), home.id()));
    }

    /**
     * Takes points of a run in, at most 25,000 at once.
     *
     * @param id of the run
     */
    @POST
    @Path("runs/{run}/metrics")
    @Audited(Trail.NOTHING)
    @Requires(Permission.WORKSPACE_IMPORT)
    public void points(@PathParam("run") String id, TransferBody.PointsBody given) {
        var points = new ArrayList<Metric>();
        for (var series : Bodies.orEmpty(Bodies.given(given).metrics())) {
            points.addAll(series.toMetrics());
        }
        requireFewEnough(points.size());
        runs.log(caller.workspace(), new RunId(id), points);
    }

    /**
     * Takes a file of a run in.
     *
     * @param path below the files of the run, with its slashes
     * @param sha256 of the content, in hexadecimal, which is then checked
     */
    @PUT
    @Path("runs/{run}/files/{path: .+}")
    @Consumes(MediaType.WILDCARD)
    @Audited(Trail.NOTHING)
    @Requires(Permission.WORKSPACE_IMPORT)
    public void runFile(
            @PathParam("run") String run,
            @PathParam("path") String path,
            @HeaderParam(SHA256) @Nullable String sha256,
            InputStream content)
            throws IOException {
        write(runs.filesOf(caller.workspace(), new RunId(run)), path, sha256, content);
    }

    /**
     * Takes a logged model in; its experiment must be there.
     *
     * @param id the model's, as in the body
     */
    @PUT
    @Path("logged-models/{id}")
    @Requires(Permission.WORKSPACE_IMPORT)
    public void loggedModel(@PathParam("id") String id, TransferBody.LoggedModelBody given) {
        var body = Bodies.given(given);
        requireSame("id", id, body.id());
        var home = experiments.get(caller.workspace(), Bodies.needed("experiment", body.experiment()));
        loggedModels.put(body.toModel(caller.workspace(), home.id()));
    }

    /**
     * Takes points in that runs of the workspace measured on the model.
     *
     * @param id of the logged model
     */
    @POST
    @Path("logged-models/{id}/metrics")
    @Audited(Trail.NOTHING)
    @Requires(Permission.WORKSPACE_IMPORT)
    public void modelPoints(@PathParam("id") String id, TransferBody.ModelPointsBody given) {
        var model = new LoggedModelId(id);
        var points = Bodies.orEmpty(Bodies.given(given).points());
        requireFewEnough(points.size());
        var byRun = new LinkedHashMap<RunId, List<Metric>>();
        for (var point : points) {
            byRun.computeIfAbsent(point.toRun(), _ -> new ArrayList<>()).add(point.toMetric(model));
        }
        byRun.forEach((run, measured) -> runs.logOnModels(caller.workspace(), run, measured));
    }

    /**
     * Takes a file of a logged model in.
     *
     * @param path below the files of the model, with its slashes
     * @param sha256 of the content, in hexadecimal, which is then checked
     */
    @PUT
    @Path("logged-models/{id}/files/{path: .+}")
    @Consumes(MediaType.WILDCARD)
    @Audited(Trail.NOTHING)
    @Requires(Permission.WORKSPACE_IMPORT)
    public void loggedModelFile(
            @PathParam("id") String id,
            @PathParam("path") String path,
            @HeaderParam(SHA256) @Nullable String sha256,
            InputStream content)
            throws IOException {
        write(loggedModels.filesOf(caller.workspace(), new LoggedModelId(id)), path, sha256, content);
    }

    /** Takes a registered model in, without its versions. */
    @PUT
    @Path("models")
    @Requires(Permission.WORKSPACE_IMPORT)
    public void model(TransferBody.ModelBody given) {
        models.put(caller.workspace(), Bodies.given(given).toMoved());
    }

    /** Takes a version of a model in; the model must be there. */
    @PUT
    @Path("versions")
    @Requires(Permission.WORKSPACE_IMPORT)
    public void version(TransferBody.VersionBody given) {
        models.putVersion(caller.workspace(), Bodies.given(given).toMoved());
    }

    private void write(ArtifactPath root, String path, @Nullable String sha256, InputStream content)
            throws IOException {
        files.write(root.resolve(path), content, sha256 == null ? null : new ContentDigest(sha256));
    }

    private static void requireSame(String field, String inPath, @Nullable String inBody) {
        if (!inPath.equals(inBody)) {
            throw Refused.invalid(field, "the path says '%s', the body '%s'".formatted(inPath, inBody));
        }
    }

    private static void requireFewEnough(int points) {
        if (points > MOST_POINTS) {
            throw new Refused(new Problem.TooLarge("metrics", MOST_POINTS, "points"));
        }
    }
}
