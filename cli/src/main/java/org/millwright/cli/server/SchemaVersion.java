package org.millwright.cli.server;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The version of a migration: numbers with dots between them, compared as Flyway does. */
record SchemaVersion(List<BigInteger> parts) implements Comparable<SchemaVersion> {
    /** Before the first migration. */
    static final SchemaVersion NONE = new SchemaVersion(List.of());

    private static final Pattern FORM = Pattern.compile("\\d+([._]\\d+)*");

    /** @throws IllegalArgumentException if it is not a version */
    static SchemaVersion parse(String text) {
        var trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return NONE;
        }
        if (!FORM.matcher(trimmed).matches()) {
            throw new IllegalArgumentException("not a schema version: " + trimmed);
        }
        return new SchemaVersion(
                Arrays.stream(trimmed.split("[._]")).map(BigInteger::new).toList());
    }

    boolean isNewerThan(SchemaVersion other) {
        return compareTo(other) > 0;
    }

    String text() {
        return parts.stream().map(BigInteger::toString).collect(Collectors.joining("."));
    }

    @Override
    public int compareTo(SchemaVersion other) {
        for (var position = 0; position < Math.max(parts.size(), other.parts.size()); position++) {
            var order = part(position).compareTo(other.part(position));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return parts.isEmpty() ? "none" : text();
    }

    private BigInteger part(int position) {
        return position < parts.size() ? parts.get(position) : BigInteger.ZERO;
    }
}
