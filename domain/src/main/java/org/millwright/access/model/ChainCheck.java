package org.millwright.access.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a look at a piece of the chain found.
 *
 * @param from the link that the piece follows
 * @param to the last that fits
 * @param broken the first that does not fit, and why; null when all do
 */
public record ChainCheck(
        AuditHead from, AuditHead to, @Nullable Break broken) {

    /** @param sequence of the link, or of the one that should be there */
    public record Break(long sequence, String why) {}

    /** @param before the link that the first one must follow */
    public static ChainCheck of(AuditHead before, List<AuditEvent> links) {
        var last = before;
        for (var link : links) {
            var broken = fault(last, link);
            if (broken != null) {
                return new ChainCheck(before, last, broken);
            }
            last = link.head();
        }
        return new ChainCheck(before, last, null);
    }

    public boolean isIntact() {
        return broken == null;
    }

    private static @Nullable Break fault(AuditHead last, AuditEvent link) {
        var expected = last.sequence() + 1;
        if (link.sequence() != expected) {
            return new Break(expected, "it is missing: %d follows %d".formatted(link.sequence(), last.sequence()));
        }
        if (!link.isIntact()) {
            return new Break(link.sequence(), "its content is not what was sealed");
        }
        return link.previous().equals(last.hash())
                ? null
                : new Break(link.sequence(), "it does not follow the entry before it");
    }
}
