package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.secret.app.KeyRotation;
import org.millwright.secret.model.KeyId;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** The keys that seal secrets, of which only the names are ever told. */
@Path("")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class SecretKeysResource {
    @Inject
    KeyRotation rotation;

    /** Shows the keys that seal secrets, and how many values need each. */
    @GET
    @Path("secret-keys")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public StatusBody status() {
        return StatusBody.of(rotation.status());
    }

    /** Begins a rotation of the keys. What is sealed is wrapped by the new primary key in the background. */
    @POST
    @Path("secret-key-rotations")
    @APIResponseSchema(value = StatusBody.class, responseCode = "202")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public Response rotate(Rotation given) {
        if (Bodies.given(given).existing() == Boolean.TRUE) {
            rotation.adopt();
        } else {
            rotation.rotate();
        }
        return Response.status(Response.Status.ACCEPTED).entity(status()).build();
    }

    /** Removes a key that no value needs any more. */
    @DELETE
    @Path("secret-keys/{key: .+}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void remove(@PathParam("key") String key) {
        rotation.remove(new KeyId(key));
    }

    /** @param existing take over the newest key where keys are kept, instead of making one */
    @Schema(name = "KeyRotation", examples = """
            {"existing": false}""")
    record Rotation(@Nullable Boolean existing) {}

    /**
     * A key that seals secrets.
     *
     * @param source where it is kept; absent when this server has not the key, and cannot open what it sealed
     * @param removable whether this server may remove it now
     * @param values how many need it
     */
    @Schema(name = "SecretKey")
    record KeyBody(String id, @Nullable String source, boolean primary, boolean removable, long values) {
        static KeyBody of(KeyRotation.KeyUse use) {
            var key = use.key();
            return new KeyBody(
                    use.id().value(),
                    key == null ? null : key.source(),
                    key != null && key.primary(),
                    key != null && key.removable() && use.values() == 0,
                    use.values());
        }
    }

    /**
     * The keys that seal secrets.
     *
     * @param primary seals what is sealed now
     * @param pending how many values are not sealed with the primary key
     * @param trouble why some stay so
     */
    @Schema(name = "SecretKeys")
    record StatusBody(
            String primary,
            List<KeyBody> keys,
            long pending,
            @Nullable String trouble) {
        static StatusBody of(KeyRotation.Status status) {
            return new StatusBody(
                    status.primary().value(),
                    status.keys().stream().map(KeyBody::of).toList(),
                    status.pending(),
                    status.trouble());
        }
    }
}
