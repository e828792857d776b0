package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.util.Optional;
import org.millwright.access.app.Credentials;
import org.millwright.access.app.ProviderSignOut;

/**
 * {@code POST}: ends the browser's session, here and not only in the browser; with {@code everywhere=true} every session of
 * whoever is signed in. If an identity provider vouched for the session, its own is next: otherwise one click would open ours again.
 */
public class SignOutServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A page, since a form of ours may not be sent on to another site (form-action), while a page may lead there. */
    private static final String ONWARDS = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="UTF-8">
            <meta http-equiv="refresh" content="0; url=%2$s">
            <title>Signing out · Millwright</title>
            <link rel="stylesheet" href="%1$s/resources/studio/studio.css">
            </head>
            <body class="plain">
            <main class="plain-main"><div class="sign-in"><section class="card">
            <h1>Signing out</h1>
            <p>You are signed out here. <a href="%2$s">Sign out of your organization's sign-in as well</a>, if that does not happen by itself.</p>
            </section></div></main>
            </body>
            </html>
            """;

    @Inject
    transient Credentials credentials;

    @Inject
    transient ProviderSignOut providers;

    @Inject
    transient CurrentCaller caller;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var home = request.getContextPath() + BrowserGate.SIGN_IN_PAGE;
        Optional<URI> onwards = Optional.empty();
        if (caller.isSignedIn()) {
            onwards = providers.address(caller.get().credential(), home);
            if (Boolean.parseBoolean(request.getParameter("everywhere"))) {
                credentials.endSessions(caller.get().principal());
            }
            credentials.revoke(caller.get().principal(), caller.get().credential());
        }
        SessionCookie.clear(response);
        if (onwards.isEmpty()) {
            response.sendRedirect(home);
        } else {
            Entrance.keepToItself(response);
            response.setContentType("text/html;charset=UTF-8");
            response.setHeader(
                    SecurityHeaders.CONTENT_POLICY,
                    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            response.getWriter()
                    .write(ONWARDS.formatted(
                            request.getContextPath(), escape(onwards.get().toString())));
        }
    }

    private static String escape(String address) {
        return address.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
