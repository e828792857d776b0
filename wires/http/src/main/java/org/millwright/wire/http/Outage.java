package org.millwright.wire.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;

/**
 * Tells an outage of the database from a defect of ours. Each wire answers it by 503 and {@code Retry-After}, which clients
 * repeat by themselves; a connection that PostgreSQL closed is only found out by using it.
 */
public final class Outage {
    private static final Problem.Unavailable DATABASE =
            new Problem.Unavailable("the database", "it does not answer; try again in a moment");

    /** SQLSTATE of lost connections, and of PostgreSQL shutting down or starting (its manual, Appendix A). */
    private static final String CONNECTION = "08";

    private static final String OPERATOR = "57P";

    private Outage() {}

    /** @return empty when something else went wrong */
    public static Optional<Problem.Unavailable> of(@Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isOutage(sql.getSQLState())) {
                return Optional.of(DATABASE);
            }
        }
        return Optional.empty();
    }

    /**
     * What an error page of the container answers with, which by itself takes an outage for a defect.
     *
     * @return the status; with it the response says when to try again
     */
    public static int status(HttpServletRequest request, HttpServletResponse response) {
        var outage = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure
                ? of(failure)
                : Optional.<Problem.Unavailable>empty();
        var said = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        var status = outage.isPresent() ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : said;
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", Long.toString(Problem.Unavailable.SECONDS));
        }
        return status;
    }

    private static boolean isOutage(@Nullable String state) {
        return state != null && (state.startsWith(CONNECTION) || state.startsWith(OPERATOR));
    }
}
