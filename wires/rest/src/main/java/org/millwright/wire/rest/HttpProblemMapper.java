package org.millwright.wire.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.millwright.shared.Refused;

/** What JAX-RS itself refuses: an unknown path, a wrong method, a wrong content type. */
@Provider
public class HttpProblemMapper implements ExceptionMapper<WebApplicationException> {
    @Override
    public Response toResponse(WebApplicationException refused) {
        // A parameter that cannot be read: JAX-RS calls it an unknown path, and keeps our words inside.
        if (refused.getCause() instanceof Refused unreadable) {
            return new RefusedMapper().toResponse(unreadable);
        }
        var status = refused.getResponse().getStatus();
        var detail =
                switch (status) {
                    case 404 -> "There is nothing at this path of the API";
                    case 405 -> "This path does not know the method";
                    case 406 -> "The API answers in JSON";
                    case 415 -> "Send the body as application/json";
                    default -> refused.getResponse().getStatusInfo().getReasonPhrase();
                };
        var answer = ProblemBody.of(
                        status, "http", refused.getResponse().getStatusInfo().getReasonPhrase(), detail)
                .toResponse();
        var allowed = refused.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allowed == null
                ? answer
                : Response.fromResponse(answer)
                        .header(HttpHeaders.ALLOW, allowed)
                        .build();
    }
}
