package org.millwright.wire.http;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/**
 * Says with each 401 how to sign in, and what is wrong with a token that was sent (RFC 6750, section 3), whichever wire words
 * the rest.
 */
final class Challenge extends HttpServletResponseWrapper {
    private static final String HEADER = "WWW-Authenticate";

    private final CurrentCaller caller;

    Challenge(HttpServletResponse response, CurrentCaller caller) {
        super(response);
        this.caller = caller;
    }

    @Override
    public void setStatus(int status) {
        challenge(status);
        super.setStatus(status);
    }

    @Override
    public void sendError(int status) throws IOException {
        challenge(status);
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        challenge(status);
        super.sendError(status, message);
    }

    private void challenge(int status) {
        if (status == SC_UNAUTHORIZED && !containsHeader(HEADER)) {
            setHeader(
                    HEADER,
                    "Bearer realm=\"millwright\""
                            + caller.disbelief()
                                    .map(why -> ", error=\"invalid_token\", error_description=\"%s\""
                                            .formatted(described(why.problem().sentence())))
                                    .orElse(""));
        }
    }

    /** RFC 6750, section 3, allows nothing else in a description; RFC 6749 has the same rule. */
    static String described(String sentence) {
        return sentence.replace('"', '\'').replace('\\', '/').replaceAll("[^ -~]", "?");
    }
}
