package org.millwright.wire.http;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrace;
import org.millwright.access.app.AttemptGuard;
import org.millwright.access.app.Credentials;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Where every way of signing in to the studio ends: with a new session and the page that was wanted, or back at the sign-in page. */
@Dependent
class Entrance {
    private final Credentials credentials;
    private final AttemptGuard attempts;
    private final Clock clock;

    @Inject
    Entrance(Credentials credentials, AttemptGuard attempts, Clock clock) {
        this.credentials = credentials;
        this.attempts = attempts;
        this.clock = clock;
    }

    /** The session that the browser had until now ends: nobody could have known the new one's secret before. */
    void admit(
            HttpServletRequest request, HttpServletResponse response, Credentials.Issued session, @Nullable String next)
            throws IOException {
        var before = SessionCookie.read(request);
        if (before != null) {
            credentials.endSession(before);
        }
        var expiresAt = session.credential().expiresAt();
        var lifetime = expiresAt == null
                ? session.credential().kind().lifetime()
                : Duration.between(clock.instant(), expiresAt);
        SessionCookie.write(response, session.secret(), lifetime);
        response.sendRedirect(safe(request, next));
    }

    /** @param tried the secret, or what else names the attempt; null when nobody has tried anything yet */
    void turnAway(
            HttpServletRequest request,
            HttpServletResponse response,
            Refused refused,
            @Nullable String tried,
            @Nullable String next)
            throws ServletException, IOException {
        var judged = tried == null ? refused : attempts.judge(refused, request.getRemoteAddr(), tried);
        var problem = judged.problem();
        AuditTrace.stopped(problem);
        var page = BrowserGate.SIGN_IN_PAGE + "?refused=" + encoded(problem.sentence())
                + (next == null || next.isEmpty() ? "" : "&next=" + encoded(next));
        if (problem instanceof Problem.TooManyAttempts(var seconds)) {
            response.setStatus(429);
            response.setHeader("Retry-After", Long.toString(seconds));
            request.getRequestDispatcher(page).forward(request, response);
        } else {
            response.sendRedirect(request.getContextPath() + page);
        }
    }

    /** What it answers is for this one browser, now. */
    static void keepToItself(HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Referrer-Policy", "no-referrer");
    }

    /** A page of this application; anything else could lead a person who just signed in to a stranger's site. */
    static String safe(HttpServletRequest request, @Nullable String next) {
        var home = request.getContextPath() + "/";
        return next != null && next.startsWith(home) && !next.contains("//") && !next.contains("\\") ? next : home;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
