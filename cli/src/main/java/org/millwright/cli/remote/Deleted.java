package org.millwright.cli.remote;

import java.util.Map;
import org.millwright.cli.Output;

/** The answer of a command that removed something. */
final class Deleted {
    private Deleted() {}

    static void tell(Output output, String name) {
        if (output.isJson()) {
            output.print(Map.of("deleted", name));
        } else {
            output.note("Deleted " + name);
        }
    }
}
