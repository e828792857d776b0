package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.regex.Pattern;
import org.millwright.access.AuditTrace;
import org.millwright.access.app.AuditedRefusals;
import org.millwright.access.model.AuditOutcome;
import org.millwright.shared.Problem;

/**
 * Follows each request for the audit trail, and puts there what was refused or failed. It stands behind
 * {@link AuthenticationFilter}, so that it knows who asks.
 */
public class AuditFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Where somebody proves who they are by what they send, not by a credential of the request. */
    private static final Pattern PROOFS = Pattern.compile("/(sign-in|oauth2/token)$");

    private static final System.Logger LOG = System.getLogger(AuditFilter.class.getName());

    @Inject
    transient AuditedRefusals refusals;

    @Inject
    transient CurrentCaller caller;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var trace = AuditTrace.begin();
        trace.operation(
                "%s %s%s".formatted(request.getMethod(), request.getContextPath(), request.getServletPath()), false);
        try {
            chain.doFilter(request, response);
        } finally {
            try {
                settle(trace, response.getStatus());
            } catch (RuntimeException unwritten) {
                // The caller has the refusal already; that it is not on the trail must not stay unseen.
                LOG.log(System.Logger.Level.ERROR, "A refusal could not be put on the audit trail", unwritten);
            } finally {
                AuditTrace.end();
            }
        }
    }

    private void settle(AuditTrace trace, int status) {
        var problem = trace.problem().orElse(null);
        var refused = problem instanceof Problem.Forbidden
                || problem instanceof Problem.Unauthenticated
                || problem instanceof Problem.TooManyAttempts
                || status == HttpServletResponse.SC_FORBIDDEN
                || status == HttpServletResponse.SC_UNAUTHORIZED;
        if (refused && isNobodyWithoutCredential(trace)) {
            return;
        }
        var failed = status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR
                || trace.isChange() && status >= HttpServletResponse.SC_BAD_REQUEST;
        if (refused || failed) {
            refusals.happened(
                    refused ? AuditOutcome.REFUSED : AuditOutcome.FAILED,
                    trace.workspace().orElse(null),
                    problem == null ? "Answered with status " + status : problem.sentence());
        }
    }

    /** Whoever has not signed in is asked to, many times a day; that is no refusal of anybody. */
    private boolean isNobodyWithoutCredential(AuditTrace trace) {
        return !caller.isSignedIn()
                && !caller.isDisbelieved()
                && !PROOFS.matcher(trace.operation().orElse("")).find();
    }
}
