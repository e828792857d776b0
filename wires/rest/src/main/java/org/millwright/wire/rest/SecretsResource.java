package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.secret.SecretName;
import org.millwright.secret.app.WorkspaceSecrets;
import org.millwright.secret.model.WorkspaceSecret;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The secrets of a workspace: their names, and the way in for their values. There is no way out but into a job. */
@Path("workspaces/{workspace}/secrets")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class SecretsResource {
    @Inject
    WorkspaceSecrets secrets;

    @Inject
    CurrentCaller caller;

    /** Lists the secrets of a workspace, without their values. */
    @GET
    @Requires(Permission.SECRET_READ)
    public Items<SecretBody> list() {
        return Items.all(
                secrets.list(caller.workspace()).stream().map(SecretBody::of).toList());
    }

    /** Reads who set a secret and when it was used, and not its value. */
    @GET
    @Path("{secret}")
    @Requires(Permission.SECRET_READ)
    public SecretBody get(@PathParam("secret") String name) {
        return SecretBody.of(secrets.get(caller.workspace(), new SecretName(name)));
    }

    /** Sets a secret, also when there is one of that name. */
    @PUT
    @Path("{secret}")
    @Requires(Permission.SECRET_WRITE)
    public SecretBody set(@PathParam("secret") String name, NewSecret given) {
        return SecretBody.of(secrets.set(
                caller.workspace(),
                new SecretName(name),
                Bodies.needed("value", Bodies.given(given).value()),
                caller.get().principal()));
    }

    /** Deletes a secret. Jobs that wait and ask for it will fail. */
    @DELETE
    @Path("{secret}")
    @Requires(Permission.SECRET_WRITE)
    public void delete(@PathParam("secret") String name) {
        secrets.delete(caller.workspace(), new SecretName(name));
    }

    /** @param value 4 characters to 25 KB of text; nobody can read it back */
    @Schema(requiredProperties = "value", examples = """
            {"value": "correct horse battery staple"}""")
    record NewSecret(@Nullable String value) {
        /** Without the value: what is printed ends in logs. */
        @Override
        public String toString() {
            return "NewSecret";
        }
    }

    /**
     * A secret, without its value.
     *
     * @param setBy who gave it its present value
     * @param lastUsedBy the job that got it last
     */
    @Schema(name = "Secret")
    record SecretBody(
            String name,
            String setBy,
            Instant setAt,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedBy) {
        static SecretBody of(WorkspaceSecret secret) {
            return new SecretBody(
                    secret.name().value(),
                    secret.setBy().value(),
                    secret.setAt(),
                    secret.createdAt(),
                    secret.lastUsedAt(),
                    secret.lastUsedBy());
        }
    }
}
