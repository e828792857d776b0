package org.millwright.wire.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** What JAX-RS itself refuses: an unknown path, a wrong method, a wrong content type. */
@Provider
public class HttpProblemMapper implements ExceptionMapper<WebApplicationException> {
    @Override
    public Response toResponse(WebApplicationException refused) {
        var status = refused.getResponse().getStatus();
        var detail =
                switch (status) {
                    case 404 -> "There is nothing at this path of the API";
                    case 405 -> "This path does not know the method";
                    case 406 -> "The API answers in JSON";
                    case 415 -> "Send the body as application/json";
                    default -> refused.getResponse().getStatusInfo().getReasonPhrase();
                };
        return ProblemBody.of(
                        status, "http", refused.getResponse().getStatusInfo().getReasonPhrase(), detail)
                .toResponse();
    }
}
