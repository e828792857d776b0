package org.millwright.compute;

/** Tells what shuts jobs off from the machine they run on. */
public interface JobIsolation {

    /** What is in force; found out at the first call, by trying, and the same until the server starts anew. */
    Isolation isolation();
}
