package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
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
import org.millwright.access.app.AttemptGuard;
import org.millwright.access.app.Credentials;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Opens a session: {@code POST link=} with a one-time link, {@code POST token=} with a personal token. Then it leads to
 * the page that was wanted, which must be one of ours.
 *
 * <p>{@code GET ?link=} does so only for whoever opened the address themselves. A page that led there could sign its reader
 * in under a stranger's name, and a program that looks at the links of a message would use it up: they see a page that asks.
 */
public class SignInServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String ASKING_PAGE = "/sign-in-link.xhtml";

    @Inject
    transient Credentials credentials;

    @Inject
    transient AttemptGuard attempts;

    @Inject
    transient Clock clock;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        var link = request.getParameter("link");
        if (link == null) {
            response.sendRedirect(request.getContextPath() + BrowserGate.SIGN_IN_PAGE);
            return;
        }
        if (RequestSite.isOpenedByHand(request)) {
            enter(request, response, () -> credentials.signIn(link), link);
        } else {
            show(request, response, ASKING_PAGE);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        var link = request.getParameter("link");
        var given = request.getParameter("token");
        var token = given == null ? "" : given.strip();
        if (link == null) {
            enter(request, response, () -> credentials.signInWithToken(token), token);
        } else {
            enter(request, response, () -> credentials.signIn(link), link);
        }
    }

    private interface Entry {
        Credentials.Issued open();
    }

    private void enter(HttpServletRequest request, HttpServletResponse response, Entry entry, String tried)
            throws ServletException, IOException {
        response.setHeader("Referrer-Policy", "no-referrer");
        try {
            var session = entry.open();
            var before = SessionCookie.read(request);
            if (before != null) {
                credentials.endSession(before);
            }
            var expiresAt = session.credential().expiresAt();
            var lifetime = expiresAt == null
                    ? session.credential().kind().lifetime()
                    : Duration.between(clock.instant(), expiresAt);
            SessionCookie.write(response, session.secret(), lifetime);
            response.sendRedirect(next(request));
        } catch (Refused refused) {
            var problem =
                    attempts.judge(refused, request.getRemoteAddr(), tried).problem();
            var words = "?refused=" + URLEncoder.encode(problem.sentence(), StandardCharsets.UTF_8);
            if (problem instanceof Problem.TooManyAttempts(var seconds)) {
                response.setStatus(429);
                response.setHeader("Retry-After", Long.toString(seconds));
                show(request, response, BrowserGate.SIGN_IN_PAGE + words);
            } else {
                response.sendRedirect(request.getContextPath() + BrowserGate.SIGN_IN_PAGE + words);
            }
        }
    }

    private static void show(HttpServletRequest request, HttpServletResponse response, String page)
            throws ServletException, IOException {
        response.setHeader("Referrer-Policy", "no-referrer");
        request.getRequestDispatcher(page).forward(request, response);
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
