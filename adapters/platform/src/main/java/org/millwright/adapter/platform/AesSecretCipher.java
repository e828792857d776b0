package org.millwright.adapter.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.millwright.access.SecretCipher;

/**
 * AES-256 in Galois/Counter Mode (NIST SP 800-38D): what was sealed cannot be read or changed without the master key.
 *
 * <p>Form: {@code v1.} and Base64 of nonce (12 bytes), ciphertext and tag (16 bytes). The version lets a later cipher take
 * over without losing what is kept.
 */
final class AesSecretCipher implements SecretCipher {
    private static final String VERSION = "v1.";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    private AesSecretCipher(SecretKey key) {
        this.key = key;
    }

    /** @throws IllegalStateException when the text is not 32 bytes in Base64 */
    static AesSecretCipher ofBase64(String masterKey) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(masterKey);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalStateException("The master key is not Base64", notBase64);
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalStateException(
                    "The master key has %d bytes; it needs %d".formatted(bytes.length, KEY_BYTES));
        }
        return new AesSecretCipher(new SecretKeySpec(bytes, "AES"));
    }

    @Override
    public String seal(String secret) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            var encrypted = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            var sealed = new byte[NONCE_BYTES + encrypted.length];
            System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
            System.arraycopy(encrypted, 0, sealed, NONCE_BYTES, encrypted.length);
            return VERSION + Base64.getEncoder().encodeToString(sealed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has AES/GCM", impossible);
        }
    }

    @Override
    public String open(String sealed) {
        if (!sealed.startsWith(VERSION)) {
            throw new IllegalStateException("A sealed secret has a form that this server does not know");
        }
        try {
            var bytes = Base64.getDecoder().decode(sealed.substring(VERSION.length()));
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, bytes, 0, NONCE_BYTES));
            return new String(cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            throw new IllegalStateException(
                    "A sealed secret was sealed with another master key, or was changed", wrong);
        }
    }
}
