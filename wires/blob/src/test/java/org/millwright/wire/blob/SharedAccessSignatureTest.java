package org.millwright.wire.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against signatures that azure-storage-blob 12.31.1 made with this key. */
class SharedAccessSignatureTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final Instant NOW = Instant.parse("2027-05-01T12:00:00Z");
    private static final String FOR_BLOB = "se=2030-01-01T00%3A00%3A00Z&sp=r&sv=2026-10-06&sr=b"
            + "&sig=GMFyLWhW%2BY6r6%2BnrzRneCyY8z4PN5jM4LhlpJlM34R4%3D";
    private static final String FOR_CONTAINER =
            "st=2026-01-01T00%3A00%3A00Z&se=2030-01-01T00%3A00%3A00Z&sp=rl&sv=2026-10-06&sr=c"
                    + "&sig=X%2Bz7ZoUNa2ZA65hOFMsDa0diOQSDSYc8ucBeuonlnKc%3D";

    @Test
    void a_clients_own_signature_opens_its_blob() {
        assertThat(of(FOR_BLOB).refusal("store", "models", "a/b c.txt", 'r', NOW, KEY))
                .isEmpty();
    }

    @Test
    void a_containers_signature_opens_every_blob_in_it() {
        assertThat(of(FOR_CONTAINER).refusal("store", "models", "any", 'r', NOW, KEY))
                .isEmpty();
        assertThat(of(FOR_CONTAINER).refusal("store", "models", null, 'l', NOW, KEY))
                .isEmpty();
    }

    @Test
    void it_opens_no_other_blob_container_or_account() {
        assertThat(of(FOR_BLOB).refusal("store", "models", "other", 'r', NOW, KEY))
                .get()
                .asString()
                .contains("signature");
        assertThat(of(FOR_BLOB).refusal("store", "data", "a/b c.txt", 'r', NOW, KEY))
                .isPresent();
        assertThat(of(FOR_BLOB).refusal("shop", "models", "a/b c.txt", 'r', NOW, KEY))
                .isPresent();
    }

    @Test
    void it_allows_nothing_beyond_its_permissions() {
        assertThat(of(FOR_BLOB).refusal("store", "models", "a/b c.txt", 'w', NOW, KEY))
                .contains("it permits 'r', not 'w'");
    }

    @Test
    void nobody_can_widen_it() {
        var widened = FOR_BLOB.replace("sp=r", "sp=rwd");
        assertThat(of(widened).refusal("store", "models", "a/b c.txt", 'w', NOW, KEY))
                .isPresent();
    }

    @Test
    void it_ends_and_it_begins() {
        var after = Instant.parse("2030-01-01T00:00:00Z");
        assertThat(of(FOR_BLOB).refusal("store", "models", "a/b c.txt", 'r', after, KEY))
                .contains("it has expired");
        var before = Instant.parse("2025-12-31T23:59:59Z");
        assertThat(of(FOR_CONTAINER).refusal("store", "models", "any", 'r', before, KEY))
                .contains("it is not valid yet");
    }

    @Test
    void without_a_signature_it_is_none() {
        assertThat(new SharedAccessSignature(Map.of()).refusal("store", "models", "any", 'r', NOW, KEY))
                .isPresent();
    }

    private static SharedAccessSignature of(String query) {
        var fields = new HashMap<String, String>();
        for (var pair : query.split("&")) {
            var equals = pair.indexOf('=');
            fields.put(
                    pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return new SharedAccessSignature(fields);
    }
}
