package org.millwright.wire.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;

/**
 * Refuses what a page of another site makes a browser send to the studio, whether there is a session or not: signing
 * somebody in under a stranger's name is an attack, too. The wires need it not, since there such a request is nobody's.
 *
 * <p>Faces takes a form by any method: with its fields in an address, a link would press a button, and a link brings the
 * reader's session along. So a form counts only when it was posted.
 */
public class ForgeryFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The field by which Faces tells a form from an address. */
    private static final String FORM = "jakarta.faces.ViewState";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (RequestSite.isForgery(request)) {
            response.sendError(403, "Another site sent this request");
        } else if (!request.getMethod().equals("POST")
                && request.getParameterMap().containsKey(FORM)) {
            response.sendError(405, "A form has to be posted");
        } else {
            chain.doFilter(request, response);
        }
    }
}
