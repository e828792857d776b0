package org.millwright.wire.http;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.millwright.shared.Outages;
import org.millwright.shared.Problem;

/** With which status an error page of the container answers. By itself the container takes an outage for a defect. */
@ApplicationScoped
public class ErrorStatus {
    private final Outages outages;

    @Inject
    public ErrorStatus(Outages outages) {
        this.outages = outages;
    }

    @SuppressWarnings("NullAway")
    protected ErrorStatus() {
        this(null);
    }

    /** @return the status; where it makes sense, the response says when to try again */
    public int of(HttpServletRequest request, HttpServletResponse response) {
        var outage = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure
                && outages.of(failure).isPresent();
        var said = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        var status = outage ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : said;
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", Long.toString(Problem.Unavailable.SECONDS));
        }
        return status;
    }
}
