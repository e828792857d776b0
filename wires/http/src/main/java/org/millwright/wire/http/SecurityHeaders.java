package org.millwright.wire.http;

import jakarta.servlet.http.HttpServletResponse;
import org.millwright.shared.HttpSettings;

/** The headers that every answer has, whatever it carries. */
public final class SecurityHeaders {
    public static final String CONTENT_POLICY = "Content-Security-Policy";

    private SecurityHeaders() {}

    /**
     * Types are not guessed, no other site shows or reads the answer, and the browser comes back by HTTPS only.
     *
     * @param referrer the Referrer-Policy
     */
    public static void write(HttpServletResponse response, HttpSettings settings, String referrer) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", referrer);
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("X-Permitted-Cross-Domain-Policies", "none");
        if (settings.strictTransport().isPositive()) {
            response.setHeader(
                    "Strict-Transport-Security",
                    "max-age=" + settings.strictTransport().toSeconds());
        }
    }
}
