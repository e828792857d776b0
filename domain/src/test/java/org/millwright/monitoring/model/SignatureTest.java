package org.millwright.monitoring.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.millwright.monitoring.DeliveryId;

class SignatureTest {
    private static final DeliveryId ID = DeliveryId.parse("6f1c0b9e-3b0e-4b7e-9d53-5c8b7d1a2f30");
    private static final Instant SENT = Instant.ofEpochSecond(1_700_000_000);

    @Test
    void what_is_sent_is_signed_as_pythons_hmac_signs_it() {
        assertThat(Signature.headers(ID, SENT, "{\"name\":\"Zürich\"}", "geheim ß"))
                .containsEntry("X-MLflow-Delivery-Id", ID.toString())
                .containsEntry("X-MLflow-Timestamp", "1700000000")
                .containsEntry("X-MLflow-Signature", "v1,jcjdFSGrTSbfvKV1rt2oaBLi9FBsYiVTzLkaNJiUAHg=");
    }

    @Test
    void without_a_secret_there_is_no_signature() {
        assertThat(Signature.headers(ID, SENT, "{}", null)).doesNotContainKey("X-MLflow-Signature");
    }
}
