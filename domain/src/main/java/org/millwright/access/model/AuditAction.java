package org.millwright.access.model;

import org.millwright.shared.Refused;

/** What was done, or tried. */
public enum AuditAction {
    CREATE,
    CHANGE,
    DELETE,
    /** Deleted before, and there again. */
    RESTORE,
    SIGN_IN,
    SIGN_OUT,
    /** A secret or data was given out. */
    READ,
    /** An operation that changes something left no other entry: it changed files, told a webhook, or found all as it was. */
    CALL;

    /** @throws Refused with Invalid when there is none of that name */
    public static AuditAction ofName(String field, String name) {
        for (var action : values()) {
            if (action.name().equalsIgnoreCase(name.replace('-', '_'))) {
                return action;
            }
        }
        throw Refused.invalid(field, "create, change, delete, restore, sign_in, sign_out, read or call");
    }
}
