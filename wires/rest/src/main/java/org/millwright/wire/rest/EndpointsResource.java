package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.EndpointKeys;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** Online endpoints, their deployments, traffic and keys. What they answer is the inference server's matter. */
@Path("workspaces/{workspace}/endpoints")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class EndpointsResource {
    @Inject
    OnlineEndpoints endpoints;

    @Inject
    CurrentCaller caller;

    @Inject
    ServerSettings settings;

    /** Lists the endpoints with their deployments. */
    @GET
    @Requires(Permission.ENDPOINT_READ)
    public Items<EndpointBody> list() {
        return Items.all(
                endpoints.list(caller.workspace()).stream().map(this::body).toList());
    }

    /** Makes an endpoint, which answers once something is deployed behind it. */
    @POST
    @APIResponseSchema(value = EndpointBody.class, responseCode = "201")
    @Requires(value = Permission.ENDPOINT_WRITE, on = Extent.NEW_RESOURCE)
    public Response create(NewEndpoint given) {
        var wanted = Bodies.given(given);
        var endpoint = endpoints.create(
                caller.workspace(),
                new EndpointName(Bodies.needed("name", wanted.name())),
                Bodies.orEmpty(wanted.description()),
                Bodies.orEmpty(wanted.tags()));
        return Response.status(Response.Status.CREATED).entity(body(endpoint)).build();
    }

    /** Reads an endpoint with its deployments and its traffic. */
    @GET
    @Path("{endpoint}")
    @Requires(Permission.ENDPOINT_READ)
    public EndpointBody get(@PathParam("endpoint") String name) {
        return body(endpoints.get(caller.workspace(), new EndpointName(name)));
    }

    /** Deletes an endpoint with its deployments. */
    @DELETE
    @Path("{endpoint}")
    @Requires(Permission.ENDPOINT_WRITE)
    public void delete(@PathParam("endpoint") String name) {
        endpoints.delete(caller.workspace(), new EndpointName(name));
    }

    /** Puts a model behind the endpoint, or changes how. Accepted means that loading has begun; the deployment's state says how it ends. */
    @PUT
    @Path("{endpoint}/deployments/{deployment}")
    @APIResponseSchema(value = EndpointBody.class, responseCode = "202")
    @Requires(Permission.ENDPOINT_WRITE)
    public Response deploy(
            @PathParam("endpoint") String name, @PathParam("deployment") String deployment, NewDeployment given) {
        var wanted = Bodies.given(given);
        var endpoint = endpoints.deploy(
                caller.workspace(),
                new EndpointName(name),
                new DeploymentName(deployment),
                ModelRef.parse(Bodies.needed("model", wanted.model())),
                wanted.maxConcurrentRequests() == null ? Deployment.USUAL_CONCURRENCY : wanted.maxConcurrentRequests(),
                wanted.requestTimeoutMs() == null
                        ? Deployment.USUAL_TIMEOUT
                        : Duration.ofMillis(wanted.requestTimeoutMs()),
                Boolean.TRUE.equals(wanted.allTraffic()));
        return Response.status(Response.Status.ACCEPTED).entity(body(endpoint)).build();
    }

    /** Takes a deployment away. One that gets traffic cannot be. */
    @DELETE
    @Path("{endpoint}/deployments/{deployment}")
    @Requires(Permission.ENDPOINT_WRITE)
    public void undeploy(@PathParam("endpoint") String name, @PathParam("deployment") String deployment) {
        endpoints.undeploy(caller.workspace(), new EndpointName(name), new DeploymentName(deployment));
    }

    /** Divides the traffic. The body names deployments and their percent, 100 together, or none. */
    @PUT
    @Path("{endpoint}/traffic")
    @Requires(Permission.ENDPOINT_WRITE)
    public EndpointBody route(@PathParam("endpoint") String name, Map<String, Integer> given) {
        var traffic = new HashMap<DeploymentName, Integer>();
        Bodies.orEmpty(Bodies.given(given))
                .forEach((deployment, percent) -> traffic.put(new DeploymentName(deployment), percent));
        return body(endpoints.route(caller.workspace(), new EndpointName(name), traffic));
    }

    /** Reads the two keys that callers of the endpoint send. */
    @GET
    @Path("{endpoint}/keys")
    @Audited(value = Trail.READ, kind = "endpoint keys")
    @Requires(Permission.ENDPOINT_KEYS)
    public KeysBody keys(@PathParam("endpoint") String name) {
        return KeysBody.of(endpoints.keys(caller.workspace(), new EndpointName(name)));
    }

    /**
     * Replaces a key; the old one is refused from then on.
     *
     * @param key primary or secondary
     */
    @POST
    @Path("{endpoint}/keys/{key}/renew")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.ENDPOINT_KEYS)
    public KeysBody renew(@PathParam("endpoint") String name, @PathParam("key") String key) {
        var which =
                switch (key) {
                    case "primary" -> OnlineEndpoints.KeyKind.PRIMARY;
                    case "secondary" -> OnlineEndpoints.KeyKind.SECONDARY;
                    default -> throw Refused.invalid("key", "'%s' is neither primary nor secondary".formatted(key));
                };
        return KeysBody.of(endpoints.renewKey(caller.workspace(), new EndpointName(name), which));
    }

    private EndpointBody body(OnlineEndpoint endpoint) {
        return EndpointBody.of(
                endpoint, settings.publicUrl() + "/endpoints/" + endpoint.workspace() + "/" + endpoint.name());
    }

    @Schema(
            requiredProperties = "name",
            examples = "{\"name\": \"churn\", \"description\": \"Asked by the call centre\"}")
    record NewEndpoint(
            @Nullable String name,
            @Nullable String description,
            @Nullable Map<String, String> tags) {}

    @Schema(requiredProperties = "model", examples = """
            {"model": "churn:3", "max_concurrent_requests": 8, "request_timeout_ms": 5000,
            "all_traffic": true}""")
    record NewDeployment(
            @Nullable String model,
            @Nullable Integer maxConcurrentRequests,
            @Nullable Long requestTimeoutMs,
            @Nullable Boolean allTraffic) {}

    @Schema(name = "EndpointKeys")
    record KeysBody(String primaryKey, String secondaryKey) {
        static KeysBody of(EndpointKeys keys) {
            return new KeysBody(keys.primary(), keys.secondary());
        }
    }

    record DeploymentBody(
            String name,
            String model,
            String state,
            @Nullable String reason,
            int maxConcurrentRequests,
            long requestTimeoutMs,
            Instant createdAt) {
        static DeploymentBody of(Deployment deployment) {
            return new DeploymentBody(
                    deployment.name().value(),
                    deployment.model().toString(),
                    deployment.state().label(),
                    deployment.state() instanceof DeploymentState.Failed failed ? failed.reason() : null,
                    deployment.maxConcurrentRequests(),
                    deployment.requestTimeout().toMillis(),
                    deployment.createdAt());
        }
    }

    record EndpointBody(
            String name,
            String description,
            Map<String, String> tags,
            String authMode,
            String scoringUri,
            String swaggerUri,
            Map<String, Integer> traffic,
            List<DeploymentBody> deployments,
            Instant createdAt,
            Instant updatedAt) {
        static EndpointBody of(OnlineEndpoint endpoint, String address) {
            var traffic = new TreeMap<String, Integer>();
            endpoint.traffic().forEach((deployment, percent) -> traffic.put(deployment.value(), percent));
            return new EndpointBody(
                    endpoint.name().value(),
                    endpoint.description(),
                    endpoint.tags(),
                    "key",
                    address + "/score",
                    address + "/swagger.json",
                    traffic,
                    endpoint.deployments().stream().map(DeploymentBody::of).toList(),
                    endpoint.createdAt(),
                    endpoint.updatedAt());
        }
    }
}
