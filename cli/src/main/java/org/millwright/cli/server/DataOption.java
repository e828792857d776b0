package org.millwright.cli.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which data folder a command means. Mixed into a command, it adds {@code --data}. */
public final class DataOption {
    /** The folder of the checkout, as the {@code millwright} script says it. */
    static final String HOME_PROPERTY = "millwright.home";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder that keeps everything between starts (default: .millwright in the checkout).")
    private @Nullable Path folder;

    /** Whether the command line names a folder. */
    public boolean isGiven() {
        return folder != null;
    }

    public DataFolder folder() {
        var chosen = folder == null ? home().resolve(".millwright") : folder;
        return new DataFolder(chosen.toAbsolutePath().normalize());
    }

    /** The checkout that this command was built in, or the current folder when it runs without the script. */
    static Path home() {
        return Path.of(System.getProperty(HOME_PROPERTY, "")).toAbsolutePath().normalize();
    }
}
