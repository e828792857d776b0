package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.millwright.access.app.Credentials;
import org.millwright.shared.Refused;

/**
 * Opens a session: {@code GET ?link=} with a one-time link, {@code POST token=} with a personal token. Then it leads to
 * the page that was wanted, which must be one of ours.
 */
public class SignInServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    @Inject
    transient Credentials credentials;

    @Inject
    transient Clock clock;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var link = request.getParameter("link");
        if (link == null) {
            response.sendRedirect(request.getContextPath() + BrowserGate.SIGN_IN_PAGE);
            return;
        }
        enter(request, response, () -> credentials.signIn(link));
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var token = request.getParameter("token");
        enter(request, response, () -> credentials.signInWithToken(token == null ? "" : token.strip()));
    }

    private interface Entry {
        Credentials.Issued open();
    }

    private void enter(HttpServletRequest request, HttpServletResponse response, Entry entry) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Referrer-Policy", "no-referrer");
        try {
            var session = entry.open();
            var expiresAt = session.credential().expiresAt();
            var lifetime = expiresAt == null
                    ? session.credential().kind().lifetime()
                    : Duration.between(clock.instant(), expiresAt);
            SessionCookie.write(response, session.secret(), lifetime);
            response.sendRedirect(next(request));
        } catch (Refused refused) {
            response.sendRedirect(request.getContextPath() + BrowserGate.SIGN_IN_PAGE + "?refused="
                    + URLEncoder.encode(refused.problem().sentence(), StandardCharsets.UTF_8));
        }
    }

    private static String next(HttpServletRequest request) {
        var home = request.getContextPath() + "/";
        return safe(request.getParameter("next"), home) ? request.getParameter("next") : home;
    }

    /** A page of this application; anything else could lead a person who just signed in to a stranger's site. */
    private static boolean safe(@Nullable String next, String home) {
        return next != null && next.startsWith(home) && !next.contains("//") && !next.contains("\\");
    }
}
