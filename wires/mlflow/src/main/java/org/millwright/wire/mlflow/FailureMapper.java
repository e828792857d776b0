package org.millwright.wire.mlflow;

import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.millwright.access.AuditTrace;
import org.millwright.shared.Outages;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Words everything else that goes wrong: a request that is no MLflow request, a route that is none, and our own defects,
 * which are logged once under an id that the client is told.
 */
@Provider
public class FailureMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = Logger.getLogger(FailureMapper.class.getName());

    @Inject
    Outages outages;

    @Override
    public Response toResponse(Throwable failure) {
        // The container wraps what a body reader throws, so the reason may lie deeper.
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case RequestRefused refused -> {
                    return answer(refused.error());
                }
                case Refused refused -> {
                    return answer(refused.problem());
                }
                default -> {}
            }
        }
        return failure instanceof WebApplicationException web
                        && web.getResponse().getStatus() < 500
                ? answer(worded(web.getResponse().getStatus()))
                : outages.of(failure).map(FailureMapper::answer).orElseGet(() -> unexpected(failure));
    }

    static Response answer(Problem problem) {
        AuditTrace.stopped(problem);
        var answer = answer(MlflowError.of(problem));
        var wait = problem.retryAfter();
        return wait.isPresent()
                ? Response.fromResponse(answer)
                        .header("Retry-After", wait.getAsLong())
                        .build()
                : answer;
    }

    static Response answer(MlflowError error) {
        return Response.status(error.errorCode().status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(error)
                .build();
    }

    private static MlflowError worded(int status) {
        return switch (status) {
            case 404 ->
                new MlflowError(
                        ErrorCode.ENDPOINT_NOT_FOUND,
                        "This server has no such endpoint. It speaks MLflow's tracking, artifact and model registry APIs.");
            case 405 -> new MlflowError(ErrorCode.METHOD_NOT_ALLOWED, "The endpoint does not answer this HTTP method.");
            case 415 -> MlflowError.invalid("Bad Request. Content-Type must be one of ['application/json'].");
            default ->
                new MlflowError(ErrorCode.BAD_REQUEST, "The request cannot be understood (%d).".formatted(status));
        };
    }

    private static Response unexpected(Throwable failure) {
        var id = UUID.randomUUID();
        LOG.log(Level.SEVERE, failure, () -> "MLflow request failed, incident " + id);
        return answer(new MlflowError(
                ErrorCode.INTERNAL_ERROR, "Something went wrong on the server; its log tells more under " + id));
    }
}
