package org.millwright.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place that words a failure for the user and chooses the exit code. */
final class CommandErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
    /** Set it to see where an unexpected failure came from. */
    private static final String TRACE = "MILLWRIGHT_TRACE";

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        var said =
                switch (failure) {
                    case CommandFailed known -> known;
                    case AccessDeniedException denied ->
                        CommandFailed.permission(
                                "This user may not use " + denied.getFile(), "Check the owner and mode of that path.");
                    case FileSystemException file ->
                        CommandFailed.failed(
                                "%s: %s"
                                        .formatted(
                                                file.getFile(),
                                                file.getReason() == null
                                                        ? file.getClass().getSimpleName()
                                                        : file.getReason()),
                                "");
                    case IOException io -> CommandFailed.failed(reason(io), "");
                    default ->
                        CommandFailed.failed(
                                "This should not have happened: " + reason(failure),
                                "Please report it; %s=1 shows where it came from.".formatted(TRACE));
                };
        print(said, command.getErr());
        if (System.getenv(TRACE) != null) {
            failure.printStackTrace(command.getErr());
        }
        return said.exit().number();
    }

    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) {
        var command = wrong.getCommandLine();
        var help = "Run '%s --help' to see what it takes."
                .formatted(command.getCommandSpec().qualifiedName());
        var similar = similar(wrong);
        print(CommandFailed.usage(reason(wrong), similar.isEmpty() ? help : similar + " " + help), command.getErr());
        return ExitCode.USAGE.number();
    }

    private static String similar(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            var suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                return "Did you mean '%s'?".formatted(suggestions.getFirst());
            }
        }
        return "";
    }

    private static void print(CommandFailed failure, PrintWriter err) {
        err.println("millwright: " + failure.sentence());
        if (!failure.advice().isEmpty()) {
            err.println("  " + failure.advice().replace("\n", "\n  "));
        }
        err.flush();
    }

    private static String reason(Exception failure) {
        var message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
