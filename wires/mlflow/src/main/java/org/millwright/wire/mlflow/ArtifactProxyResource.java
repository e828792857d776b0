package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code mlflow-artifacts}: files up and down through the server, streamed, never whole in memory. */
@Path("2.0/mlflow-artifacts")
@ApplicationScoped
public class ArtifactProxyResource {
    @Inject
    RunArtifacts artifacts;

    @Inject
    CurrentCaller caller;

    @Context
    HttpHeaders request;

    private static final String CONTENT_RANGE = "Content-Range";
    private static final int BUFFER_BYTES = 128 * 1024;

    record Listing(List<FileBody> files) {}

    /** Base names only, unlike the listing by run. */
    @GET
    @Path("artifacts")
    @Produces(APPLICATION_JSON)
    @Requires(Permission.EXPERIMENT_READ)
    public Listing list(@QueryParam("path") @Nullable String path) throws IOException {
        var folder = new ArtifactPath(stripped(Required.text("path", path)));
        return new Listing(artifacts.list(caller.workspace(), folder).stream()
                .map(file -> FileBody.of(file.path().name(), file))
                .toList());
    }

    @GET
    @Path("artifacts/{path: .+}")
    @Produces(MediaType.WILDCARD)
    @Audited(value = Trail.READ, kind = "file")
    @Requires(Permission.EXPERIMENT_READ)
    public Response download(@PathParam("path") String path) throws IOException {
        var workspace = caller.workspace();
        var file = artifacts.find(workspace, new ArtifactPath(stripped(path)));
        if (file.folder()) {
            throw Refused.notFound("file", path);
        }
        var size = file.size();
        // There is nothing to tell one state of a file from another by, so If-Range never holds.
        var asked = request.getHeaderString("If-Range") == null ? request.getHeaderString("Range") : null;
        var range = ByteRange.of(asked, size);
        if (range.isPresent() && !range.get().isInside(size)) {
            return Response.status(Response.Status.REQUESTED_RANGE_NOT_SATISFIABLE)
                    .header(CONTENT_RANGE, "bytes */" + size)
                    .build();
        }
        var part = range.orElse(new ByteRange(0, size - 1));
        var content = artifacts.read(workspace, file.path(), part.first());
        StreamingOutput copy = output -> {
            try (content) {
                copy(content, output, part.length());
            }
        };
        var answer = range.isPresent()
                ? Response.status(Response.Status.PARTIAL_CONTENT).entity(copy).header(CONTENT_RANGE, part.of(size))
                : Response.ok(copy);
        return answer.header(HttpHeaders.CONTENT_TYPE, contentType(file.path().name()))
                .header(HttpHeaders.CONTENT_LENGTH, part.length())
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CONTENT_DISPOSITION, attachment(file.path().name()))
                // A page that somebody uploaded must not run in the reader's session.
                .header("Content-Security-Policy", "sandbox")
                .build();
    }

    @PUT
    @Path("artifacts/{path: .+}")
    @Consumes(MediaType.WILDCARD)
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Response upload(@PathParam("path") String path, InputStream content) throws IOException {
        artifacts.write(caller.workspace(), new ArtifactPath(stripped(path)), content);
        return Response.ok().build();
    }

    @DELETE
    @Path("artifacts/{path: .+}")
    @Produces(APPLICATION_JSON)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty delete(@PathParam("path") String path) throws IOException {
        artifacts.delete(caller.workspace(), new ArtifactPath(stripped(path)));
        return Empty.DONE;
    }

    /** Clients then upload in one request. */
    @POST
    @Path("mpu/{step: create|complete|abort}/{path: .+}")
    @Produces(APPLICATION_JSON)
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty multipart(@PathParam("step") String step, @PathParam("path") String path) {
        throw new Refused(new Problem.NotSupported("Multipart upload", "PUT the file in one request"));
    }

    /** Clients then download in one request. */
    @GET
    @Path("presigned/{path: .+}")
    @Produces(APPLICATION_JSON)
    @Requires(Permission.EXPERIMENT_READ)
    public Empty presigned(@PathParam("path") String path) {
        throw new Refused(new Problem.NotSupported("A presigned URL", "GET the file in one request"));
    }

    private static void copy(InputStream from, OutputStream to, long length) throws IOException {
        var buffer = new byte[(int) Math.min(length, BUFFER_BYTES)];
        for (var left = length; left > 0; ) {
            var read = from.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                // The file is replaced by a shorter one only whole, so this one was cut: the client must notice.
                throw new EOFException("%d bytes are missing".formatted(left));
            }
            to.write(buffer, 0, read);
            left -= read;
        }
    }

    /** Some clients end folders with a slash. */
    static String stripped(String path) {
        var end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static String contentType(String name) {
        if (name.equals("MLmodel") || name.matches(".*\\.(txt|log|md|yaml|yml|py|csv|cfg|conf)")) {
            return "text/plain";
        }
        var guessed = URLConnection.guessContentTypeFromName(name);
        return guessed == null ? MediaType.APPLICATION_OCTET_STREAM : guessed;
    }

    /** RFC 6266: the plain name for old readers, the encoded one for those that can. */
    private static String attachment(String name) {
        var plain = name.replaceAll("[^A-Za-z0-9 ._-]", "_");
        var encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return "attachment; filename=\"%s\"; filename*=UTF-8''%s".formatted(plain, encoded);
    }
}
