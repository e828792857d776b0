package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.ApiClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Does once, in a folder that it deletes, what most commands do when they start. The build runs it to record which classes that takes, so
 * that later commands find them ready.
 */
@Command(name = "rehearse", hidden = true, description = "Load what commands load, for the build.")
public final class RehearseCommand implements Callable<Integer> {
    /** Nobody listens there. */
    private static final int DISCARD_PORT = 9;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        var folder = new DataFolder(Files.createTempDirectory("millwright-rehearsal"));
        try {
            FolderFormat.read(folder)
                    .requireReadable(folder, Migrations.onClassPath().newest());
            folder.create();
            try (var held = folder.lock().orElseThrow()) {
                held.channel().force(false);
                new Secrets(folder.secrets()).create();
                var certificates = new Certificates(folder.tls(), new Secrets(folder.secrets()).keystorePassword());
                certificates.ensure(Instant.now());
                certificates.ensure(Instant.now());
                new Port(0).claim("127.0.0.1");
                PostmasterFile.read(folder.database());
                DriverManager.drivers().forEach(driver -> driver.getMajorVersion());
                new RunFile(
                                RunFile.Phase.READY,
                                "https://127.0.0.1:" + DISCARD_PORT,
                                ProcessMark.of(ProcessHandle.current()),
                                null)
                        .write(folder);
            }
            output.print(StatusCommand.of(folder));
            askNobody(Connection.of(folder));
        } finally {
            PostgresBinaries.deleteTree(folder.root());
        }
        return ExitCode.OK.number();
    }

    private static void askNobody(Connection connection) throws IOException {
        try {
            new ApiClient(connection.access()).get("/health/ready");
        } catch (CommandFailed expected) {
            // the classes are loaded
        }
    }
}
