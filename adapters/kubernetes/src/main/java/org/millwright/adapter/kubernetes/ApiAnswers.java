package org.millwright.adapter.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the answers of an API server mean to us. */
final class ApiAnswers {
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int TIMEOUT = 408;
    private static final int SERVER_ERROR = 500;
    private static final int LONGEST = 1000;
    private static final Pattern SUBJECT = Pattern.compile("^\\S+ \"[^\"]*\" is forbidden: ");

    private ApiAnswers() {}

    /** Whether the same may go well later: it cannot be reached, or cannot answer now. */
    static boolean isPassing(KubernetesClientException answer) {
        var code = answer.getCode();
        return code <= 0 || code == TIMEOUT || code == TOO_MANY_REQUESTS || code >= SERVER_ERROR;
    }

    /**
     * Whether we may not: for good, or because an API server that has just started has not read yet who may. A quota is none of
     * these.
     */
    static boolean isForbidden(KubernetesClientException answer) {
        return answer.getCode() == UNAUTHORIZED
                || answer.getCode() == FORBIDDEN
                        && !String.valueOf(answer.getMessage()).contains("exceeded quota");
    }

    /** A refusal in a sentence for whoever owns the job. */
    static String sentence(KubernetesClientException refusal) {
        var status = refusal.getStatus();
        var said = status == null || status.getMessage() == null
                ? String.valueOf(refusal.getMessage())
                : status.getMessage();
        return switch (refusal.getCode()) {
            case UNAUTHORIZED -> "The cluster does not accept the credential of the compute target: " + shorten(said);
            case FORBIDDEN ->
                said.toLowerCase(Locale.ROOT).contains("exceeded quota")
                        ? "A quota of the cluster does not allow it: "
                                + shorten(SUBJECT.matcher(said).replaceFirst(""))
                        : "The cluster forbids it: " + shorten(said);
            case NOT_FOUND -> "The cluster does not have what is needed: " + shorten(said);
            default -> "The cluster refuses the job: " + shorten(said);
        };
    }

    static String shorten(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }
}
