package org.millwright.inference;

import java.io.Serial;

/** A request that is answered with an error: the HTTP status, a code for programs and a message for people. */
final class Refusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String words;

    Refusal(int status, String code, String words) {
        // No stack trace: a refusal is an answer, and clients can cause thousands of them.
        super(words, null, false, false);
        this.status = status;
        this.code = code;
        this.words = words;
    }

    static Refusal badInput(String words) {
        return new Refusal(400, "BadInput", words);
    }

    static Refusal badInput(Place place, String words) {
        return badInput(place + words);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String words() {
        return words;
    }
}
