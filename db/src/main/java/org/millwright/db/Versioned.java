package org.millwright.db;

/** A row that counts how often it was stored. */
public interface Versioned {
    long revision();
}
