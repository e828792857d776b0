package org.millwright.cli.server;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.ApiClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a server on this machine. */
@Command(
        name = "up",
        description = {
            "Start a server: PostgreSQL, Open Liberty and a local compute pool, all data in one folder.",
            "It stays in the foreground until ctrl-C, or returns when ready with --detach. On a data folder where a server runs already,"
                    + " --detach answers as if it had started it; without it, the command is refused (exit code 3)."
        },
        footer = {
            "",
            "Examples:",
            "  ./millwright up",
            "  ./millwright up --detach --data /srv/millwright --port 9443 --format json",
            "",
            "A PostgreSQL of your own: set MILLWRIGHT_DB_URL (jdbc:postgresql://HOST:PORT/NAME), MILLWRIGHT_DB_USER and MILLWRIGHT_DB_PASSWORD.",
            "A certificate of your own: set MILLWRIGHT_PUBLIC_URL, and MILLWRIGHT_TLS_CERTIFICATE, MILLWRIGHT_TLS_KEY and MILLWRIGHT_CA_FILE to PEM"
                    + " files."
        })
public final class UpCommand implements Callable<Integer> {
    static final String SUPERVISED = "--supervised";

    private static final String READY_AFTER = "Millwright is ready after %.1f s.";

    @Spec
    private CommandSpec command;

    @Mixin
    private DataOption data;

    @Mixin
    private Output output;

    @Option(names = "--detach", description = "Return when the server is ready, and leave it running.")
    private boolean detach;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8443",
            description = "HTTPS port; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--sign-in-link",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Print a one-time link that signs you in to the portal (the default), or do not.")
    private boolean signInLink;

    /** The process that --detach leaves behind: it says nothing that only a person at a terminal needs. */
    @Option(names = SUPERVISED, hidden = true)
    private boolean supervised;

    @Override
    public Integer call() throws IOException, InterruptedException, GeneralSecurityException {
        var folder = data.folder();
        var progress = new Progress(command.commandLine().getErr());
        var wished = new Port(port);
        var home = LibertyHome.find(DataOption.home(), System.getenv());
        if (detach) {
            if (new DetachedStart(folder, wished, progress).run()) {
                progress.headline(READY_AFTER.formatted(progress.secondsSinceStart()));
            }
            announce(folder);
            return ExitCode.OK.number();
        }
        var server = LocalServer.on(folder, home, System.getenv(), progress).orElseThrow(() -> alreadyRunning(folder));
        progress.headline("Starting Millwright on " + folder.root());
        var stopper = new Thread(server::stop, "stop");
        Runtime.getRuntime().addShutdownHook(stopper);
        server.start(wished);
        if (!supervised) {
            progress.headline(READY_AFTER.formatted(progress.secondsSinceStart()));
            announce(folder);
            progress.headline("Ctrl-C stops it.");
        }
        server.supervise();
        return ExitCode.OK.number();
    }

    private void announce(DataFolder folder) throws IOException {
        var known = Connection.of(folder);
        var connection = withLink(known);
        warnOfOpenJobs(known);
        if (output.isJson()) {
            output.print(connection);
        } else {
            output.note("""

                    Portal        %s
                    Certificate   %s
                    Data folder   %s

                    For an MLflow client (or: eval "$(./millwright connection --format env)"):
                    %s""".formatted(
                            connection.portal(),
                            connection.ca(),
                            folder.root(),
                            connection.exports().indent(2).stripTrailing()));
        }
    }

    private Connection withLink(Connection connection) throws IOException {
        if (!signInLink) {
            return connection;
        }
        try {
            return connection.withSignInLink();
        } catch (CommandFailed none) {
            command.commandLine().getErr().println("  No sign-in link: " + none.sentence());
            return connection;
        }
    }

    /** Whoever starts a server on which jobs can read its secrets should know before the first job does. */
    private void warnOfOpenJobs(Connection connection) {
        try {
            var isolation = new ApiClient(connection.access())
                    .get("/api/v1/workspaces/main/compute/local")
                    .path("isolation");
            if (!isolation.path("kind").asText().equals("sandbox")) {
                command.commandLine()
                        .getErr()
                        .println("  %s Why not more: %s"
                                .formatted(
                                        isolation.path("summary").asText(),
                                        isolation.path("obstacle").asText()));
            }
        } catch (CommandFailed | IOException unknown) {
            // The server's log says it, too.
        }
    }

    static CommandFailed alreadyRunning(DataFolder folder) {
        Optional<RunFile> run;
        try {
            run = RunFile.read(folder);
        } catch (IOException unreadable) {
            run = Optional.empty();
        }
        return CommandFailed.refused(
                "A server runs on %s already%s"
                        .formatted(folder.root(), run.map(r -> ": " + r.url()).orElse("")),
                "See it with ./millwright status, stop it with ./millwright down, or choose another folder with --data DIR.");
    }
}
