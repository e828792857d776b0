package org.millwright.adapter.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher needs to find back to us.
 *
 * @param url of this server
 * @param token of the run
 * @param authority PEM of the certificates that it is to trust beside the usual ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Ticket(
        String url,
        String workspace,
        String run,
        int attempt,
        String token,
        @Nullable String authority) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** As it is handed through services that want plain letters: JSON in URL-safe base64. */
    String text() {
        try {
            return Base64.getUrlEncoder()
                    .encodeToString(JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Text is writable as JSON", impossible);
        }
    }

    /** Shows no token: what is printed ends in logs. */
    @Override
    public String toString() {
        return "Ticket of %s#%d".formatted(run, attempt);
    }
}
