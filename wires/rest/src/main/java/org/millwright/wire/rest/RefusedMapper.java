package org.millwright.wire.rest;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.millwright.access.AuditTrace;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Words refusals as RFC 9457. No {@code default}: a new kind of problem must be worded here before it compiles. */
@Provider
public class RefusedMapper implements ExceptionMapper<Refused> {
    @Override
    public Response toResponse(Refused refused) {
        return answer(refused.problem());
    }

    static Response answer(Problem problem) {
        AuditTrace.stopped(problem);
        var words = problem.sentence();
        var body =
                switch (problem) {
                    case Problem.NotFound _ -> ProblemBody.of(404, "not-found", "Not found", words);
                    case Problem.AlreadyExists _ -> ProblemBody.of(409, "already-exists", "Already exists", words);
                    case Problem.Invalid(var field, var _) ->
                        ProblemBody.of(400, "invalid", "Invalid", words).at(field);
                    case Problem.WrongState _ -> ProblemBody.of(409, "wrong-state", "Not in this state", words);
                    case Problem.Stale _ -> ProblemBody.of(412, "stale", "Changed meanwhile", words);
                    case Problem.Unauthenticated _ -> ProblemBody.of(401, "unauthenticated", "Not signed in", words);
                    case Problem.TooManyAttempts _ ->
                        ProblemBody.of(429, "too-many-attempts", "Too many attempts", words);
                    case Problem.Unavailable _ -> ProblemBody.of(503, "unavailable", "Not available", words);
                    case Problem.Forbidden _ -> ProblemBody.of(403, "forbidden", "Not allowed", words);
                    case Problem.TooLarge(var field, var _, var _) ->
                        ProblemBody.of(413, "too-large", "Too large", words).at(field);
                    case Problem.NotSupported _ -> ProblemBody.of(400, "not-supported", "Not supported", words);
                };
        var wait = problem.retryAfter();
        return wait.isPresent()
                ? Response.fromResponse(body.toResponse())
                        .header("Retry-After", wait.getAsLong())
                        .build()
                : body.toResponse();
    }
}
