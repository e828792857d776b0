package org.millwright.db;

import org.jspecify.annotations.Nullable;

/**
 * Something that a search can compare or sort by, as SQL.
 *
 * @param absent an expression that says whether a row lacks it; null when every row has it
 * @param notANumber an expression that says whether the value is a NaN; null where there are none
 * @param within what a comparison stands in, with %s for it; for what a row has several of
 * @param lookup what a comparison with one value by {@code =} may say besides, so that an index serves it: with %1$s for
 *     the value
 */
public record Term(
        String sql,
        Kind kind,
        @Nullable String absent,
        @Nullable String notANumber,
        String within,
        @Nullable String lookup) {

    /** How it compares. */
    public enum Kind {
        TEXT,
        /** A double. */
        NUMBER,
        /** A whole number, which JSON and Java keep exactly. */
        INTEGER,
        /** An instant; filters give milliseconds since 1970. */
        TIME
    }

    public static Term text(String sql) {
        return of(sql, Kind.TEXT);
    }

    public static Term number(String sql) {
        return of(sql, Kind.NUMBER);
    }

    public static Term integer(String sql) {
        return of(sql, Kind.INTEGER);
    }

    public static Term time(String sql) {
        return of(sql, Kind.TIME);
    }

    /** A value of a JSON document of texts, which a GIN index of the column finds. */
    public static Term member(Search search, String column, String key) {
        var name = search.bind(key);
        return text("(%s ->> %s)".formatted(column, name))
                .orMissing()
                .lookedUpBy("%s @> jsonb_build_object(%s, %%1$s)".formatted(column, name));
    }

    public Term orMissing() {
        return orMissing(sql + " IS NULL");
    }

    /** @param absence for values that are joined: one that the planner knows to be the joined row's absence */
    public Term orMissing(String absence) {
        return new Term(sql, kind, absence, notANumber, within, lookup);
    }

    public Term orNotANumber(String flag) {
        return new Term(sql, kind, absent, flag, within, lookup);
    }

    public Term within(String condition) {
        return new Term(sql, kind, absent, notANumber, condition, lookup);
    }

    public Term lookedUpBy(String condition) {
        return new Term(sql, kind, absent, notANumber, within, condition);
    }

    boolean isMany() {
        return !within.equals("%s");
    }

    private static Term of(String sql, Kind kind) {
        return new Term(sql, kind, null, null, "%s", null);
    }
}
