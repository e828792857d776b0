package org.millwright.engine;

import java.io.Serial;

/** A loaded model did not answer for the inputs it was given, or was stopped. */
public class ModelRunFailed extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final boolean stopped;

    public ModelRunFailed(String reason, boolean stopped, Throwable cause) {
        super(reason, cause);
        this.stopped = stopped;
    }

    /** Whether it ended because somebody asked it to, not by a fault of model or input. */
    public boolean stopped() {
        return stopped;
    }
}
