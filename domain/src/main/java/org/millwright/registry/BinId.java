package org.millwright.registry;

import org.millwright.shared.Refused;

/** Names one deletion of a registered model or of a version: the same name may be deleted, made and deleted again. */
public record BinId(long value) {

    /** @throws Refused with NotFound when the text is no number */
    public static BinId parse(String text) {
        try {
            return new BinId(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            throw Refused.notFound("deleted model", text);
        }
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
