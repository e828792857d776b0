package org.millwright.access.model;

import org.millwright.shared.Refused;

/** How it ended. */
public enum AuditOutcome {
    ALLOWED,
    /** They may not, or nobody is signed in. */
    REFUSED,
    /** They may, but it did not come about. */
    FAILED;

    /** @throws Refused with Invalid when there is none of that name */
    public static AuditOutcome ofName(String field, String name) {
        for (var outcome : values()) {
            if (outcome.name().equalsIgnoreCase(name)) {
                return outcome;
            }
        }
        throw Refused.invalid(field, "allowed, refused or failed");
    }
}
