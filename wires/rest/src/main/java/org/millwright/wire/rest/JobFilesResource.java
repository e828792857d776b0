package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.millwright.access.Permission;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.data.StoredFile;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.app.RunLogs;
import org.millwright.experiment.app.Snapshots;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** What a run was given and what it wrote: its code, its log while it is printed, and its files. */
@Path("workspaces/{workspace}/jobs")
@RequestScoped
public class JobFilesResource {
    private static final int LOG_BYTES = 256 * 1024;
    private static final int LONGEST_WAIT_SECONDS = 20;
    private static final long LOOK_AGAIN_MILLIS = 100;

    @Inject
    RunLogs logs;

    @Inject
    RunArtifacts artifacts;

    @Inject
    RunLifecycle runs;

    @Inject
    Snapshots snapshots;

    @Inject
    CurrentCaller caller;

    /**
     * Reads what the run printed, from an offset on, at most 256 KiB at once.
     *
     * @param rank of several processes, the one whose output is wanted, from 0
     * @param attempt of several tries, the one whose output is wanted, from 1; 0 for the last
     * @param offset in bytes
     * @param wait at most so many seconds for something new; 0 to 20
     */
    @GET
    @Path("{run}/log")
    @Produces(MediaType.TEXT_PLAIN)
    @APIResponseSchema(value = String.class, responseCode = "200")
    @Requires(Permission.EXPERIMENT_READ)
    public Response log(
            @PathParam("run") String run,
            @QueryParam("rank") @DefaultValue("0") int rank,
            @QueryParam("attempt") @DefaultValue("0") int attempt,
            @QueryParam("offset") @DefaultValue("0") long offset,
            @QueryParam("wait") @DefaultValue("0") int wait)
            throws IOException, InterruptedException {
        if (offset < 0) {
            throw Refused.invalid("offset", "not below 0");
        }
        if (wait < 0 || wait > LONGEST_WAIT_SECONDS) {
            throw Refused.invalid("wait", "0 to %d seconds".formatted(LONGEST_WAIT_SECONDS));
        }
        var id = new RunId(run);
        var chunk = logs.read(caller.workspace(), id, rank, attempt, offset, LOG_BYTES);
        for (var waited = 0L; waited < wait * 1000L && isSilent(chunk); waited += LOOK_AGAIN_MILLIS) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            chunk = logs.read(caller.workspace(), id, rank, attempt, offset, LOG_BYTES);
        }
        return Response.ok(chunk.bytes(), "text/plain;charset=UTF-8")
                .header("X-Millwright-Log-Offset", chunk.nextOffset())
                .header("X-Millwright-Log-Complete", chunk.complete())
                .build();
    }

    /**
     * Lists a folder of the files that the run wrote.
     *
     * @param path of the folder; the topmost when left out
     */
    @GET
    @Path("{run}/files")
    @Produces(MediaType.APPLICATION_JSON)
    @Requires(Permission.EXPERIMENT_READ)
    public Items<FileBody> list(@PathParam("run") String run, @QueryParam("path") @DefaultValue("") String path)
            throws IOException {
        var root = root(run);
        return Items.all(artifacts.list(caller.workspace(), root.resolve(path)).stream()
                .map(file -> FileBody.of(file, root))
                .toList());
    }

    /**
     * Reads a file that the run wrote.
     *
     * @param path of the file, with its slashes
     */
    @GET
    @Path("{run}/files/{path: .+}")
    @Audited(value = Trail.READ, kind = "file")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream"))
    @Requires(Permission.EXPERIMENT_READ)
    public Response read(@PathParam("run") String run, @PathParam("path") String path) throws IOException {
        var file = artifacts.find(caller.workspace(), root(run).resolve(path));
        if (file.folder()) {
            throw Refused.invalid("path", "'%s' is a folder".formatted(path));
        }
        var content = artifacts.read(caller.workspace(), file.path(), 0);
        StreamingOutput body = output -> {
            try (content) {
                content.transferTo(output);
            }
        };
        // Always as an attachment: a run's HTML must not act in the studio's name.
        return Response.ok(body, MediaType.APPLICATION_OCTET_STREAM)
                .header("Content-Length", file.size())
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"" + plain(file.path().name()) + "\"")
                .build();
    }

    /**
     * Reads what was sent along with the run as its code or as the files of an input: a zip.
     *
     * @param digest the SHA-256 of its bytes
     */
    @GET
    @Path("{run}/snapshots/{digest}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Audited(value = Trail.READ, kind = "snapshot")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream"))
    @Requires(Permission.EXPERIMENT_READ)
    public Response snapshot(@PathParam("run") String run, @PathParam("digest") String digest) throws IOException {
        var wanted = new ContentDigest(digest);
        var job = runs.get(caller.workspace(), new RunId(run)).job();
        if (job == null || !job.isGiven(wanted)) {
            throw Refused.notFound("snapshot", digest);
        }
        var content = snapshots.read(wanted);
        StreamingOutput body = output -> {
            try (content) {
                content.transferTo(output);
            }
        };
        return Response.ok(body).build();
    }

    private ArtifactPath root(String run) {
        return artifacts.rootOf(caller.workspace(), new RunId(run));
    }

    private static boolean isSilent(RunLogs.Chunk chunk) {
        return chunk.bytes().length == 0 && !chunk.complete();
    }

    private static String plain(String name) {
        return name.replaceAll("[^\\w.\\- ]", "_");
    }

    @Schema(name = "RunFile")
    record FileBody(String path, boolean folder, long size, Instant modifiedAt) {
        static FileBody of(StoredFile file, ArtifactPath root) {
            return new FileBody(
                    file.path().value().substring(root.value().length() + 1),
                    file.folder(),
                    file.size(),
                    file.modifiedAt());
        }
    }
}
