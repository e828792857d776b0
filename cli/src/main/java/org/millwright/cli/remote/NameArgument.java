package org.millwright.cli.remote;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What a command is about, as a word of its own or, as Azure's command line has it, after {@code --name}. */
public final class NameArgument {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Its name.")
    private @Nullable String word;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "The same as the word NAME.")
    private @Nullable String option;

    String value() {
        if (word != null && option != null && !word.equals(option)) {
            throw new ParameterException(
                    command.commandLine(), "Two names are given: '%s' and '%s'".formatted(word, option));
        }
        var name = word == null ? option : word;
        if (name == null || name.isBlank()) {
            throw new ParameterException(command.commandLine(), "The NAME is missing");
        }
        return name;
    }
}
