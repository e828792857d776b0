package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.access.app.Credentials;
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
    transient Entrance entrance;

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
            Entrance.keepToItself(response);
            request.getRequestDispatcher(ASKING_PAGE).forward(request, response);
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
        Entrance.keepToItself(response);
        var next = request.getParameter("next");
        try {
            entrance.admit(request, response, entry.open(), next);
        } catch (Refused refused) {
            entrance.turnAway(request, response, refused, tried, next);
        }
    }
}
