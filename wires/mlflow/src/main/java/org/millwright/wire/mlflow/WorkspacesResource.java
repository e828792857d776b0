package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.WorkspaceLifecycle;
import org.millwright.workspace.app.Workspaces;
import org.millwright.workspace.model.Workspace;

/** MLflow's {@code workspaces} (3.x). Where files lie is the server's choice, so a workspace has no artifact root. */
@Path("3.0/mlflow/workspaces")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class WorkspacesResource {
    private static final String RESTRICT = "RESTRICT";

    @Inject
    Workspaces workspaces;

    @Inject
    WorkspaceLifecycle lifecycle;

    @Inject
    CurrentCaller caller;

    record Body(String name, @Nullable String description) {
        static Body of(Workspace workspace) {
            return new Body(
                    WorkspaceNames.of(workspace.name()),
                    workspace.description().isEmpty() ? null : workspace.description());
        }
    }

    record Create(
            @Nullable String name,
            @Nullable String description,
            @Nullable String defaultArtifactRoot) {}

    record Update(@Nullable String description, @Nullable String defaultArtifactRoot) {}

    record One(Body workspace) {}

    record Found(List<Body> workspaces) {}

    @GET
    @Requires(value = Permission.WORKSPACE_READ, on = Extent.ANYWHERE)
    public Found list() {
        return new Found(workspaces.list().stream()
                .filter(workspace -> caller.get().maySomewhereIn(Permission.WORKSPACE_READ, workspace.name()))
                .map(Body::of)
                .toList());
    }

    @POST
    @Requires(value = Permission.WORKSPACES_MANAGE, on = Extent.SERVER)
    public Response create(Create request) {
        var name = new WorkspaceName(Required.text("name", request.name()));
        ArtifactUri.requireOwnStore("default_artifact_root", Required.orEmpty(request.defaultArtifactRoot()));
        var created = lifecycle.create(name, Required.orEmpty(request.description()));
        return Response.status(Response.Status.CREATED)
                .entity(new One(Body.of(created)))
                .build();
    }

    @GET
    @Path("{name}")
    @Requires(value = Permission.WORKSPACE_READ, on = Extent.ANYWHERE)
    public One get(@PathParam("name") String name) {
        return new One(Body.of(workspaces.get(visible(name, Permission.WORKSPACE_READ))));
    }

    @PATCH
    @Path("{name}")
    @Requires(value = Permission.WORKSPACE_READ, on = Extent.ANYWHERE)
    public One update(@PathParam("name") String name, Update request) {
        var workspace = visible(name, Permission.WORKSPACE_WRITE);
        ArtifactUri.requireOwnStore("default_artifact_root", Required.orEmpty(request.defaultArtifactRoot()));
        if (request.description() == null && request.defaultArtifactRoot() == null) {
            throw new RequestRefused(MlflowError.invalid("Workspace update must have at least one key"));
        }
        var description = request.description();
        return new One(Body.of(
                description == null
                        ? workspaces.get(workspace)
                        : Repeat.onStale(() -> lifecycle.describe(workspace, description))));
    }

    /** Only an empty one: nobody deletes a team's work with one call. */
    @DELETE
    @Path("{name}")
    @Requires(value = Permission.WORKSPACES_MANAGE, on = Extent.SERVER)
    public Response delete(@PathParam("name") String name, @QueryParam("mode") @Nullable String mode) {
        if (mode != null && !mode.isEmpty() && !mode.equals(RESTRICT)) {
            throw new RequestRefused(MlflowError.invalid(
                    "mode",
                    MlflowJson.quoted(mode),
                    "this server deletes empty workspaces only, which is " + RESTRICT));
        }
        lifecycle.delete(visible(name, Permission.WORKSPACE_READ));
        return Response.noContent().build();
    }

    /** Who may not see a workspace does not learn that it is there. */
    private WorkspaceName visible(String name, Permission needed) {
        var workspace = WorkspaceNames.parse(name);
        if (!caller.get().maySomewhereIn(Permission.WORKSPACE_READ, workspace)) {
            throw Refused.notFound("workspace", name);
        }
        caller.get().requireSomewhereIn(needed, workspace);
        return workspace;
    }
}
