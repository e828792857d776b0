package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.millwright.shared.HttpSettings;

/**
 * Refuses what no resource should have to look at: a method that nothing here knows, which the container and Faces would
 * answer as if it were GET; an address that is not this server's; and one whose query is no text. That is a percent sign that
 * encodes nothing, which the container finds out only when somebody reads a parameter, and the NUL character, which no
 * database text can hold.
 */
public class AddressFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    @Inject
    transient HttpSettings settings;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var query = request.getQueryString();
        var host = request.getHeader("Host");
        // Whoever watches the server may call it as they like.
        if (!METHODS.contains(request.getMethod())) {
            response.setHeader("Allow", String.join(", ", METHODS));
            response.sendError(405, "The method is not known here");
        } else if (host != null
                && !settings.isNamed(host)
                && !request.getServletPath().equals("/health")) {
            response.sendError(421, "This server is not asked for by that name");
        } else if (query == null || isText(query)) {
            chain.doFilter(request, response);
        } else {
            response.sendError(400, "The query of the address is not properly encoded text");
        }
    }

    private static boolean isText(String query) {
        try {
            return URLDecoder.decode(query, StandardCharsets.UTF_8).indexOf(0) < 0;
        } catch (IllegalArgumentException notEncoded) {
            return false;
        }
    }
}
