package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.wire.http.Public;

/** The script by which clusters elsewhere run jobs. */
@Path("launcher")
@RequestScoped
public class LauncherResource {

    /** Fetches the script; where a cluster does not reach this server, lay it on the cluster's own storage. */
    @GET
    @Path("millwright_launcher.py")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "text/x-python"))
    @Public("It is the same for every job and holds no secret, and a cluster fetches it before it has a ticket")
    public Response launcher() {
        return Response.ok(AttemptExchange.launcher(), "text/x-python;charset=UTF-8")
                .header("Content-Disposition", "attachment; filename=\"millwright_launcher.py\"")
                .build();
    }
}
