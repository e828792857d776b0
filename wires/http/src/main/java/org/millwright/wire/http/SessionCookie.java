package org.millwright.wire.http;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The cookie that holds a browser's session secret. Scripts cannot read it, and other sites cannot send it along. */
final class SessionCookie {
    /** By the prefix browsers keep it only from this very host, by HTTPS and for every path (RFC 6265bis). */
    private static final String NAME = "__Host-millwright_session";

    private SessionCookie() {}

    static @Nullable String read(HttpServletRequest request) {
        var cookies = request.getCookies();
        if (cookies != null) {
            for (var cookie : cookies) {
                if (cookie.getName().equals(NAME) && !cookie.getValue().isEmpty()) {
                    return cookie.getValue();
                }
            }
        }
        return null;
    }

    static void write(HttpServletResponse response, String secret, Duration lifetime) {
        response.addCookie(cookie(secret, (int) lifetime.toSeconds()));
    }

    static void clear(HttpServletResponse response) {
        response.addCookie(cookie("", 0));
    }

    private static Cookie cookie(String value, int maxAge) {
        var cookie = new Cookie(NAME, value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(true);
        cookie.setMaxAge(maxAge);
        cookie.setAttribute("SameSite", "Lax");
        return cookie;
    }
}
