package org.millwright.schedule.model;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.millwright.shared.Refused;

/**
 * Cron's five fields as crontab(5) and Azure ML write them: minute, hour, day of the month, month, day of the week. Sunday is 0
 * or 7, and when both the day of the month and that of the week are restricted, either is meant.
 */
final class CronExpression {
    private static final String FIELD = "trigger.expression";
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet daysOfMonth;
    private final BitSet months;
    private final BitSet daysOfWeek;

    private CronExpression(BitSet minutes, BitSet hours, BitSet daysOfMonth, BitSet months, BitSet daysOfWeek) {
        this.minutes = minutes;
        this.hours = hours;
        this.daysOfMonth = daysOfMonth;
        this.months = months;
        this.daysOfWeek = daysOfWeek;
    }

    /** @throws Refused with Invalid, naming the field and the column where it cannot be read */
    static CronExpression parse(String cron) {
        var fields = fields(cron);
        var minutes = new Field(cron, fields.get(0), "minute", 0, 59, List.of()).values();
        var hours = new Field(cron, fields.get(1), "hour", 0, 23, List.of()).values();
        var daysOfMonth = new Field(cron, fields.get(2), "day of month", 1, 31, List.of()).values();
        var months = new Field(cron, fields.get(3), "month", 1, 12, MONTHS).values();
        var daysOfWeek = new Field(cron, fields.get(4), "day of week", 0, 7, DAYS).values();
        if (daysOfWeek.get(0)) {
            daysOfWeek.set(7); // as LocalDate counts
        }
        return new CronExpression(minutes, hours, daysOfMonth, months, daysOfWeek);
    }

    boolean includes(LocalDate date) {
        if (!months.get(date.getMonthValue())) {
            return false;
        }
        var onDayOfMonth = daysOfMonth.get(date.getDayOfMonth());
        var onDayOfWeek = daysOfWeek.get(date.getDayOfWeek().getValue());
        if (daysOfMonth.cardinality() == 31) {
            return onDayOfWeek;
        }
        return daysOfWeek.get(1, 8).cardinality() == 7 ? onDayOfMonth : onDayOfMonth || onDayOfWeek;
    }

    /** The times of each day that it includes, in order. */
    List<LocalTime> times() {
        var times = new ArrayList<LocalTime>();
        hours.stream().forEach(hour -> minutes.stream().forEach(minute -> times.add(LocalTime.of(hour, minute))));
        return times;
    }

    boolean isEveryHour() {
        return hours.cardinality() == 24;
    }

    private record Word(String text, int column) {}

    private static List<Word> fields(String cron) {
        var fields = new ArrayList<Word>();
        for (var at = 0; at < cron.length(); at++) {
            if (!Character.isWhitespace(cron.charAt(at))) {
                var start = at;
                while (at < cron.length() && !Character.isWhitespace(cron.charAt(at))) {
                    at++;
                }
                fields.add(new Word(cron.substring(start, at), start + 1));
            }
        }
        if (fields.size() != 5) {
            throw Refused.invalid(
                    FIELD,
                    "'%s' has %d fields, not the five minute, hour, day of month, month, day of week"
                            .formatted(cron, fields.size()));
        }
        return fields;
    }

    /** One field while it is read. @param names stand for numbers from {@code least} */
    private record Field(String cron, Word word, String name, int least, int most, List<String> names) {

        BitSet values() {
            var values = new BitSet(most + 1);
            var column = word.column();
            for (var part : word.text().split(",", -1)) {
                add(part, column, values);
                column += part.length() + 1;
            }
            return values;
        }

        private void add(String part, int column, BitSet values) {
            var slash = part.indexOf('/');
            var range = slash < 0 ? part : part.substring(0, slash);
            var step = slash < 0 ? 1 : number(part.substring(slash + 1), column + slash + 1, "a step");
            if (step < 1) {
                throw wrong(column + slash + 1, "a step is at least 1");
            }
            int from;
            int to;
            var dash = range.indexOf('-');
            if (range.equals("*")) {
                from = least;
                // The week has seven days, though Sunday has two numbers.
                to = name.equals("day of week") ? 6 : most;
            } else if (dash > 0) {
                from = value(range.substring(0, dash), column);
                to = value(range.substring(dash + 1), column + dash + 1);
                if (from > to) {
                    throw wrong(
                            column, "%s comes after %s".formatted(range.substring(0, dash), range.substring(dash + 1)));
                }
            } else {
                from = value(range, column);
                to = slash < 0 ? from : most;
            }
            for (var value = from; value <= to; value += step) {
                values.set(value);
            }
        }

        private int value(String text, int column) {
            var named = names.indexOf(text.toUpperCase(Locale.ROOT));
            if (named >= 0) {
                return named + least;
            }
            var value =
                    number(text, column, "a number" + (names.isEmpty() ? "" : " or a name such as " + names.get(1)));
            if (value < least || value > most) {
                throw wrong(column, "%d is not within %d and %d".formatted(value, least, most));
            }
            return value;
        }

        private int number(String text, int column, String what) {
            if (!text.matches("\\d{1,4}")) {
                throw wrong(column, "'%s' is not %s".formatted(text, what));
            }
            return Integer.parseInt(text);
        }

        private Refused wrong(int column, String why) {
            return Refused.invalid(FIELD, "'%s', column %d, %s: %s".formatted(cron, column, name, why));
        }
    }
}
