package org.millwright.access;

import java.util.UUID;

/** Names a credential, so that its owner can list and revoke it without showing its secret. */
public record CredentialId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
