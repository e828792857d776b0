package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Origin;
import org.millwright.access.app.RecentCallers;
import org.millwright.shared.IdSource;
import org.millwright.shared.Refused;

/**
 * Finds out who is asking: by a bearer token, by a token as the password of Basic authentication (git-like clients and
 * MLflow's username and password), or by the browser's session cookie.
 *
 * <p>It only finds out. A request without a credential goes on as nobody's, and whatever it asks for refuses it in the
 * words of its own protocol. A credential that is wrong is kept as the reason for that refusal.
 */
public class AuthenticationFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int HTTPS = 443;

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    @Inject
    transient RecentCallers callers;

    @Inject
    transient CurrentCaller caller;

    @Inject
    transient IdSource ids;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var before = Authority.nobody(origin(request)).enter();
        try {
            var secret = secret(request);
            if (secret != null) {
                recognize(secret);
            }
            chain.doFilter(request, response);
        } finally {
            Authority.leave(before);
        }
    }

    private void recognize(String secret) {
        try {
            caller.signedIn(callers.authenticate(secret));
        } catch (Refused refused) {
            caller.disbelieved(refused);
        }
    }

    private Origin origin(HttpServletRequest request) {
        var client = request.getHeader("User-Agent");
        return new Origin(
                request.getRemoteAddr(),
                client == null ? "" : client,
                ids.nextId().toString(),
                request.getMethod() + " " + request.getRequestURI());
    }

    private static @Nullable String secret(HttpServletRequest request) {
        var header = request.getHeader("Authorization");
        if (header != null) {
            return ofHeader(header);
        }
        // Another site can make a browser send our cookie with a form; browsers say so, and then it does not count.
        return isFromOtherSite(request) ? null : SessionCookie.read(request);
    }

    private static String ofHeader(String header) {
        if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return header.substring(7).strip();
        }
        if (header.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                var pair = new String(
                        Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
                return pair.substring(pair.indexOf(':') + 1);
            } catch (IllegalArgumentException notBase64) {
                return header;
            }
        }
        return header;
    }

    private static boolean isFromOtherSite(HttpServletRequest request) {
        if (SAFE_METHODS.contains(request.getMethod())) {
            return false;
        }
        var site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        var origin = request.getHeader("Origin");
        return origin != null && !origin.endsWith("://" + authority(request));
    }

    /** Host and port as the browser knows them. HTTP/2 has no such header; the container knows them then. */
    private static String authority(HttpServletRequest request) {
        var host = request.getHeader("Host");
        if (host != null) {
            return host;
        }
        var port = request.getServerPort();
        return request.getServerName() + (port == HTTPS ? "" : ":" + port);
    }
}
