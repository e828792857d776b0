package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Map;
import org.millwright.access.Permission;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;
import org.millwright.workspace.model.Workspace;

/** The workspaces of this server that the caller may read. */
@Path("workspaces")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class WorkspacesResource {
    @Inject
    Workspaces workspaces;

    @Inject
    CurrentCaller caller;

    @GET
    @Requires(Permission.WORKSPACE_READ)
    public Items<WorkspaceBody> list() {
        return Items.all(workspaces.list().stream()
                .filter(workspace -> caller.get().may(Permission.WORKSPACE_READ, workspace.name()))
                .map(WorkspaceBody::of)
                .toList());
    }

    @GET
    @Path("{workspace}")
    @Requires(Permission.WORKSPACE_READ)
    public WorkspaceBody get(@PathParam("workspace") String workspace) {
        return WorkspaceBody.of(workspaces.get(new WorkspaceName(workspace)));
    }

    record WorkspaceBody(
            String name,
            String description,
            String subscription,
            String resourceGroup,
            String region,
            Map<String, String> tags,
            Instant createdAt) {
        static WorkspaceBody of(Workspace workspace) {
            return new WorkspaceBody(
                    workspace.name().value(),
                    workspace.description(),
                    workspace.subscription(),
                    workspace.resourceGroup(),
                    workspace.region(),
                    workspace.tags(),
                    workspace.createdAt());
        }
    }
}
