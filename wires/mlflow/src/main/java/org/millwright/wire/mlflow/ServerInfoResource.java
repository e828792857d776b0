package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.Map;
import org.millwright.wire.http.Public;

/** What clients of 3.x ask about the server itself: what it can do. */
@Path("3.0/mlflow")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class ServerInfoResource {
    /** @param storeType MLflow knows two kinds; ours is a database */
    record Info(
            String storeType,
            boolean workspacesEnabled,
            boolean traceArchivalEnabled,
            boolean multipartUploadsEnabled,
            boolean multipartDownloadsEnabled,
            boolean presignedUploadRunIdSupported,
            boolean presignedUploadModelIdSupported,
            Map<String, Boolean> featuresEnabled) {}

    @GET
    @Path("server-info")
    @Public("It says what any client can find out by trying, and nothing about anybody's work")
    public Info info() {
        return new Info("SqlStore", true, false, false, false, false, false, Map.of());
    }
}
