package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Origin;
import org.millwright.access.app.AttemptGuard;
import org.millwright.access.app.RecentCallers;
import org.millwright.access.model.CredentialKind;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Finds out who is asking: by a bearer token, by a token as the password of Basic authentication (git-like clients and
 * MLflow's username and password), or by the browser's session cookie.
 *
 * <p>It only finds out. A request without a credential goes on as nobody's, and whatever it asks for refuses it in the
 * words of its own protocol. A credential that is wrong is kept as the reason for that refusal.
 *
 * <p>A browser's session counts in its cookie only, where it is guarded against other sites, and nothing else counts there.
 *
 * <p>Parameter of the filter: {@code tokenEndpoints}, a pattern of the paths that find out by themselves; none without it.
 */
public class AuthenticationFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Sent with what a page of the studio fetches by itself: it does not keep a session alive that nobody uses. */
    static final String BACKGROUND = "X-Millwright-Background";

    private static final Pattern NO_PATH = Pattern.compile("(?!)");

    @Inject
    transient RecentCallers callers;

    @Inject
    transient AttemptGuard attempts;

    @Inject
    transient CurrentCaller caller;

    @Inject
    transient IdSource ids;

    private transient Pattern tokenEndpoints = NO_PATH;

    @Override
    public void init(FilterConfig parameters) {
        var pattern = parameters.getInitParameter("tokenEndpoints");
        tokenEndpoints = pattern == null ? NO_PATH : Pattern.compile(pattern);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var before = Authority.nobody(origin(request)).enter();
        try {
            var secret = secret(request);
            if (secret != null && !tokenEndpoints.matcher(path(request)).find()) {
                recognize(request, secret);
            }
            chain.doFilter(request, response);
        } finally {
            Authority.leave(before);
        }
    }

    private void recognize(HttpServletRequest request, String secret) {
        // A cookie that has expired is no attempt: a page that was left open sends it with everything it fetches.
        var attempt = request.getHeader("Authorization") != null;
        try {
            if (attempt && CredentialKind.ofSecret(secret) == CredentialKind.SESSION) {
                throw new Refused(
                        new Problem.Unauthenticated("A browser's session is no token: make one for the client"));
            }
            caller.signedIn(callers.authenticate(secret, request.getHeader(BACKGROUND) == null));
        } catch (Refused refused) {
            caller.disbelieved(attempt ? attempts.judge(refused, request.getRemoteAddr(), secret) : refused);
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
        var cookie = RequestSite.isForgery(request) ? null : SessionCookie.read(request);
        return cookie != null && CredentialKind.ofSecret(cookie) == CredentialKind.SESSION ? cookie : null;
    }

    private static String path(HttpServletRequest request) {
        return request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
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
}
