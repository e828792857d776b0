package org.millwright.cli.server;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The migrations that this build carries, by the names of their files.
 *
 * @param versions each version, oldest first
 * @param repeatable whether there are some that run whenever their text has changed
 */
record Migrations(List<SchemaVersion> versions, boolean repeatable) {
    private static final String FOLDER = "db/migration";
    private static final Pattern VERSIONED = Pattern.compile("V(\\d+(?:[._]\\d+)*)__.*\\.(?:sql|class)");
    private static final Pattern REPEATABLE = Pattern.compile("R__.*\\.(?:sql|class)");

    static Migrations onClassPath() throws IOException {
        var names = new TreeSet<String>();
        for (var folder : Collections.list(Migrations.class.getClassLoader().getResources(FOLDER))) {
            if (folder.openConnection() instanceof JarURLConnection jar) {
                jar.getJarFile().stream()
                        .map(entry -> entry.getName())
                        .filter(name -> name.startsWith(FOLDER + "/"))
                        .forEach(name -> names.add(name.substring(name.lastIndexOf('/') + 1)));
            } else {
                names.addAll(filesIn(folder.toString()));
            }
        }
        return named(names);
    }

    static Migrations named(Iterable<String> fileNames) {
        var versions = new TreeSet<SchemaVersion>();
        var repeatable = false;
        for (var name : fileNames) {
            var versioned = VERSIONED.matcher(name);
            if (versioned.matches()) {
                versions.add(SchemaVersion.parse(versioned.group(1)));
            }
            repeatable |= REPEATABLE.matcher(name).matches();
        }
        return new Migrations(List.copyOf(versions), repeatable);
    }

    SchemaVersion newest() {
        return versions.isEmpty() ? SchemaVersion.NONE : versions.getLast();
    }

    private static List<String> filesIn(String folder) throws IOException {
        try (var files = Files.walk(Path.of(new URI(folder)))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (URISyntaxException impossible) {
            throw new IOException(impossible);
        }
    }
}
