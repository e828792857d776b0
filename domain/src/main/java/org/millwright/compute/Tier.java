package org.millwright.compute;

/** How firmly work holds what it runs on. */
public enum Tier {
    /** It is left to run. */
    DEDICATED,
    /** It makes room for dedicated work that needs the place, and is tried again later. */
    LOW_PRIORITY
}
