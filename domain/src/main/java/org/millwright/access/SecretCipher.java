package org.millwright.access;

/** Encrypts what must be kept but never shown: endpoint keys, connection strings. */
public interface SecretCipher {

    /** @return text that only this server's master key opens */
    String seal(String secret);

    /** @throws IllegalStateException when it was sealed with another key or was changed */
    String open(String sealed);
}
