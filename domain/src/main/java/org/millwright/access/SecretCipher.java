package org.millwright.access;

import org.millwright.shared.Refused;

/** Encrypts what must be kept but never shown: endpoint keys, secrets of webhooks and of workspaces. */
public interface SecretCipher {

    /**
     * @return text that only this server's keys open, and only for the same place
     * @throws Refused with Unavailable when the key is kept elsewhere and cannot be reached
     */
    String seal(SecretPlace place, String secret);

    /**
     * @throws Refused with Unavailable when its key is kept elsewhere and cannot be reached
     * @throws IllegalStateException when the server has not its key, or it was changed, or sealed for another place
     */
    String open(SecretPlace place, String sealed);
}
