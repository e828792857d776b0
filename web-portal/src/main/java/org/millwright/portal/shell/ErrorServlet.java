package org.millwright.portal.shell;

import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.millwright.wire.http.ErrorStatus;

/**
 * Says what went wrong, in words, and where to go from there. It is no Faces page: the container shows it in the middle of
 * another page's life, and it must work when pages do not.
 */
public class ErrorServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en" data-theme="%2$s">
            <head>
            <meta charset="UTF-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%4$s · Millwright</title>
            <link rel="icon" type="image/svg+xml" href="%1$s/resources/studio/mark.svg">
            <link rel="stylesheet" href="%1$s/resources/studio/studio.css">
            </head>
            <body class="plain">
            <main class="plain-main"><div class="sign-in"><section class="card error-card">
            <p class="error-code num">%3$d</p>
            <h1>%4$s</h1>
            <p>%5$s</p>
            %6$s<div class="button-row">%7$s%8$s</div>
            </section></div></main>
            </body>
            </html>
            """;

    @Inject
    transient ErrorStatus statuses;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var status = statuses.of(request, response);
        var advice = request.getAttribute(RefusalHandler.ADVICE) instanceof RefusalAdvice.Advice given ? given : null;
        var said = request.getAttribute(RefusalHandler.SENTENCE) instanceof String sentence ? sentence : null;
        response.setStatus(status);
        response.setContentType("text/html;charset=UTF-8");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        response.getWriter()
                .write(page(request.getContextPath(), theme(request), status, said, advice, isHome(request)));
    }

    /**
     * @param said what is known about it; null when there are only the usual words
     * @param advice what to do about a refusal; null when there is none
     * @param home whether it is the home page that failed: leading there would lead back here
     */
    static String page(
            String root,
            String theme,
            int status,
            @Nullable String said,
            RefusalAdvice.@Nullable Advice advice,
            boolean home) {
        return PAGE.formatted(
                root,
                theme,
                status,
                title(status),
                escape(said == null ? usual(status) : said + "."),
                advice == null ? "" : "<p>%s</p>\n".formatted(escape(advice.whom())),
                home
                        ? ""
                        : "<a class=\"button primary\" href=\"%s/index.xhtml\">Go to the home page</a>".formatted(root),
                advice == null
                        ? ""
                        : "<a class=\"button\" href=\"%s/%s\">Why?</a>".formatted(root, escape(advice.why())));
    }

    private static boolean isHome(HttpServletRequest request) {
        var address = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri ? uri : "";
        return address.equals(request.getContextPath() + "/")
                || address.equals(request.getContextPath() + "/index.xhtml");
    }

    static String title(int status) {
        return switch (status) {
            case 400 -> "That address does not make sense";
            case 401 -> "You are not signed in";
            case 403 -> "You may not do that";
            case 404 -> "There is nothing here";
            case 405 -> "This address is asked in another way";
            case 409 -> "That is not possible now";
            case 413 -> "That is too large";
            case 421 -> "This server goes by another name";
            case 429 -> "Too many attempts have failed";
            case 503 -> "Something that the server needs does not answer";
            default -> "Something broke on our side";
        };
    }

    private static String usual(int status) {
        return switch (status) {
            case 403 -> "Your role in this workspace does not allow it. Its owner can give you another.";
            case 404 -> "The address is mistyped, or what it led to was deleted.";
            case 405 -> "It does not know the method of the request.";
            case 413 -> "Nothing was kept of what was sent.";
            case 421 ->
                "Ask for it by the address that it printed at its start, or let its operator add this name to MILLWRIGHT_HOSTS.";
            case 429 -> "Wait a little, then try again.";
            case 503 -> "What you asked for was not done. Try again in a moment.";
            default -> "The server failed at this; its log says why. Try again in a moment.";
        };
    }

    private static String theme(HttpServletRequest request) {
        var cookies = request.getCookies();
        return cookies == null
                ? "auto"
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals("millwright_theme"))
                        .map(Cookie::getValue)
                        .filter(Shell.THEMES::contains)
                        .findFirst()
                        .orElse("auto");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
