package org.millwright.cli.server;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a client needs to use the server of a data folder. */
@Command(
        name = "connection",
        description = {
            "Print what clients need: address, certificate file, token, and a fresh one-time sign-in link for the portal.",
            "Whoever reads it is the administrator of that server."
        },
        footer = {
            "",
            "Examples:",
            "  ./millwright connection --format json",
            "  eval \"$(./millwright connection --format env)\""
        })
public final class ConnectionCommand implements Callable<Integer> {
    /** The forms of the answer; this command has one more than the others. */
    enum Format {
        TABLE,
        JSON,
        ENV;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec command;

    @Mixin
    private DataOption data;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description =
                    "How to print it: ${COMPLETION-CANDIDATES}; env is for a shell to evaluate (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Override
    public Integer call() throws IOException {
        var folder = data.folder();
        var connection = Connection.of(folder);
        switch (format) {
            case ENV -> {
                command.commandLine().getOut().print(connection.exports());
                command.commandLine().getOut().flush();
            }
            case JSON -> Output.json(command).print(withLink(folder, connection));
            case TABLE -> Output.table(command).print(withLink(folder, connection));
        }
        return ExitCode.OK.number();
    }

    private Connection withLink(DataFolder folder, Connection connection) throws IOException {
        if (RunFile.read(folder).filter(RunFile::serverIsAlive).isEmpty()) {
            return connection;
        }
        try {
            return connection.withSignInLink();
        } catch (CommandFailed none) {
            command.commandLine().getErr().println("millwright: no sign-in link: " + none.sentence());
            return connection;
        }
    }
}
