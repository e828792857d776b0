package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.millwright.access.Permission;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.app.Snapshots;
import org.millwright.wire.http.Requires;

/** Uploads of code and input folders, each a zip under the SHA-256 of its bytes. */
@Path("workspaces/{workspace}/snapshots/{digest}")
@RequestScoped
public class SnapshotsResource {
    @Inject
    Snapshots snapshots;

    /** Says whether the folder was uploaded before. */
    @HEAD
    @APIResponse(responseCode = "200", description = "It was.")
    @Requires(Permission.JOB_SUBMIT)
    public Response exists(@PathParam("digest") String digest) throws IOException {
        return Response.status(snapshots.exists(new ContentDigest(digest)) ? 200 : 404)
                .build();
    }

    /** Uploads a folder as a zip under the SHA-256 of its bytes. Again does no harm. */
    @PUT
    @Consumes(MediaType.WILDCARD)
    @APIResponse(responseCode = "201", description = "It is there.")
    @Requires(Permission.JOB_SUBMIT)
    public Response put(@PathParam("digest") String digest, InputStream zip) throws IOException {
        snapshots.put(new ContentDigest(digest), zip);
        return Response.status(Response.Status.CREATED).build();
    }
}
