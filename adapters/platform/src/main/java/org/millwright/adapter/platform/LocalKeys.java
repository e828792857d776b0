package org.millwright.adapter.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.millwright.secret.model.KeyId;

/**
 * Keys that this server holds itself, read from text with one in each line, Base64 of 32 bytes, the newest last.
 *
 * <p>Each is named by its own digest, so that it keeps its name when it moves from a file into the environment or back.
 */
record LocalKeys(Map<KeyId, SecretKey> byId) {
    static final int KEY_BYTES = 32;

    /** @throws IllegalStateException naming the source and the line, and never what stands there */
    static LocalKeys parse(String text, String source) {
        var keys = new LinkedHashMap<KeyId, SecretKey>();
        var line = 0;
        for (var entry : text.split("[\\r\\n,]+")) {
            line++;
            if (!entry.isBlank()) {
                var key = key(entry.strip(), source, line);
                keys.put(idOf(key), key);
            }
        }
        return new LocalKeys(keys);
    }

    static KeyId idOf(SecretKey key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("millwright key ".getBytes(StandardCharsets.US_ASCII));
            return new KeyId("aes-" + HexFormat.of().formatHex(digest.digest(key.getEncoded()), 0, 6));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }

    List<KeyId> ids() {
        return new ArrayList<>(byId.keySet());
    }

    private static SecretKey key(String base64, String source, int line) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            // Without the cause: it may repeat what was written.
            throw new IllegalStateException("Key %d in %s is not Base64".formatted(line, source));
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalStateException(
                    "Key %d in %s has %d bytes; it needs %d".formatted(line, source, bytes.length, KEY_BYTES));
        }
        return new SecretKeySpec(bytes, "AES");
    }
}
