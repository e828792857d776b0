package org.millwright.wire.http;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.SignInAttempt;

/**
 * What a browser keeps of sign-ins that it is in the middle of: one cookie for each, so that two windows do not disturb each other.
 * They come back with the provider's redirect, which is another site's, but with no form that another site sends.
 */
final class AttemptCookies {
    private static final String PREFIX = "__Host-millwright_attempt_";
    private static final int NAME_LENGTH = 16;

    /** Whoever leaves so often without arriving starts over; the cookies would become too many for a request. */
    private static final int MOST = 4;

    private AttemptCookies() {}

    static @Nullable String read(HttpServletRequest request, @Nullable String state) {
        if (state == null) {
            return null;
        }
        return all(request).stream()
                .filter(cookie -> cookie.getName().equals(name(state)))
                .map(Cookie::getValue)
                .findFirst()
                .orElse(null);
    }

    static void write(HttpServletRequest request, HttpServletResponse response, String state, String sealed) {
        var open = all(request);
        if (open.size() >= MOST) {
            open.forEach(cookie -> response.addCookie(cookie(cookie.getName(), "", 0)));
        }
        response.addCookie(cookie(name(state), sealed, (int) SignInAttempt.LIFETIME.toSeconds()));
    }

    static void clear(HttpServletResponse response, String state) {
        response.addCookie(cookie(name(state), "", 0));
    }

    private static List<Cookie> all(HttpServletRequest request) {
        var found = new ArrayList<Cookie>();
        var cookies = request.getCookies();
        if (cookies != null) {
            for (var cookie : cookies) {
                if (cookie.getName().startsWith(PREFIX) && !cookie.getValue().isEmpty()) {
                    found.add(cookie);
                }
            }
        }
        return found;
    }

    /** A state is made of letters, digits, '-' and '_', when it is one of ours. */
    private static String name(String state) {
        var part = state.replaceAll("[^A-Za-z0-9_-]", "");
        return PREFIX + (part.length() <= NAME_LENGTH ? part : part.substring(0, NAME_LENGTH));
    }

    private static Cookie cookie(String name, String value, int maxAge) {
        var cookie = new Cookie(name, value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(true);
        cookie.setMaxAge(maxAge);
        cookie.setAttribute("SameSite", "Lax");
        return cookie;
    }
}
