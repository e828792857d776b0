package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.millwright.wire.http.Public;

/** This API, as OpenAPI describes it. The description is made while the server is built; here it is handed out. */
@Path("")
@Public("It says what the source says, and generators and gateways read it before anybody has a token")
@RequestScoped
public class DescriptionResource {
    private static final String YAML = "application/yaml";

    /** Describes this API in OpenAPI 3.1, as JSON. */
    @GET
    @Path("openapi.json")
    @Produces(MediaType.APPLICATION_JSON)
    @APIResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_JSON))
    public Response json() {
        return answer("openapi.json", MediaType.APPLICATION_JSON);
    }

    /** Describes this API in OpenAPI 3.1, as YAML. */
    @GET
    @Path("openapi.yaml")
    @Produces(YAML)
    @APIResponse(responseCode = "200", content = @Content(mediaType = YAML))
    public Response yaml() {
        return answer("openapi.yaml", YAML);
    }

    private static Response answer(String name, String type) {
        StreamingOutput body = output -> {
            try (var content = DescriptionResource.class.getResourceAsStream(name)) {
                if (content == null) {
                    throw new IllegalStateException(name + " is not in this build");
                }
                content.transferTo(output);
            }
        };
        return Response.ok(body, type).build();
    }
}
