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
 */
public class ForgeryFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (RequestSite.isForgery(request)) {
            response.sendError(403, "Another site sent this request");
        } else {
            chain.doFilter(request, response);
        }
    }
}
