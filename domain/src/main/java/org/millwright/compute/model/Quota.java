package org.millwright.compute.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * How many nodes of a compute target a team or a user may hold.
 *
 * <p>Up to the nominal number is theirs: work that others run beyond their own quota in the low tier makes room for it. Beyond it
 * they borrow what nobody needs.
 *
 * @param subject a group's id, or a user's
 * @param borrow how many nodes beyond the nominal ones; null for any number
 */
public record Quota(
        Holder holder,
        String subject,
        int nominal,
        @Nullable Integer borrow) {

    /** Who holds nodes. */
    public enum Holder {
        TEAM,
        USER;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Quota {
        if (subject.isBlank() || subject.length() > 255) {
            throw Refused.invalid("subject", "1 to 255 characters");
        }
        if (nominal < 0 || nominal > 100_000) {
            throw Refused.invalid("nominal", "0 to 100000 nodes");
        }
        if (borrow != null && (borrow < 0 || borrow > 100_000)) {
            throw Refused.invalid("borrow_limit", "0 to 100000 nodes");
        }
    }

    boolean isOf(String team, String user) {
        return subject.equals(holder == Holder.TEAM ? team : user);
    }
}
