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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
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
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** MLflow's {@code mlflow-artifacts}: files up and down through the server, streamed, never whole in memory. */
@Path("2.0/mlflow-artifacts")
@ApplicationScoped
public class ArtifactProxyResource {
    @Inject
    RunArtifacts artifacts;

    @Inject
    CurrentCaller caller;

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
    @Requires(Permission.EXPERIMENT_READ)
    public Response download(@PathParam("path") String path) throws IOException {
        var workspace = caller.workspace();
        var file = artifacts.find(workspace, new ArtifactPath(stripped(path)));
        if (file.folder()) {
            throw Refused.notFound("file", path);
        }
        var content = artifacts.read(workspace, file.path(), 0);
        StreamingOutput copy = output -> {
            try (content) {
                content.transferTo(output);
            }
        };
        return Response.ok(copy)
                .header(HttpHeaders.CONTENT_TYPE, contentType(file.path().name()))
                .header(HttpHeaders.CONTENT_LENGTH, file.size())
                .header(HttpHeaders.CONTENT_DISPOSITION, attachment(file.path().name()))
                // A page that somebody uploaded must not run in the reader's session.
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "sandbox")
                .build();
    }

    @PUT
    @Path("artifacts/{path: .+}")
    @Consumes(MediaType.WILDCARD)
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
