package org.millwright.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.millwright.cli.remote.AccessCommand;
import org.millwright.cli.remote.AuditCommand;
import org.millwright.cli.remote.ComputeCommand;
import org.millwright.cli.remote.DeletedCommand;
import org.millwright.cli.remote.DeploymentCommand;
import org.millwright.cli.remote.EndpointCommand;
import org.millwright.cli.remote.EnvironmentCommand;
import org.millwright.cli.remote.ExperimentCommand;
import org.millwright.cli.remote.ExportCommand;
import org.millwright.cli.remote.GroupCommand;
import org.millwright.cli.remote.ImportCommand;
import org.millwright.cli.remote.JobCommand;
import org.millwright.cli.remote.ModelCommand;
import org.millwright.cli.remote.PrincipalCommand;
import org.millwright.cli.remote.PurgeCommand;
import org.millwright.cli.remote.RoleCommand;
import org.millwright.cli.remote.ScheduleCommand;
import org.millwright.cli.remote.SecretCommand;
import org.millwright.cli.remote.ServicePrincipalCommand;
import org.millwright.cli.remote.TokenCommand;
import org.millwright.cli.remote.WebhookCommand;
import org.millwright.cli.remote.WorkspaceCommand;
import org.millwright.cli.server.ConnectionCommand;
import org.millwright.cli.server.DownCommand;
import org.millwright.cli.server.RehearseCommand;
import org.millwright.cli.server.StatusCommand;
import org.millwright.cli.server.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command tree. */
@Command(
        name = "millwright",
        description = "The machine-learning workspace that a team runs itself.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            ConnectionCommand.class,
            RehearseCommand.class,
            JobCommand.class,
            ExperimentCommand.class,
            ModelCommand.class,
            EndpointCommand.class,
            DeploymentCommand.class,
            ComputeCommand.class,
            ScheduleCommand.class,
            EnvironmentCommand.class,
            SecretCommand.class,
            WebhookCommand.class,
            WorkspaceCommand.class,
            DeletedCommand.class,
            PurgeCommand.class,
            TokenCommand.class,
            PrincipalCommand.class,
            GroupCommand.class,
            RoleCommand.class,
            AccessCommand.class,
            AuditCommand.class,
            ServicePrincipalCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            VersionCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 ok, 1 failed, 2 job cancelled, 3 refused, 4 not permitted, 6 not in time, 7 no server answers,",
            "64 wrong command line. Who follows a job that fails gets the job's own exit code.",
            "",
            "Example:",
            "  ./millwright up"
        })
public final class Millwright implements Runnable {
    @Spec
    private CommandSpec command;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    public static void main(String[] arguments) {
        // Libraries that log through java.util.logging: their news is no concern of whoever runs a command.
        System.setProperty("java.util.logging.config.class", QuietLogging.class.getName());
        System.exit(commandLine().execute(arguments));
    }

    /** The whole tree, with its error handling, as the command and the tests use it. */
    public static CommandLine commandLine() {
        var errors = new CommandErrors();
        var line = new CommandLine(new Millwright())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Which command? The first one is 'up'");
    }
}
