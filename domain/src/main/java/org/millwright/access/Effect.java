package org.millwright.access;

/** What an assigned role does to its permissions. A denial wins over whatever else allows. */
public enum Effect {
    ALLOW,
    DENY
}
