package org.millwright.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Where the migrations lie, and how far they lead. Whoever starts the server applies them before. */
public final class Migrations {
    private static final String FOLDER = "db/migration";
    private static final Pattern FILE = Pattern.compile("V(\\d+)__\\w+\\.sql");

    /** As Flyway wants it. */
    public static final String LOCATION = "classpath:" + FOLDER;

    private Migrations() {}

    /** The version of the newest migration; a database with a later one belongs to a newer server. */
    public static String newestVersion() {
        return versions().stream()
                .max(Comparator.comparing(Long::parseLong))
                .orElseThrow(() -> new IllegalStateException("No migrations in " + LOCATION));
    }

    private static List<String> versions() {
        var found = new ArrayList<String>();
        try {
            var folders = Migrations.class.getClassLoader().getResources(FOLDER);
            while (folders.hasMoreElements()) {
                for (var name : names(folders.nextElement())) {
                    var file = FILE.matcher(name);
                    if (file.matches()) {
                        found.add(file.group(1));
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot list " + LOCATION, unreadable);
        }
        return found;
    }

    private static List<String> names(URL folder) throws IOException {
        if (folder.openConnection() instanceof JarURLConnection jar) {
            jar.setUseCaches(false);
            try (var file = jar.getJarFile()) {
                return file.stream()
                        .map(entry -> entry.getName())
                        .filter(name -> name.startsWith(FOLDER + "/"))
                        .map(name -> name.substring(FOLDER.length() + 1))
                        .toList();
            }
        }
        try (var files = Files.list(Path.of(folder.toURI()))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (URISyntaxException impossible) {
            throw new IOException("Not a folder: " + folder, impossible);
        }
    }
}
