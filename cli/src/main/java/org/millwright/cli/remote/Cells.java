package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Makes table rows of a server's answers: times of the reader's zone, short forms, nothing for what is absent. */
final class Cells {
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private final SequencedMap<String, String> row = new LinkedHashMap<>();
    private final JsonNode answer;

    private Cells(JsonNode answer) {
        this.answer = answer;
    }

    static Cells of(JsonNode answer) {
        return new Cells(answer);
    }

    /** The fields of these names, as they are. */
    Cells with(String... fields) {
        for (var field : fields) {
            row.put(field, text(answer.path(field)));
        }
        return this;
    }

    Cells as(String column, String value) {
        row.put(column, value);
        return this;
    }

    Cells time(String column, String field) {
        row.put(column, time(text(answer.path(field))));
        return this;
    }

    Cells without(String column) {
        row.remove(column);
        return this;
    }

    SequencedMap<String, String> row() {
        return row;
    }

    /** The rows, without columns in which nothing stands. */
    static List<SequencedMap<String, String>> table(List<Cells> rows) {
        var all = rows.stream().map(Cells::row).toList();
        for (var column :
                all.isEmpty() ? List.<String>of() : List.copyOf(all.getFirst().keySet())) {
            if (all.stream().allMatch(row -> row.getOrDefault(column, "").isEmpty())) {
                all.forEach(row -> row.remove(column));
            }
        }
        return all;
    }

    static String text(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "";
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    static String time(String instant) {
        try {
            return instant.isEmpty()
                    ? ""
                    : MINUTES.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
        } catch (DateTimeParseException otherForm) {
            return instant;
        }
    }

    /** "1 h 02 min", "3 min 20 s", "8 s"; empty when one of the two is absent. */
    static String duration(String from, String to) {
        try {
            if (from.isEmpty() || to.isEmpty()) {
                return "";
            }
            var taken = Duration.between(Instant.parse(from), Instant.parse(to));
            if (taken.toHours() > 0) {
                return "%d h %02d min".formatted(taken.toHours(), taken.toMinutesPart());
            }
            return taken.toMinutes() > 0
                    ? "%d min %02d s".formatted(taken.toMinutes(), taken.toSecondsPart())
                    : "%d s".formatted(taken.toSeconds());
        } catch (DateTimeParseException otherForm) {
            return "";
        }
    }
}
