package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.access.app.Credentials;

/**
 * {@code POST}: ends the browser's session, here and not only in the browser; with {@code everywhere=true} every session of
 * whoever is signed in.
 */
public class SignOutServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    @Inject
    transient Credentials credentials;

    @Inject
    transient CurrentCaller caller;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (caller.isSignedIn()) {
            if (Boolean.parseBoolean(request.getParameter("everywhere"))) {
                credentials.endSessions(caller.get().principal());
            }
            credentials.revoke(caller.get().principal(), caller.get().credential());
        }
        SessionCookie.clear(response);
        response.sendRedirect(request.getContextPath() + BrowserGate.SIGN_IN_PAGE);
    }
}
