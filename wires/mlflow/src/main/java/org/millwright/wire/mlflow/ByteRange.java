package org.millwright.wire.mlflow;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a request's {@code Range} header asks for (RFC 9110, section 14).
 *
 * @param first the first byte's offset; behind the end of the file when there is no such part
 * @param last the last byte's, which is part of it
 */
record ByteRange(long first, long last) {
    private static final Pattern FORM =
            Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /**
     * Several ranges at once, other units and what makes no sense count as none: then the whole file is the answer.
     *
     * @param size of the file in bytes
     */
    static Optional<ByteRange> of(@Nullable String header, long size) {
        var form = FORM.matcher(header == null ? "" : header);
        if (!form.matches()) {
            return Optional.empty();
        }
        var from = form.group(1);
        var to = form.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? Optional.empty() : Optional.of(end(Long.parseLong(to), size));
        }
        var first = Long.parseLong(from);
        var last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        return last < first ? Optional.empty() : Optional.of(new ByteRange(first, Math.min(last, size - 1)));
    }

    private static ByteRange end(long length, long size) {
        return length == 0 ? new ByteRange(size, size - 1) : new ByteRange(Math.max(0, size - length), size - 1);
    }

    /** Whether the file has at least its first byte. */
    boolean isInside(long size) {
        return first < size;
    }

    long length() {
        return last - first + 1;
    }

    /** As the header of the answer says it. */
    String of(long size) {
        return "bytes %d-%d/%d".formatted(first, last, size);
    }
}
