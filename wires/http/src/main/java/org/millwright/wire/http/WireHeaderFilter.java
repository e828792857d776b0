package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Set;
import org.millwright.shared.HttpSettings;

/**
 * Tells browsers what they may do with what a wire answers: nothing. Whatever it is, and whoever uploaded it, it is no page:
 * it loads nothing, runs nothing and is not kept. A resource may allow more by a header of its own. Whoever has to sign in is told how.
 */
public class WireHeaderFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox";
    private static final String LEADS_ON =
            "default-src 'none'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /** The one page that leads to the studio. */
    private static final Set<String> PAGE = Set.of("/", "/index.html", "/address.js");

    @Inject
    transient HttpSettings settings;

    @Inject
    transient CurrentCaller caller;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        SecurityHeaders.write(response, settings, "no-referrer");
        var page = PAGE.contains(request.getRequestURI());
        response.setHeader(SecurityHeaders.CONTENT_POLICY, page ? LEADS_ON : NO_PAGE);
        response.setHeader("Cache-Control", page ? "no-cache" : "no-store");
        chain.doFilter(request, new Challenge(response, caller));
    }
}
