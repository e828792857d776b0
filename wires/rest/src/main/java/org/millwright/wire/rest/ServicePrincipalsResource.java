package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
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
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.app.ServicePrincipals;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.Credential;
import org.millwright.access.model.FederatedTrust;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** Service principals: programs that sign in for themselves, by a secret, a certificate, or a token of somebody they trust. */
@Path("service-principals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class ServicePrincipalsResource {
    @Inject
    ServicePrincipals services;

    @Inject
    CurrentCaller caller;

    /**
     * Lists the service principals, in the order of their ids.
     *
     * @param text part of the id or name; all when it is left out
     */
    @GET
    @Requires(value = Permission.ACCESS_READ, on = Extent.SERVER)
    public Items<ServiceBody> list(
            @QueryParam("text") @DefaultValue("") String text,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(services.page(text, Paging.of(page, size)), ServiceBody::of);
    }

    /** Makes a service principal. It may do nothing before it is given a role, and signs in by what is added to it. */
    @POST
    @APIResponseSchema(value = ServiceBody.class, responseCode = "201")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public Response create(NewService given) {
        var body = Bodies.given(given);
        var id = body.id();
        return created(ServiceBody.of(services.create(
                id == null ? null : new PrincipalId(id), Bodies.needed("name", body.name()), identity(body))));
    }

    private static @Nullable Identity identity(NewService body) {
        var provider = body.provider();
        var application = body.providerClientId();
        if (provider == null && application == null) {
            return null;
        }
        return new Identity(Bodies.needed("provider", provider), Bodies.needed("provider_client_id", application));
    }

    /** Reads a service principal and what it signs in by, without secrets. */
    @GET
    @Path("{service}")
    @Requires(value = Permission.ACCESS_READ, on = Extent.SERVER)
    public WholeServiceBody get(@PathParam("service") String service) {
        return WholeServiceBody.of(services.get(id(service)));
    }

    /** Deletes a service principal with its roles and all that it signs in by. */
    @DELETE
    @Path("{service}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void delete(@PathParam("service") String service) {
        services.delete(caller.get(), id(service));
    }

    /** Refuses all that the service principal does, from now on. */
    @POST
    @Path("{service}/disable")
    @Consumes(MediaType.WILDCARD)
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public ServiceBody disable(@PathParam("service") String service) {
        return ServiceBody.of(services.disable(caller.get(), id(service)));
    }

    /** Lets the service principal act again. */
    @POST
    @Path("{service}/enable")
    @Consumes(MediaType.WILDCARD)
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public ServiceBody enable(@PathParam("service") String service) {
        return ServiceBody.of(services.enable(caller.get(), id(service)));
    }

    /** Adds a secret; the others stay good. It is in this answer and in no other. */
    @POST
    @Path("{service}/secrets")
    @APIResponseSchema(value = SecretBody.class, responseCode = "201")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public Response addSecret(@PathParam("service") String service, NewSecret given) {
        var body = Bodies.given(given);
        var issued = services.addSecret(
                caller.get(), id(service), Bodies.needed("name", body.name()), Bodies.days(body.lifetimeDays()));
        return created(SecretBody.of(issued.credential(), issued.secret()));
    }

    /** Revokes a secret at once, with the access tokens that it was good for. */
    @DELETE
    @Path("{service}/secrets/{secret}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void revokeSecret(@PathParam("service") String service, @PathParam("secret") String secret) {
        services.revokeSecret(id(service), Bodies.credentialId(secret));
    }

    /** Registers a certificate, whose key the service principal signs its assertions with. */
    @POST
    @Path("{service}/certificates")
    @APIResponseSchema(value = CertificateBody.class, responseCode = "201")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public Response addCertificate(@PathParam("service") String service, NewCertificate given) {
        var body = Bodies.given(given);
        return created(CertificateBody.of(services.addCertificate(
                caller.get(),
                id(service),
                Bodies.needed("name", body.name()),
                Bodies.needed("certificate", body.certificate()))));
    }

    /** Removes a certificate, with the access tokens that it was good for. */
    @DELETE
    @Path("{service}/certificates/{certificate}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void removeCertificate(@PathParam("service") String service, @PathParam("certificate") String certificate) {
        services.removeCertificate(id(service), Bodies.credentialId(certificate));
    }

    /** Lets tokens of an issuer outside stand for the service principal, such as those of GitHub Actions. */
    @POST
    @Path("{service}/federation")
    @APIResponseSchema(value = TrustBody.class, responseCode = "201")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public Response addTrust(@PathParam("service") String service, NewTrust given) {
        var body = Bodies.given(given);
        return created(TrustBody.of(services.addTrust(
                caller.get(),
                id(service),
                new ServicePrincipals.NewTrust(
                        Bodies.needed("name", body.name()),
                        Bodies.needed("issuer", body.issuer()),
                        Bodies.needed("audience", body.audience()),
                        Bodies.needed("subject", body.subject()),
                        Bodies.orEmpty(body.claims())))));
    }

    /** Trusts an issuer's tokens no more, and ends the access tokens that they were good for. */
    @DELETE
    @Path("{service}/federation/{trust}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void removeTrust(@PathParam("service") String service, @PathParam("trust") String trust) {
        services.removeTrust(id(service), Bodies.credentialId(trust));
    }

    /** What is no name names nothing. */
    private static PrincipalId id(String text) {
        try {
            return new PrincipalId(text);
        } catch (Refused noName) {
            throw Refused.notFound("service principal", text);
        }
    }

    private static Response created(Object body) {
        return Response.status(Response.Status.CREATED).entity(body).build();
    }

    /**
     * A service principal before it is one.
     *
     * @param id its client id; the server makes one when it is left out
     * @param provider the identity provider whose application it is, with provider_client_id; only this server knows it when
     *     both are left out
     */
    @Schema(requiredProperties = "name", examples = "{\"name\": \"CI of churn\"}")
    record NewService(
            @Nullable String id,
            @Nullable String name,
            @Nullable String provider,
            @Nullable String providerClientId) {}

    @Schema(
            name = "NewClientSecret",
            requiredProperties = "name",
            examples = "{\"name\": \"until spring\", \"lifetime_days\": 90}")
    record NewSecret(@Nullable String name, @Nullable Integer lifetimeDays) {}

    /** @param certificate in PEM, without its key */
    @Schema(requiredProperties = {"name", "certificate"})
    record NewCertificate(@Nullable String name, @Nullable String certificate) {}

    /**
     * @param issuer as its tokens name it
     * @param subject what the token's sub has to be; each * stands for anything
     * @param claims what else has to match, by the claim's name
     */
    @Schema(
            requiredProperties = {"name", "issuer", "audience", "subject"},
            examples =
                    "{\"name\": \"production\", \"issuer\": \"https://token.actions.githubusercontent.com\", \"audience\": \"millwright\", \"subject\": \"repo:acme/churn:environment:production\"}")
    record NewTrust(
            @Nullable String name,
            @Nullable String issuer,
            @Nullable String audience,
            @Nullable String subject,
            @Nullable Map<String, String> claims) {}

    @Schema(name = "ServicePrincipal")
    record ServiceBody(
            String id,
            String name,
            boolean disabled,
            @Nullable String provider,
            @Nullable String providerClientId,
            Instant createdAt) {
        static ServiceBody of(Principal principal) {
            var identity = principal.identity();
            return new ServiceBody(
                    principal.id().value(),
                    principal.name(),
                    principal.isDisabled(),
                    identity == null ? null : identity.provider(),
                    identity == null ? null : identity.subject(),
                    principal.createdAt());
        }
    }

    @Schema(name = "WholeServicePrincipal")
    record WholeServiceBody(
            String id,
            String name,
            boolean disabled,
            @Nullable String provider,
            @Nullable String providerClientId,
            Instant createdAt,
            List<SecretBody> secrets,
            List<CertificateBody> certificates,
            List<TrustBody> federation) {
        static WholeServiceBody of(ServicePrincipals.Service service) {
            var body = ServiceBody.of(service.principal());
            return new WholeServiceBody(
                    body.id(),
                    body.name(),
                    body.disabled(),
                    body.provider(),
                    body.providerClientId(),
                    body.createdAt(),
                    service.secrets().stream()
                            .map(secret -> SecretBody.of(secret, null))
                            .toList(),
                    service.certificates().stream().map(CertificateBody::of).toList(),
                    service.trusts().stream().map(TrustBody::of).toList());
        }
    }

    @Schema(name = "ClientSecret")
    record SecretBody(
            String id,
            String name,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedFrom,
            @Nullable Instant revokedAt,
            @Nullable String secret) {
        static SecretBody of(Credential credential, @Nullable String secret) {
            return new SecretBody(
                    credential.id().toString(),
                    credential.name(),
                    credential.createdAt(),
                    credential.expiresAt(),
                    credential.lastUsedAt(),
                    credential.lastUsedFrom(),
                    credential.revokedAt(),
                    secret);
        }
    }

    @Schema(name = "ClientCertificate")
    record CertificateBody(
            String id,
            String name,
            String subject,
            String thumbprint,
            Instant createdAt,
            Instant notBefore,
            Instant expiresAt,
            @Nullable Instant lastUsedAt) {
        static CertificateBody of(ClientCertificate certificate) {
            return new CertificateBody(
                    certificate.id().toString(),
                    certificate.name(),
                    certificate.subject(),
                    certificate.thumbprint(),
                    certificate.createdAt(),
                    certificate.notBefore(),
                    certificate.expiresAt(),
                    certificate.lastUsedAt());
        }
    }

    @Schema(name = "FederatedTrust")
    record TrustBody(
            String id,
            String name,
            String issuer,
            String audience,
            String subject,
            Map<String, String> claims,
            Instant createdAt,
            @Nullable Instant lastUsedAt) {
        static TrustBody of(FederatedTrust trust) {
            var claims = new TreeMap<String, String>();
            trust.claims().forEach((claim, pattern) -> claims.put(claim, pattern.text()));
            return new TrustBody(
                    trust.id().toString(),
                    trust.name(),
                    trust.issuer().toString(),
                    trust.audience(),
                    trust.subject().text(),
                    claims,
                    trust.createdAt(),
                    trust.lastUsedAt());
        }
    }
}
