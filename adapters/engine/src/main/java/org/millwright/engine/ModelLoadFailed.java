package org.millwright.engine;

import java.io.Serial;

/** A model cannot be served. The message says why, in words for the model's owner and without server paths. */
public class ModelLoadFailed extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public ModelLoadFailed(String reason) {
        super(reason);
    }

    public ModelLoadFailed(String reason, Throwable cause) {
        super(reason, cause);
    }
}
