package org.millwright.wire.rest;

import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * An error as RFC 9457 has it.
 *
 * @param field where it stands in the request, when it stands somewhere
 */
record ProblemBody(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String field) {

    static ProblemBody of(int status, String kind, String title, String detail) {
        return new ProblemBody("urn:millwright:problem:" + kind, title, status, detail, null);
    }

    ProblemBody at(String where) {
        return new ProblemBody(type, title, status, detail, where);
    }

    Response toResponse() {
        return Response.status(status)
                .type("application/problem+json")
                .entity(this)
                .build();
    }
}
