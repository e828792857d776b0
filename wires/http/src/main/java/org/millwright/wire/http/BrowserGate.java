package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Leads a browser that is not signed in to the sign-in page, and back afterwards. Stands behind AuthenticationFilter. */
public class BrowserGate extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    static final String SIGN_IN_PAGE = "/sign-in.xhtml";

    private static final String NO_ROLE_PAGE = "/no-role.xhtml";

    @Inject
    transient CurrentCaller caller;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // The servlet path is empty for files that the container serves itself. Together they are decoded and
        // without "..", which the address that was asked for is not.
        var path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        if (isOpen(path)) {
            chain.doFilter(request, response);
        } else if (caller.isSignedIn()) {
            if (caller.get().holdsAnything() || path.equals(NO_ROLE_PAGE)) {
                chain.doFilter(request, response);
            } else {
                // One page that says so, instead of a refusal by each.
                request.getRequestDispatcher(NO_ROLE_PAGE).forward(request, response);
            }
        } else if ("partial/ajax".equals(request.getHeader("Faces-Request"))) {
            // A redirect would end up inside the page; this is how Faces is told to leave it.
            response.setContentType("text/xml;charset=UTF-8");
            response.getWriter()
                    .write(
                            "<?xml version='1.0' encoding='UTF-8'?><partial-response><redirect url=\"%s\"/></partial-response>"
                                    .formatted(signInUrl(request, null)));
        } else {
            response.sendRedirect(signInUrl(request, page(request)));
        }
    }

    /** Static resources and the way in. */
    private static boolean isOpen(String path) {
        return path.equals(SIGN_IN_PAGE)
                || path.equals("/sign-in")
                || path.startsWith("/sign-in/")
                || path.equals("/sign-out")
                || path.startsWith("/jakarta.faces.resource/")
                || path.startsWith("/resources/")
                || path.equals("/favicon.ico");
    }

    private static String signInUrl(HttpServletRequest request, @Nullable String next) {
        var url = request.getContextPath() + SIGN_IN_PAGE;
        return next == null ? url : url + "?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    }

    private static String page(HttpServletRequest request) {
        var query = request.getQueryString();
        return request.getRequestURI() + (query == null ? "" : "?" + query);
    }
}
