package org.millwright.compute.spi;

import java.io.Serial;

/** An attempt could not be started for a reason that its owner can mend: packages that do not resolve, no such Python. */
public class LaunchFailed extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public LaunchFailed(String reason) {
        super(reason);
    }
}
