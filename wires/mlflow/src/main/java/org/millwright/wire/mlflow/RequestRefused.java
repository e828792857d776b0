package org.millwright.wire.mlflow;

import java.io.Serial;

/** A request that does not keep to the protocol, found before any use case was asked. */
class RequestRefused extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient MlflowError error;

    RequestRefused(MlflowError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    MlflowError error() {
        return error;
    }
}
