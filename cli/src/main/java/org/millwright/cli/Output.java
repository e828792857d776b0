package org.millwright.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * How a command shows its answer: a record, a map or a list of them, as JSON or as a table that is derived from the same JSON.
 * Mixed into a command, it adds {@code --format}.
 */
public final class Output {
    /** The forms an answer can take. */
    public enum Format {
        TABLE,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String COLUMN_GAP = "  ";
    private static final int TERMINAL = 100;
    private static final int NARROWEST = 8;

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "How to print the answer: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    /** For a command that has a {@code --format} of its own. */
    public static Output json(CommandSpec command) {
        return of(command, Format.JSON);
    }

    /** For a command that has a {@code --format} of its own. */
    public static Output table(CommandSpec command) {
        return of(command, Format.TABLE);
    }

    private static Output of(CommandSpec command, Format format) {
        var output = new Output();
        output.command = command;
        output.format = format;
        return output;
    }

    public boolean isJson() {
        return format == Format.JSON;
    }

    /** Prints the answer. Objects become a table of names and values, lists of objects a table with a column for each name. */
    public void print(Object answer) {
        if (isJson()) {
            printJson(answer);
        } else {
            printTable(tableOf(Mapper.JSON.valueToTree(answer)));
        }
    }

    /** Prints these columns of a list only; as JSON the whole list. */
    public void print(List<?> answer, String... columns) {
        if (isJson()) {
            printJson(answer);
        } else {
            printTable(columns(Mapper.JSON.valueToTree(answer), Arrays.asList(columns)));
        }
    }

    /** Prints the rows as a table that fits a terminal; as JSON the whole answer that they are taken from. */
    public void print(Object answer, List<?> rows, String whenEmpty) {
        if (isJson()) {
            printJson(answer);
        } else if (rows.isEmpty()) {
            note(whenEmpty);
        } else {
            printTable(fitting(tableOf(Mapper.JSON.valueToTree(rows)), TERMINAL));
        }
    }

    /** Shortens the widest columns, the first one last: it is what other commands take. */
    static List<List<String>> fitting(List<List<String>> table, int width) {
        var columns = table.getFirst().size();
        var widths = new int[columns];
        for (var row : table) {
            for (var column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        while (Arrays.stream(widths).sum() + (columns - 1) * COLUMN_GAP.length() > width) {
            var widest = columns - 1;
            for (var column = columns - 1; column > 0; column--) {
                widest = widths[column] > widths[widest] ? column : widest;
            }
            if (widths[widest] <= NARROWEST) {
                break;
            }
            widths[widest]--;
        }
        return table.stream()
                .map(row -> (List<String>) new ArrayList<>(IntStream.range(0, columns)
                        .mapToObj(column -> shortened(row.get(column), widths[column]))
                        .toList()))
                .toList();
    }

    private static String shortened(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }

    /** Prints text for people, and nothing when JSON was asked for. */
    public void note(String text) {
        if (!isJson()) {
            out().println(text);
            out().flush();
        }
    }

    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    private void printJson(Object answer) {
        try {
            out().println(Mapper.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            out().flush();
        } catch (JsonProcessingException unprintable) {
            throw new IllegalStateException(unprintable);
        }
    }

    private void printTable(List<List<String>> rows) {
        var widths = new int[rows.stream().mapToInt(List::size).max().orElse(0)];
        for (var row : rows) {
            for (var column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (var row : rows) {
            var line = new StringBuilder();
            for (var column = 0; column < row.size(); column++) {
                line.append(row.get(column))
                        .repeat(' ', widths[column] - row.get(column).length())
                        .append(COLUMN_GAP);
            }
            out().println(line.toString().stripTrailing());
        }
        out().flush();
    }

    private static List<List<String>> tableOf(JsonNode answer) {
        if (answer.isArray()) {
            var names = new LinkedHashSet<String>();
            answer.forEach(row -> row.fieldNames().forEachRemaining(names::add));
            return columns(answer, List.copyOf(names));
        }
        if (answer.isObject()) {
            return answer.properties().stream()
                    .map(field -> List.of(field.getKey(), text(field.getValue())))
                    .toList();
        }
        return List.of(List.of(text(answer)));
    }

    private static List<List<String>> columns(JsonNode rows, List<String> names) {
        var table = new ArrayList<List<String>>();
        table.add(names.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList());
        rows.forEach(row ->
                table.add(names.stream().map(name -> text(row.path(name))).toList()));
        return table;
    }

    private static String text(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "";
        }
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isValueNode)) {
            return value.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /** Loaded only by a command that has something to print. */
    private static final class Mapper {
        static final JsonMapper JSON = JsonMapper.builder()
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .findAndAddModules()
                .build();
    }
}
