package org.millwright.wire.http;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.app.ProviderSignIn;
import org.millwright.access.app.ProviderSignOut;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;

/**
 * Signing in at an identity provider.
 *
 * <ul>
 *   <li>{@code GET /sign-in/<provider>?next=} leads there,
 *   <li>{@code GET /sign-in/<provider>/callback} is where it sends people back to,
 *   <li>{@code POST /sign-in/<provider>/signed-out} is where it tells that somebody signed out there (OpenID Connect
 *       Back-Channel Logout).
 * </ul>
 */
public class ProviderServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final System.Logger LOG = System.getLogger(ProviderServlet.class.getName());
    private static final String CALLBACK = "callback";
    private static final String SIGNED_OUT = "signed-out";

    @Inject
    transient ProviderSignIn signIn;

    @Inject
    transient ProviderSignOut signOut;

    @Inject
    transient ServerSettings settings;

    @Inject
    transient Entrance entrance;

    /** @param step empty for the departure */
    private record Place(String provider, String step) {
        static @Nullable Place of(HttpServletRequest request) {
            var path = request.getPathInfo();
            var parts = path == null ? new String[0] : path.substring(1).split("/", -1);
            return switch (parts.length) {
                case 1 -> new Place(parts[0], "");
                case 2 -> new Place(parts[0], parts[1]);
                default -> null;
            };
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Entrance.keepToItself(response);
        var place = Place.of(request);
        if (place == null) {
            response.sendError(404);
        } else if (place.step().isEmpty()) {
            depart(request, response, place.provider());
        } else if (place.step().equals(CALLBACK)) {
            arrive(request, response, place.provider());
        } else {
            response.sendError(404);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Entrance.keepToItself(response);
        var place = Place.of(request);
        var notice = request.getParameter("logout_token");
        if (place == null || !place.step().equals(SIGNED_OUT)) {
            response.sendError(404);
        } else if (notice == null) {
            response.sendError(400, "logout_token is missing");
        } else {
            try {
                signOut.signedOut(place.provider(), notice);
                response.setStatus(200);
            } catch (Refused refused) {
                LOG.log(
                        WARNING,
                        "A notice that somebody signed out at provider {0} was not believed: {1}",
                        place.provider(),
                        refused.problem().sentence());
                response.sendError(400, refused.problem().sentence());
            }
        }
    }

    private void depart(HttpServletRequest request, HttpServletResponse response, String provider)
            throws ServletException, IOException {
        var next = Entrance.safe(request, request.getParameter("next"));
        // The provider sends people back by the public name only, and a cookie of another name would not come along.
        var own = settings.publicUrl().getAuthority();
        if (request.getParameter("here") == null && !own.equalsIgnoreCase(request.getHeader("Host"))) {
            response.sendRedirect("%s%s?here=&next=%s"
                    .formatted(
                            settings.publicUrl(),
                            request.getRequestURI(),
                            URLEncoder.encode(next, StandardCharsets.UTF_8)));
            return;
        }
        try {
            var departure = signIn.depart(provider, callback(request, provider), next);
            AttemptCookies.write(request, response, departure.state(), departure.sealed());
            response.sendRedirect(departure.address().toString());
        } catch (Refused refused) {
            entrance.turnAway(request, response, refused, null, next);
        }
    }

    private void arrive(HttpServletRequest request, HttpServletResponse response, String provider)
            throws ServletException, IOException {
        var state = request.getParameter("state");
        String next = null;
        try {
            var attempt = signIn.recall(AttemptCookies.read(request, state), state);
            next = attempt.next();
            AttemptCookies.clear(response, attempt.state());
            var session = signIn.arrive(attempt, provider, answer(request), callback(request, provider));
            entrance.admit(request, response, session, next);
        } catch (Refused refused) {
            entrance.turnAway(request, response, refused, state == null ? "" : state, next);
        }
    }

    private static String callback(HttpServletRequest request, String provider) {
        return "%s/sign-in/%s/%s".formatted(request.getContextPath(), provider, CALLBACK);
    }

    private static Map<String, String> answer(HttpServletRequest request) {
        var answer = new HashMap<String, String>();
        request.getParameterMap().forEach((name, values) -> answer.put(name, values[0]));
        return answer;
    }
}
