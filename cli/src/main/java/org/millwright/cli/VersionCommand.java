package org.millwright.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Which Millwright this is. */
@Command(
        name = "version",
        description = "Print the version of this command and of the Java that runs it.",
        footer = {"", "Example:", "  ./millwright version --format json"})
public final class VersionCommand implements Callable<Integer> {
    @Mixin
    private Output output;

    @Override
    public Integer call() {
        output.print(new Versions(
                current(),
                System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch")));
        return ExitCode.OK.number();
    }

    /** The version that the build wrote into our jar; "development" when the classes run from a folder. */
    public static String current() {
        var version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    record Versions(String millwright, String java, String platform) {}
}
