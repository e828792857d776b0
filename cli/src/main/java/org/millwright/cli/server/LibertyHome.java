package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.millwright.cli.CommandFailed;

/**
 * The unpacked Open Liberty and our server's configuration, as the build leaves them. Nothing is written here at run time, so several data
 * folders share one.
 *
 * @param folder with {@code wlp}, the runtime, and {@code usr}, the server
 */
record LibertyHome(Path folder) {
    static final String SERVER = "millwright";
    /** Says where it is when it is not the one of this checkout. */
    static final String OVERRIDE = "MILLWRIGHT_LIBERTY";

    static LibertyHome find(Path checkout, Map<String, String> environment) {
        var override = environment.get(OVERRIDE);
        var home = new LibertyHome(
                override == null || override.isBlank()
                        ? checkout.resolve("app-ear/target/liberty")
                        : Path.of(override).toAbsolutePath());
        if (!Files.isRegularFile(home.launcher())
                || !Files.isRegularFile(home.server().resolve("server.xml"))) {
            throw CommandFailed.refused(
                    "There is no server to start in " + home.folder(),
                    "Start it with ./millwright up, which builds what is missing.");
        }
        return home;
    }

    Path install() {
        return folder.resolve("wlp");
    }

    Path user() {
        return folder.resolve("usr");
    }

    Path server() {
        return user().resolve("servers").resolve(SERVER);
    }

    Path launcher() {
        return install().resolve("bin/tools/ws-server.jar");
    }

    Path agent() {
        return install().resolve("bin/tools/ws-javaagent.jar");
    }

    /** When the build last changed the application. */
    FileTime builtAt() throws IOException {
        try (var applications = Files.list(server().resolve("apps"))) {
            var newest = FileTime.fromMillis(0);
            for (var application : applications.toList()) {
                var time = Files.getLastModifiedTime(application);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
            return newest;
        }
    }

    /** The options of the runtime for this Java and those of our server, one a line as {@code wlp/bin/server} reads them. */
    List<String> jvmOptions() throws IOException {
        var options = new ArrayList<String>();
        for (var file :
                List.of(install().resolve("lib/platform/java/java24.options"), server().resolve("jvm.options"))) {
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .forEach(options::add);
            }
        }
        return options;
    }
}
