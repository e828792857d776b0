package org.millwright.endpoint.spi;

import java.io.Serial;

/** A model's files cannot be served; the message says why, for the deployment's owner. */
public class UnusableModel extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public UnusableModel(String reason) {
        super(reason);
    }
}
