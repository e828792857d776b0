package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.util.List;
import java.util.Map;
import org.millwright.access.Permission;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Public;
import org.millwright.wire.http.Requires;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;

/** What clients of 3.x ask about the server itself: what it can do, and which workspaces it has. */
@Path("3.0/mlflow")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class ServerInfoResource {
    @Inject
    Workspaces workspaces;

    @Inject
    CurrentCaller caller;

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

    record WorkspaceBody(String name) {}

    record One(WorkspaceBody workspace) {}

    record Found(List<WorkspaceBody> workspaces) {}

    @GET
    @Path("server-info")
    @Public("It says what any client can find out by trying, and nothing about anybody's work")
    public Info info() {
        return new Info("SqlStore", true, false, false, false, false, false, Map.of());
    }

    @GET
    @Path("workspaces")
    @Requires(Permission.WORKSPACE_READ)
    public Found workspaces() {
        return new Found(workspaces.list().stream()
                .filter(workspace -> caller.get().may(Permission.WORKSPACE_READ, workspace.name()))
                .map(workspace -> new WorkspaceBody(workspace.name().value()))
                .toList());
    }

    @GET
    @Path("workspaces/{name}")
    @Requires(Permission.WORKSPACE_READ)
    public One workspace(@PathParam("name") String name) {
        var workspace = new WorkspaceName(name);
        if (!caller.get().may(Permission.WORKSPACE_READ, workspace)) {
            throw Refused.notFound("workspace", name);
        }
        return new One(new WorkspaceBody(workspaces.get(workspace).name().value()));
    }
}
