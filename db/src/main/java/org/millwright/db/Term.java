package org.millwright.db;

import org.jspecify.annotations.Nullable;

/**
 * Something that a search can compare or sort by, as SQL.
 *
 * @param missing whether a row may lack it
 * @param notANumber an expression that says whether the value is a NaN; null where there are none
 * @param within what a comparison stands in, with %s for it; for what a row has several of
 */
public record Term(
        String sql, Kind kind, boolean missing, @Nullable String notANumber, String within) {

    /** How it compares. */
    public enum Kind {
        TEXT,
        NUMBER,
        /** An instant; filters give milliseconds since 1970. */
        TIME
    }

    public static Term text(String sql) {
        return new Term(sql, Kind.TEXT, false, null, "%s");
    }

    public static Term number(String sql) {
        return new Term(sql, Kind.NUMBER, false, null, "%s");
    }

    public static Term time(String sql) {
        return new Term(sql, Kind.TIME, false, null, "%s");
    }

    public Term orMissing() {
        return new Term(sql, kind, true, notANumber, within);
    }

    public Term orNotANumber(String flag) {
        return new Term(sql, kind, missing, flag, within);
    }

    public Term within(String condition) {
        return new Term(sql, kind, missing, notANumber, condition);
    }

    boolean isMany() {
        return !within.equals("%s");
    }
}
