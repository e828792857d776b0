package org.millwright.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.WorkspaceSettings;
import org.millwright.workspace.app.WorkspaceLifecycle;
import org.millwright.workspace.app.Workspaces;
import org.millwright.workspace.model.Workspace;

/** The workspaces of this server that the caller may read. */
@Path("workspaces")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class WorkspacesResource {
    /** Stands where a number of days would. */
    private static final String NEVER = "never";

    @Inject
    Workspaces workspaces;

    @Inject
    WorkspaceLifecycle lifecycle;

    @Inject
    CurrentCaller caller;

    /** Lists the workspaces that the caller may read, or holds a role on something in. */
    @GET
    @Requires(value = Permission.WORKSPACE_READ, on = Extent.ANYWHERE)
    public Items<WorkspaceBody> list() {
        return Items.all(workspaces.list().stream()
                .filter(workspace -> caller.get().maySomewhereIn(Permission.WORKSPACE_READ, workspace.name()))
                .map(WorkspaceBody::of)
                .toList());
    }

    /** Reads a workspace. */
    @GET
    @Path("{workspace}")
    @Requires(Permission.WORKSPACE_READ)
    public WorkspaceBody get(@PathParam("workspace") String workspace) {
        return WorkspaceBody.of(workspaces.get(new WorkspaceName(workspace)));
    }

    /** Changes the settings of a workspace that are given and leaves the others. */
    @PATCH
    @Path("{workspace}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Requires(Permission.WORKSPACE_WRITE)
    public WorkspaceBody change(@PathParam("workspace") String workspace, Change given) {
        var wanted = Bodies.needed("settings", Bodies.given(given).settings());
        var days = wanted.retentionDays();
        var freeze = wanted.freezeRegisteredRuns();
        return WorkspaceBody.of(workspaces.decide(new WorkspaceName(workspace), settings -> {
            var next = days == null ? settings : settings.withRetentionDays(days(days));
            return freeze == null ? next : next.withFreezeRegisteredRuns(freeze);
        }));
    }

    private static @Nullable Integer days(JsonNode value) {
        if (value.isTextual() && value.textValue().equals(NEVER)) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            return value.intValue();
        }
        throw Refused.invalid("settings.retention_days", "a whole number of days, or \"never\"");
    }

    @Schema(
            name = "WorkspaceChange",
            requiredProperties = "settings",
            examples = "{\"settings\": {\"retention_days\": 90, \"freeze_registered_runs\": true}}")
    record Change(@Nullable SettingsChange settings) {}

    /** @param retentionDays a number, or the text never */
    @Schema(name = "WorkspaceSettingsChange")
    record SettingsChange(
            @Schema(anyOf = {Integer.class, String.class}) @Nullable
            JsonNode retentionDays,

            @Nullable Boolean freezeRegisteredRuns) {}

    /** @param retentionDays a number, or the text never */
    @Schema(name = "WorkspaceSettings")
    record SettingsBody(
            @Schema(anyOf = {Integer.class, String.class}) Object retentionDays, boolean freezeRegisteredRuns) {
        static SettingsBody of(WorkspaceSettings settings) {
            var days = settings.retentionDays();
            return new SettingsBody(days == null ? NEVER : days, settings.freezeRegisteredRuns());
        }
    }

    /** Makes a workspace. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @APIResponseSchema(value = WorkspaceBody.class, responseCode = "201")
    @Requires(value = Permission.WORKSPACES_MANAGE, on = Extent.SERVER)
    public Response create(CreateBody body) {
        var created = lifecycle.create(
                new WorkspaceName(Bodies.needed("name", Bodies.given(body).name())),
                Bodies.orEmpty(body.description()));
        return Response.status(Response.Status.CREATED)
                .entity(WorkspaceBody.of(created))
                .build();
    }

    /** Deletes an empty workspace. Refused, and nothing is lost, while it holds anything. */
    @DELETE
    @Path("{workspace}")
    @Requires(value = Permission.WORKSPACES_MANAGE, on = Extent.SERVER)
    public void delete(@PathParam("workspace") String workspace) {
        lifecycle.delete(new WorkspaceName(workspace));
    }

    @Schema(
            name = "NewWorkspace",
            requiredProperties = "name",
            examples = "{\"name\": \"risk\", \"description\": \"Models of the risk team\"}")
    record CreateBody(@Nullable String name, @Nullable String description) {}

    record WorkspaceBody(
            String name,
            String description,
            String subscription,
            String resourceGroup,
            String region,
            Map<String, String> tags,
            SettingsBody settings,
            Instant createdAt) {
        static WorkspaceBody of(Workspace workspace) {
            return new WorkspaceBody(
                    workspace.name().value(),
                    workspace.description(),
                    workspace.subscription(),
                    workspace.resourceGroup(),
                    workspace.region(),
                    workspace.tags(),
                    SettingsBody.of(workspace.settings()),
                    workspace.createdAt());
        }
    }
}
