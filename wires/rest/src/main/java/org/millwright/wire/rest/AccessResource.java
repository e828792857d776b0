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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.app.Credentials;
import org.millwright.access.model.Credential;
import org.millwright.access.model.TokenScope;
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
        var link = credentials.issueSignInLink(caller.get());
        return created(LinkBody.of(link, settings));
    }

    /**
     * Lists somebody's tokens, without their secrets.
     *
     * @param principal whose; the caller's own when it is left out. Another's needs ACCESS_READ on the server
     */
    @GET
    @Path("tokens")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public Items<TokenBody> tokens(@QueryParam("principal") @Nullable String principal) {
        var by = caller.get();
        var whose = principal == null ? by.principal() : new PrincipalId(principal);
        return Items.all(credentials.tokensOf(by, whose).stream()
                .map(token -> TokenBody.of(token, null))
                .toList());
    }

    /**
     * Makes a personal token, which carries at most what the credential carries that asks for it. Its secret is in this answer
     * and in no other.
     */
    @POST
    @Path("tokens")
    @APIResponseSchema(value = TokenBody.class, responseCode = "201")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public Response createToken(NewToken wanted) {
        var name = Bodies.needed("name", Bodies.given(wanted).name());
        var issued = credentials.issueToken(
                caller.get(), name, TokenScope.of(Bodies.orEmpty(wanted.scope())), Bodies.days(wanted.lifetimeDays()));
        return created(TokenBody.of(issued.credential(), issued.secret()));
    }

    /**
     * Ends a token at once: one's own, or anybody's with ACCESS_MANAGE on the server.
     *
     * @param id of the token
     */
    @DELETE
    @Path("tokens/{id}")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public void revokeToken(@PathParam("id") String id) {
        credentials.revoke(caller.get(), Bodies.credentialId(id));
    }

    /** Signs the caller out of every browser. Tokens stay. */
    @DELETE
    @Path("sessions")
    @Requires(Permission.OWN_CREDENTIALS)
    public void signOutEverywhere() {
        credentials.endSessions(caller.get().principal());
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

    /**
     * A token before it is one.
     *
     * @param scope words that confine it: read-only, tracking or jobs, permissions such as MODEL_READ, and workspace:NAME; all
     *     that the caller may do when it is left out
     */
    @Schema(
            requiredProperties = "name",
            examples = "{\"name\": \"laptop\", \"lifetime_days\": 90, \"scope\": [\"tracking\", \"workspace:main\"]}")
    record NewToken(
            @Nullable String name,
            @Nullable Integer lifetimeDays,
            @Nullable List<String> scope) {}

    /**
     * A token.
     *
     * @param scope what it is confined to; empty when it may do what its owner may
     */
    record TokenBody(
            String id,
            String name,
            String principal,
            List<String> scope,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedFrom,
            @Nullable Instant revokedAt,
            @Nullable String secret) {
        static TokenBody of(Credential credential, @Nullable String secret) {
            return new TokenBody(
                    credential.id().toString(),
                    credential.name(),
                    credential.principal().value(),
                    TokenScope.words(credential.confinement()),
                    credential.createdAt(),
                    credential.expiresAt(),
                    credential.lastUsedAt(),
                    credential.lastUsedFrom(),
                    credential.revokedAt(),
                    secret);
        }
    }
}
