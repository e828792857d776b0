package org.millwright.access;

import java.util.UUID;

/** Names a credential, so that its owner can list and revoke it without showing its secret. */
public record CredentialId(UUID value) {
    /** Of whom the server acts for without their asking at that moment. */
    public static final CredentialId NONE = new CredentialId(new UUID(0, 0));

    @Override
    public String toString() {
        return value.toString();
    }
}
