package org.millwright.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Lets only warnings of libraries through. Java makes one of these when the first of them logs. */
public final class QuietLogging {
    public QuietLogging() {
        var root = LogManager.getLogManager().getLogger("");
        configure(root == null ? Logger.getLogger("") : root);
    }

    private static void configure(Logger root) {
        root.setLevel(Level.WARNING);
        if (root.getHandlers().length == 0) {
            root.addHandler(new ConsoleHandler());
        }
    }
}
