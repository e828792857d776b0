package org.millwright.access.model;

import org.jspecify.annotations.Nullable;

/**
 * Writes one link of the audit trail as JSON, always in the same way: members in the order in which they are told, absent
 * ones left out, no spaces of its own. A reader needs no JSON to check a hash: it stands at the end, and everything before
 * it is what was hashed.
 */
final class AuditLine {
    static final String HASH = ",\"hash\":\"";
    static final String END = "\"}";
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder line = new StringBuilder("{");

    AuditLine number(String name, long value) {
        name(name).append(value);
        return this;
    }

    AuditLine text(String name, @Nullable String value) {
        if (value != null) {
            quoted(name(name), value);
        }
        return this;
    }

    /** @param value JSON already, as the database writes it */
    AuditLine json(String name, @Nullable String value) {
        if (value != null) {
            name(name).append(value);
        }
        return this;
    }

    private StringBuilder name(String name) {
        return line.append(line.length() == 1 ? "\"" : ",\"").append(name).append("\":");
    }

    private static void quoted(StringBuilder line, String value) {
        line.append('"');
        for (var i = 0; i < value.length(); i++) {
            var character = value.charAt(i);
            switch (character) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (character < FIRST_PRINTABLE) {
                        line.append("\\u%04x".formatted((int) character));
                    } else {
                        line.append(character);
                    }
                }
            }
        }
        line.append('"');
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
