package org.millwright.monitoring.model;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.DeliveryId;

/**
 * The headers by which a receiver knows who sent something and when; MLflow's names, after the Standard Webhooks
 * convention. What is signed is {@code <delivery id>.<seconds since 1970>.<body>}, by HMAC-SHA256.
 */
public final class Signature {
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /** @param secret null to send it unsigned */
    public static Map<String, String> headers(DeliveryId delivery, Instant now, String body, @Nullable String secret) {
        var timestamp = Long.toString(now.getEpochSecond());
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-MLflow-Delivery-Id", delivery.toString());
        headers.put("X-MLflow-Timestamp", timestamp);
        if (secret != null) {
            headers.put("X-MLflow-Signature", "v1," + sign(secret, delivery + "." + timestamp + "." + body));
        }
        return headers;
    }

    private static String sign(String secret, String content) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, impossible);
        }
    }
}
