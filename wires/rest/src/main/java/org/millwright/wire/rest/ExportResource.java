package org.millwright.wire.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.data.app.FileTransfer;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.ExperimentTransfer;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.app.RunTransfer;
import org.millwright.experiment.app.Snapshots;
import org.millwright.experiment.model.Metric;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.app.LoggedModelTransfer;
import org.millwright.registry.app.ModelTransfer;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/**
 * Gives a workspace out piece by piece, deleted experiments and runs included, in the shapes that {@link ImportResource the import}
 * takes. Lists are pages; points and files are JSON lines, written as they are read.
 */
@Path("workspaces/{workspace}/export")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class ExportResource {
    private static final String JSON_LINES = "application/jsonl";
    private static final int POINTS_OF_A_LINE = 1000;
    private static final int MOST_IDS = 1000;

    @Inject
    ExperimentTransfer experiments;

    @Inject
    Experiments directory;

    @Inject
    RunTransfer runs;

    @Inject
    LoggedModelTransfer loggedModels;

    @Inject
    ModelTransfer models;

    @Inject
    FileTransfer files;

    @Inject
    Snapshots snapshots;

    @Inject
    CurrentCaller caller;

    /** Gives experiments out, the deleted ones too. */
    @GET
    @Path("experiments")
    @Audited(value = Trail.READ, kind = "export", resource = "experiments")
    @Requires(Permission.EXPERIMENT_READ)
    public Items<TransferBody.ExperimentBody> experiments(
            @QueryParam("page") @Nullable String page, @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(experiments.list(caller.workspace(), Paging.of(page, size)), TransferBody.ExperimentBody::of);
    }

    /**
     * Gives the runs of an experiment out, the deleted ones too.
     *
     * @param experiment its name
     */
    @GET
    @Path("runs")
    @Audited(value = Trail.READ, kind = "export", resource = "runs", part = "{experiment}")
    @Requires(Permission.EXPERIMENT_READ)
    public Items<TransferBody.RunBody> runs(
            @QueryParam("experiment") @Nullable String experiment,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        var home = experiments.get(caller.workspace(), Bodies.needed("experiment", experiment));
        return Items.of(
                runs.list(caller.workspace(), home.id(), Paging.of(page, size)),
                moved -> TransferBody.RunBody.of(moved, home.name()));
    }

    /** Says which of the runs are here, and gives those out. */
    @POST
    @Path("runs/known")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_READ)
    public Items<TransferBody.RunBody> knownRuns(TransferBody.IdsBody asked) {
        var names = new HashMap<ExperimentId, String>();
        return Items.all(runs
                .known(caller.workspace(), ids(asked).stream().map(RunId::new).toList())
                .stream()
                .map(moved -> TransferBody.RunBody.of(moved, name(moved.run().experiment(), names)))
                .toList());
    }

    /** Gives all points of a run out, a line for at most a thousand points of one metric. */
    @GET
    @Path("runs/{run}/metrics")
    @Produces(JSON_LINES)
    @Requires(Permission.EXPERIMENT_READ)
    public StreamingOutput points(@PathParam("run") String id) {
        var workspace = caller.workspace();
        var run = new RunId(id);
        var keys = runs.metrics(workspace, run);
        return output -> {
            try (var json = lines(output)) {
                for (var key : keys) {
                    String token = null;
                    do {
                        Page<Metric> page = runs.history(workspace, run, key, new PageRequest(token, POINTS_OF_A_LINE));
                        writeLine(json, run, key, page.items());
                        token = page.nextToken();
                    } while (token != null);
                }
            }
        };
    }

    /**
     * Names the files of a run, a line each.
     *
     * @param digests whether with the SHA-256 of each, which takes its time
     */
    @GET
    @Path("runs/{run}/files")
    @Produces(JSON_LINES)
    @Requires(Permission.EXPERIMENT_READ)
    public StreamingOutput runFiles(
            @PathParam("run") String run, @QueryParam("digests") @DefaultValue("false") boolean digests) {
        return list(runs.filesOf(caller.workspace(), new RunId(run)), digests);
    }

    /**
     * Gives a file of a run out.
     *
     * @param path below the files of the run, with its slashes
     */
    @GET
    @Path("runs/{run}/files/{path: .+}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Audited(value = Trail.READ, kind = "file")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream"))
    @Requires(Permission.EXPERIMENT_READ)
    public Response runFile(@PathParam("run") String run, @PathParam("path") String path) throws IOException {
        return content(runs.filesOf(caller.workspace(), new RunId(run)).resolve(path));
    }

    /**
     * Gives the logged models of an experiment out.
     *
     * @param experiment its name
     */
    @GET
    @Path("logged-models")
    @Audited(value = Trail.READ, kind = "export", resource = "logged models", part = "{experiment}")
    @Requires(Permission.EXPERIMENT_READ)
    public Items<TransferBody.LoggedModelBody> loggedModels(
            @QueryParam("experiment") @Nullable String experiment,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        var home = experiments.get(caller.workspace(), Bodies.needed("experiment", experiment));
        return Items.of(
                loggedModels.list(caller.workspace(), home.id(), Paging.of(page, size)),
                model -> TransferBody.LoggedModelBody.of(model, home.name()));
    }

    /** Says which of the logged models are here, and gives those out. */
    @POST
    @Path("logged-models/known")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_READ)
    public Items<TransferBody.LoggedModelBody> knownLoggedModels(TransferBody.IdsBody asked) {
        var names = new HashMap<ExperimentId, String>();
        return Items.all(
                loggedModels
                        .known(
                                caller.workspace(),
                                ids(asked).stream().map(LoggedModelId::new).toList())
                        .stream()
                        .map(model -> TransferBody.LoggedModelBody.of(model, name(model.experiment(), names)))
                        .toList());
    }

    /** Gives what was measured on a logged model out, a line for each point. */
    @GET
    @Path("logged-models/{id}/metrics")
    @Produces(JSON_LINES)
    @Requires(Permission.EXPERIMENT_READ)
    public StreamingOutput modelPoints(@PathParam("id") String id) {
        var points = runs.measuredOn(caller.workspace(), new LoggedModelId(id).value());
        return output -> {
            try (var json = lines(output)) {
                for (var point : points) {
                    json.writePOJO(TransferBody.ModelPointBody.of(point));
                }
            }
        };
    }

    /**
     * Names the files of a logged model, a line each.
     *
     * @param digests whether with the SHA-256 of each, which takes its time
     */
    @GET
    @Path("logged-models/{id}/files")
    @Produces(JSON_LINES)
    @Requires(Permission.EXPERIMENT_READ)
    public StreamingOutput loggedModelFiles(
            @PathParam("id") String id, @QueryParam("digests") @DefaultValue("false") boolean digests) {
        return list(loggedModels.filesOf(caller.workspace(), new LoggedModelId(id)), digests);
    }

    /**
     * Gives a file of a logged model out.
     *
     * @param path below the files of the model, with its slashes
     */
    @GET
    @Path("logged-models/{id}/files/{path: .+}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Audited(value = Trail.READ, kind = "file")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream"))
    @Requires(Permission.EXPERIMENT_READ)
    public Response loggedModelFile(@PathParam("id") String id, @PathParam("path") String path) throws IOException {
        return content(
                loggedModels.filesOf(caller.workspace(), new LoggedModelId(id)).resolve(path));
    }

    /** Gives an uploaded folder out, as the zip that it is. */
    @GET
    @Path("snapshots/{digest}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Audited(value = Trail.READ, kind = "snapshot")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream"))
    @Requires(value = Permission.EXPERIMENT_READ, on = Extent.WHOLE_WORKSPACE)
    public Response snapshot(@PathParam("digest") String digest) throws IOException {
        return stream(snapshots.read(new ContentDigest(digest)));
    }

    /** Gives registered models out. */
    @GET
    @Path("models")
    @Audited(value = Trail.READ, kind = "export", resource = "models")
    @Requires(Permission.MODEL_READ)
    public Items<TransferBody.ModelBody> models(
            @QueryParam("page") @Nullable String page, @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(models.models(caller.workspace(), Paging.of(page, size)), TransferBody.ModelBody::of);
    }

    /**
     * Gives the versions of a model out.
     *
     * @param model its name
     */
    @GET
    @Path("versions")
    @Audited(value = Trail.READ, kind = "export", resource = "versions")
    @Requires(Permission.MODEL_READ)
    public Items<TransferBody.VersionBody> versions(
            @QueryParam("model") @Nullable String model,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(
                models.versions(
                        caller.workspace(), new ModelName(Bodies.needed("model", model)), Paging.of(page, size)),
                TransferBody.VersionBody::of);
    }

    private String name(ExperimentId id, Map<ExperimentId, String> names) {
        return names.computeIfAbsent(
                id, each -> directory.get(caller.workspace(), each).name());
    }

    private StreamingOutput list(ArtifactPath root, boolean digests) {
        return output -> {
            try (var json = lines(output)) {
                files.walk(
                        root,
                        file -> json.writePOJO(TransferBody.FileBody.of(
                                file,
                                root.value().length(),
                                digests ? files.digest(file.path()).value() : null)));
            }
        };
    }

    private Response content(ArtifactPath path) throws IOException {
        var file = files.find(path);
        return stream(files.read(file.path()));
    }

    private static Response stream(InputStream content) {
        StreamingOutput body = output -> {
            try (content) {
                content.transferTo(output);
            }
        };
        // Always as an attachment: a run's HTML must not act in the studio's name.
        return Response.ok(body, MediaType.APPLICATION_OCTET_STREAM)
                .header("Content-Disposition", "attachment")
                .build();
    }

    private static List<String> ids(TransferBody.@Nullable IdsBody asked) {
        var ids = Bodies.orEmpty(Bodies.given(asked).ids());
        if (ids.size() > MOST_IDS) {
            throw new Refused(new Problem.TooLarge("ids", MOST_IDS, "ids"));
        }
        return ids;
    }

    private static JsonGenerator lines(OutputStream output) throws IOException {
        var json = RestJson.MAPPER.getFactory().createGenerator(output);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        // What an API answers is a tree with each root value on a line of its own.
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        return json;
    }

    private static void writeLine(JsonGenerator json, RunId run, String key, List<Metric> points) throws IOException {
        json.writeStartObject();
        json.writeStringField("run", run.value());
        json.writeStringField("key", key);
        json.writeArrayFieldStart("points");
        for (var point : points) {
            json.writeStartArray();
            json.writeNumber(point.timestamp());
            json.writeNumber(point.step());
            json.writeNumber(point.value());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
