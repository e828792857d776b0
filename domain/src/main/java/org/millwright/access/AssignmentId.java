package org.millwright.access;

import java.util.UUID;
import org.millwright.shared.Refused;

/** Identifies one role that was given to one principal. */
public record AssignmentId(UUID value) {

    /** @throws Refused with NotFound when it is no such id */
    public static AssignmentId parse(String text) {
        try {
            return new AssignmentId(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            throw Refused.notFound("role assignment", text);
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
