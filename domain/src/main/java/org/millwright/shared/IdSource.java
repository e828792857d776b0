package org.millwright.shared;

import java.util.UUID;

/** Where new identifiers and secrets come from, so that tests can say which they will be. */
public interface IdSource {
    UUID nextId();

    /** Bytes fit for a secret. */
    byte[] nextSecret(int length);

    /** 32 lower-case hex digits, the form MLflow clients expect of ids. */
    default String nextHexId() {
        return nextId().toString().replace("-", "");
    }
}
