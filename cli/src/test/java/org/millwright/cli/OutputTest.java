package org.millwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class OutputTest {
    private final StringWriter written = new StringWriter();
    private final CommandLine.Model.CommandSpec command =
            new CommandLine(new Nothing()).setOut(new PrintWriter(written)).getCommandSpec();

    @Test
    void a_record_is_a_table_of_names_and_values_without_those_that_are_absent() {
        Output.table(command).print(new Job("train", 2, null));

        assertThat(written.toString().lines()).containsExactly("name   train", "tries  2");
    }

    @Test
    void a_list_is_a_table_with_a_column_for_each_name_and_lines_that_do_not_end_in_spaces() {
        Output.table(command).print(List.of(new Job("train", 2, "ok"), new Job("b", 10, null)));

        assertThat(written.toString().lines()).containsExactly("NAME   TRIES  NOTE", "train  2      ok", "b      10");
    }

    @Test
    void chosen_columns_narrow_the_table_and_not_the_json() {
        Output.table(command).print(List.of(new Job("train", 2, "ok")), "name");
        assertThat(written.toString().lines()).containsExactly("NAME", "train");

        Output.json(command).print(List.of(new Job("train", 2, "ok")), "name");
        assertThat(written.toString()).contains("\"tries\" : 2");
    }

    @Test
    void lists_of_plain_values_are_joined_and_trees_are_json_in_a_cell() {
        Output.table(command).print(Map.of("tags", List.of("a", "b")));

        assertThat(written.toString()).contains("tags  a, b");
    }

    record Job(String name, int tries, @Nullable String note) {}

    @Command(name = "nothing")
    static final class Nothing {}
}
