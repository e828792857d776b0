package org.millwright.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job as the server sees it.
 *
 * @param waiting why it has not started, in words; empty when there is nothing to say
 * @param exitCode of its process; null when it has not ended, or never ran
 * @param answer all that the server said
 */
public record Job(
        String name,
        String status,
        String reason,
        String waiting,
        @Nullable Integer exitCode,
        JsonNode answer) {
    private static final Set<String> ENDED = Set.of("Completed", "Failed", "Canceled");

    static Job of(JsonNode answer) {
        var code = answer.path("exit_code");
        return new Job(
                answer.path("name").asText(),
                answer.path("status").asText(),
                text(answer.path("reason")),
                text(answer.path("waiting").path("explanation")),
                code.isNumber() ? code.asInt() : null,
                answer);
    }

    public boolean isEnded() {
        return ENDED.contains(status);
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.asText() : "";
    }
}
