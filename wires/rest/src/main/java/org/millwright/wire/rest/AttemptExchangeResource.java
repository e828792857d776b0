package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.compute.AttemptId;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.experiment.RunId;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/**
 * For the launcher of a job that runs on a cluster elsewhere: it fetches what it is to do, and brings what came of it. Only the
 * token of the very run is let in.
 */
@Path("workspaces/{workspace}/jobs/{run}/attempts/{attempt}")
@RequestScoped
public class AttemptExchangeResource {
    private static final int LARGEST_PIECE = 1 << 20;
    /** Of the launcher that this server gives out. */
    private static final int PROTOCOL = 1;

    @Inject
    AttemptExchange exchange;

    @Inject
    CurrentCaller caller;

    /** @param protocol of the launcher, which may be a copy that somebody laid on a cluster long ago */
    @Schema(name = "LauncherBegins")
    record Beginning(
            @Nullable String launcher,
            @Nullable String place,
            @Nullable Integer protocol) {}

    /** @param stopAfterMillis how long the program may take to end; null when it is not to end */
    @Schema(name = "LauncherOrders")
    record Orders(@Nullable Long stopAfterMillis) {}

    @Schema(name = "LauncherEnds")
    record Ending(@Nullable Integer exitCode, @Nullable Boolean timedOut) {}

    /** Says that a launcher has the attempt. Another one that comes later is turned away. */
    @POST
    @Path("begin")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Orders begin(@PathParam("run") String run, @PathParam("attempt") String attempt, Beginning given)
            throws IOException {
        var body = Bodies.given(given);
        if (body.protocol() != null && body.protocol() != PROTOCOL) {
            throw Refused.invalid(
                    "protocol",
                    "the launcher on the cluster speaks %d and this server %d; copy it there anew"
                            .formatted(body.protocol(), PROTOCOL));
        }
        exchange.begin(id(run, attempt), Bodies.needed("launcher", body.launcher()), Bodies.orEmpty(body.place()));
        return new Orders(null);
    }

    /** Reads what the launcher is to do. */
    @GET
    @Path("order")
    @Produces(MediaType.APPLICATION_JSON)
    @Audited(value = Trail.READ, kind = "job")
    @APIResponse(responseCode = "200", description = "The order, for the launcher alone.")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Response order(
            @PathParam("run") String run,
            @PathParam("attempt") String attempt,
            @HeaderParam("Authorization") String authorization)
            throws IOException {
        var id = id(run, attempt);
        var token = authorization.substring(authorization.indexOf(' ') + 1).strip();
        return Response.ok(exchange.order(id, token), MediaType.APPLICATION_JSON)
                .header("Cache-Control", "no-store")
                .build();
    }

    /** Fetches one of the files that the order names, by its number. */
    @GET
    @Path("files/{number}")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream"))
    @Audited(value = Trail.READ, kind = "file")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Response file(
            @PathParam("run") String run, @PathParam("attempt") String attempt, @PathParam("number") String number)
            throws IOException {
        var content = exchange.file(id(run, attempt), (int) counted("file", number));
        StreamingOutput body = output -> {
            try (content) {
                content.transferTo(output);
            }
        };
        return Response.ok(body, MediaType.APPLICATION_OCTET_STREAM).build();
    }

    /**
     * Brings a piece of what the program prints. Again does no harm.
     *
     * @param number of the piece, counted from 0
     */
    @PUT
    @Path("log/{number}")
    @Consumes(MediaType.WILDCARD)
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public void print(
            @PathParam("run") String run,
            @PathParam("attempt") String attempt,
            @PathParam("number") String number,
            InputStream piece)
            throws IOException {
        // One byte more than may be, so that what is too long is seen to be.
        exchange.print(id(run, attempt), counted("piece", number), piece.readNBytes(LARGEST_PIECE + 1));
    }

    /** Asks whether the program is to end. */
    @GET
    @Path("orders")
    @Produces(MediaType.APPLICATION_JSON)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Orders orders(@PathParam("run") String run, @PathParam("attempt") String attempt) throws IOException {
        return new Orders(
                exchange.orders(id(run, attempt)).map(Duration::toMillis).orElse(null));
    }

    /**
     * Brings a file that the program left, to the files of the run.
     *
     * @param path of the file, with its slashes
     */
    @PUT
    @Path("{path: (outputs|logs|environment)/.+}")
    @Consumes(MediaType.WILDCARD)
    @APIResponse(responseCode = "204", description = "It is kept.")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public void keep(
            @PathParam("run") String run,
            @PathParam("attempt") String attempt,
            @PathParam("path") String path,
            InputStream content)
            throws IOException {
        exchange.keep(id(run, attempt), path, content);
    }

    /** Says how the program ended, when all that it left has been brought. */
    @POST
    @Path("end")
    @Consumes(MediaType.APPLICATION_JSON)
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public void end(@PathParam("run") String run, @PathParam("attempt") String attempt, Ending given)
            throws IOException {
        var body = Bodies.given(given);
        exchange.finish(
                id(run, attempt),
                Bodies.needed("exit_code", body.exitCode()),
                body.timedOut() != null && body.timedOut());
    }

    private AttemptId id(String run, String attempt) {
        if (!run.equals(caller.get().run())) {
            throw new Refused(new Problem.Forbidden(
                    "look after this attempt", "the token of run '%s' is for its launcher".formatted(run)));
        }
        return new AttemptId(new RunId(run).value(), (int) counted("attempt", attempt));
    }

    private static long counted(String field, String text) {
        try {
            var number = Long.parseLong(text);
            if (number >= 0 && number < Integer.MAX_VALUE) {
                return number;
            }
        } catch (NumberFormatException no) {
            // told of below
        }
        throw Refused.invalid(field, "'%s' is no number from 0".formatted(text));
    }
}
