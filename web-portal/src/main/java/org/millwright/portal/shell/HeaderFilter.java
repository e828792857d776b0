package org.millwright.portal.shell;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.shared.HttpSettings;
import org.millwright.wire.http.SecurityHeaders;

/**
 * Tells browsers what they may do with a page: not guess its type, not show it inside another site, not keep it. What a page
 * may load is said by PrimeFaces, which knows the scripts it writes (primefaces.CSP_POLICY); other files load nothing.
 */
public class HeaderFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String NO_DEVICES =
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
                    + " midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), clipboard-write=(self)";

    @Inject
    transient HttpSettings settings;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        SecurityHeaders.write(response, settings, "same-origin");
        response.setHeader("Permissions-Policy", NO_DEVICES);
        // The servlet path is empty for files that the container serves itself. Together they are decoded and
        // without "..", which the address that was asked for is not.
        var path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        if (path.startsWith("/resources/") || path.startsWith("/jakarta.faces.resource/")) {
            response.setHeader(
                    SecurityHeaders.CONTENT_POLICY, "default-src 'none'; style-src 'self'; frame-ancestors 'none'");
        }
        if (path.startsWith("/resources/")) {
            response.setHeader("Cache-Control", "public, max-age=86400");
        } else if (!path.startsWith("/jakarta.faces.resource/")) {
            response.setHeader("Cache-Control", "no-store");
        }
        try {
            chain.doFilter(request, response);
        } finally {
            forget(request);
        }
    }

    /**
     * Pages keep nothing from one request to the next, but PrimeFaces notes a page's nonce in the view's scope, which lies in
     * a session: whoever asked for the sign-in page often enough would fill the memory.
     */
    private static void forget(HttpServletRequest request) {
        var session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }
}
