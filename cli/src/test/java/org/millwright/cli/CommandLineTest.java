package org.millwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine millwright =
            Millwright.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    static Stream<CommandLine> shownCommands() {
        return Millwright.commandLine().getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shownCommands")
    void every_command_shows_an_example_and_offers_json(CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            assertThat(command.getUsageMessage()).contains("Example", "./millwright " + command.getCommandName());
            assertThat(command.getUsageMessage()).contains("--format", "json", "--help");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    up --port x      | 'x' is not an int
                    up --port 70000  | There is no port 70000
                    up --detatch     | Did you mean '--detach'
                    upp              | Did you mean 'up'
                    down --format ml | but was 'ml'
                    """)
    void a_wrong_command_line_exits_with_64_and_says_what_is_wrong(String arguments, String said) {
        var exit = millwright.execute(arguments.split(" "));

        assertThat(exit).isEqualTo(64);
        assertThat(err.toString()).startsWith("millwright: ").contains(said);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void no_command_at_all_is_a_wrong_command_line() {
        assertThat(millwright.execute()).isEqualTo(64);
        assertThat(err.toString()).contains("The first one is 'up'");
    }

    @Test
    void json_is_the_only_thing_on_standard_output(@TempDir Path folder) {
        var exit = millwright.execute("status", "--data", folder.resolve("none").toString(), "--format", "json");

        assertThat(exit).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(out.toString().strip()).startsWith("{").endsWith("}").contains("\"state\" : \"stopped\"");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void stopping_what_does_not_run_is_no_failure_and_makes_no_folder(@TempDir Path folder) {
        var none = folder.resolve("none");

        assertThat(millwright.execute("down", "--data", none.toString())).isZero();
        assertThat(out.toString()).contains("was not running");
        assertThat(none).doesNotExist();
    }

    @Test
    void a_connection_to_a_folder_that_no_server_used_exits_with_7(@TempDir Path folder) {
        assertThat(millwright.execute("connection", "--data", folder.toString()))
                .isEqualTo(7);
        assertThat(err.toString()).contains("No server was started on " + folder, "./millwright up");
    }
}
