package org.millwright.db.monitoring;

import java.util.List;
import java.util.function.ToLongFunction;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;

/** Pages of lists that are ordered by a number, the largest first: the token is the last number of the page before. */
final class SequenceToken {
    private SequenceToken() {}

    /** The number below which the page starts. */
    static long read(PageRequest page) {
        var token = page.token();
        if (token == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(token);
        } catch (NumberFormatException notOurs) {
            throw Refused.invalid("page_token", "this server gave no such token");
        }
    }

    /** @param rows one more than the page, when there are more */
    static <T> Page<T> page(List<T> rows, PageRequest page, ToLongFunction<T> number) {
        if (rows.size() <= page.size()) {
            return Page.last(rows);
        }
        var shown = rows.subList(0, page.size());
        return new Page<>(shown, Long.toString(number.applyAsLong(shown.getLast())));
    }
}
