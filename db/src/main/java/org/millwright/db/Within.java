package org.millwright.db;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Reach;
import org.millwright.access.ResourceKind;
import org.millwright.workspace.WorkspaceName;

/**
 * Which resources of a kind the operation at hand reaches, as a condition of the statement that reads them: so pages are full
 * and their tokens right. Who reaches everything pays nothing, because there is no condition.
 *
 * <p>The ids are one bound text, which the database makes an array of.
 */
public final class Within {
    private final ResourceKind kind;
    private final Reach reach;

    private Within(ResourceKind kind, Reach reach) {
        this.kind = kind;
        this.reach = reach;
    }

    /** As far as whoever asks reaches in the workspace. */
    public static Within reach(ResourceKind kind, WorkspaceName workspace) {
        return new Within(kind, Authority.current().reach(kind, workspace));
    }

    public boolean isEverything() {
        return reach.isEverything();
    }

    /** Whether some are named, and no others are reached. */
    public boolean isNamedOnly() {
        return !reach.all();
    }

    public boolean includes(Object id) {
        return reach.includes(id.toString());
    }

    /** To be put behind another condition. If it has a question mark, {@link #addTo} has its value. */
    public String and(String column) {
        return isEverything() ? "" : " AND " + condition(column, "?");
    }

    public void addTo(List<@Nullable Object> values) {
        if (!isEverything()) {
            values.add(ids());
        }
    }

    /** @param before the values of the question marks in front of it */
    public @Nullable Object[] behind(@Nullable Object... before) {
        var values = new ArrayList<@Nullable Object>(Arrays.asList(before));
        addTo(values);
        return values.toArray();
    }

    /** @param bound what stands for {@link #ids} in the SQL */
    String condition(String column, String bound) {
        return "%s %s (CAST(%s AS %s[]))"
                .formatted(column, reach.all() ? "<> ALL" : "= ANY", bound, isNumbered() ? "bigint" : "text");
    }

    /** As PostgreSQL writes an array. */
    String ids() {
        return (isNumbered()
                        ? numbers().map(String::valueOf)
                        : reach.ids().stream().map(Within::quoted))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** The experiments that are named. An id that is no experiment's number names none. */
    public Stream<Long> numbers() {
        return reach.ids().stream()
                .filter(id -> id.matches("0|[1-9][0-9]{0,17}"))
                .map(Long::valueOf);
    }

    private boolean isNumbered() {
        return kind == ResourceKind.EXPERIMENT;
    }

    private static String quoted(String id) {
        return '"' + id.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
