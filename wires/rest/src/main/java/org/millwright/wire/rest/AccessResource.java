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
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.Permission;
import org.millwright.access.app.Credentials;
import org.millwright.access.model.Credential;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** The caller's own credentials: personal tokens, and one-time links for signing in with a browser. */
@Path("")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class AccessResource {
    @Inject
    Credentials credentials;

    @Inject
    CurrentCaller caller;

    @Inject
    ServerSettings settings;

    /** Makes a one-time link that signs the caller in to the studio. */
    @POST
    @Path("sign-in-links")
    @Consumes(MediaType.WILDCARD)
    @APIResponseSchema(value = LinkBody.class, responseCode = "201")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public Response signInLink() {
        var link = credentials.issueSignInLink(caller.get().principal());
        return created(LinkBody.of(link, settings));
    }

    /** Lists the caller's tokens, without their secrets. */
    @GET
    @Path("tokens")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public Items<TokenBody> tokens() {
        return Items.all(credentials.tokensOf(caller.get().principal()).stream()
                .map(token -> TokenBody.of(token, null))
                .toList());
    }

    /** Makes a personal token. Its secret is in this answer and in no other. */
    @POST
    @Path("tokens")
    @APIResponseSchema(value = TokenBody.class, responseCode = "201")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public Response createToken(NewToken wanted) {
        var name = Bodies.needed("name", Bodies.given(wanted).name());
        var days = wanted.lifetimeDays();
        var issued =
                credentials.issueToken(caller.get().principal(), name, days == null ? null : Duration.ofDays(days));
        return created(TokenBody.of(issued.credential(), issued.secret()));
    }

    /**
     * Ends a token at once.
     *
     * @param id of the token
     */
    @DELETE
    @Path("tokens/{id}")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public void revokeToken(@PathParam("id") String id) {
        credentials.revoke(caller.get().principal(), credentialId(id));
    }

    /** Signs the caller out of every browser. Tokens stay. */
    @DELETE
    @Path("sessions")
    @Requires(Permission.OWN_CREDENTIALS)
    public void signOutEverywhere() {
        credentials.endSessions(caller.get().principal());
    }

    private static CredentialId credentialId(String text) {
        try {
            return new CredentialId(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            throw Refused.notFound("credential", text);
        }
    }

    private static Response created(Object body) {
        return Response.status(Response.Status.CREATED).entity(body).build();
    }

    @Schema(name = "SignInLink")
    record LinkBody(String url, @Nullable Instant expiresAt) {
        static LinkBody of(Credentials.Issued link, ServerSettings settings) {
            return new LinkBody(
                    settings.publicUrl() + "/studio/sign-in?link=" + link.secret(),
                    link.credential().expiresAt());
        }
    }

    @Schema(requiredProperties = "name", examples = "{\"name\": \"laptop\", \"lifetime_days\": 90}")
    record NewToken(@Nullable String name, @Nullable Integer lifetimeDays) {}

    record TokenBody(
            String id,
            String name,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt,
            @Nullable String secret) {
        static TokenBody of(Credential credential, @Nullable String secret) {
            return new TokenBody(
                    credential.id().toString(),
                    credential.name(),
                    credential.createdAt(),
                    credential.expiresAt(),
                    credential.lastUsedAt(),
                    credential.revokedAt(),
                    secret);
        }
    }
}
