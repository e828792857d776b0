package org.millwright.cli.server;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.millwright.cli.CommandFailed;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once for this user from the jar that carries them.
 *
 * @param folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path folder) {
    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /** Finds or unpacks them below the cache folder. @throws CommandFailed if there are none for this platform */
    static PostgresBinaries in(Path cache) throws IOException {
        var resource = "postgres-%s-%s.txz".formatted(system(), architecture());
        var url = PostgresBinaries.class.getResource("/" + resource);
        if (url == null) {
            throw CommandFailed.refused(
                    "This build carries no PostgreSQL for %s %s"
                            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
                    "Point it at a PostgreSQL of your own: set %s, %s and %s."
                            .formatted(DatabaseAddress.URL, DatabaseAddress.USER, DatabaseAddress.PASSWORD));
        }
        // The archive's checksum is in the jar's index: no need to read 15 MB at each start.
        var checksum = url.openConnection() instanceof JarURLConnection jar
                ? Long.toHexString(jar.getJarEntry().getCrc())
                : "unpacked";
        var folder = cache.resolve("postgres-" + checksum);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(cache);
            var unpacking = Files.createTempDirectory(cache, "postgres-unpacking-");
            try (var archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), architecture())) {
                unpack(archive, unpacking);
                moveInto(unpacking, folder);
            } finally {
                deleteTree(unpacking);
            }
        }
        return new PostgresBinaries(folder);
    }

    /** The cache of this user, or the data folder's own when the user has no home to write to. */
    static Path cacheFor(DataFolder data, Map<String, String> environment) {
        var chosen = environment.get("XDG_CACHE_HOME");
        var home = Path.of(System.getProperty("user.home", ""));
        if (chosen != null && chosen.startsWith("/")) {
            return Path.of(chosen, "millwright");
        }
        if (!home.isAbsolute() || !Files.isWritable(home)) {
            return data.cache();
        }
        return system().equals("darwin")
                ? home.resolve("Library/Caches/millwright")
                : home.resolve(".cache/millwright");
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("The archive of PostgreSQL names a file outside of it: " + entry.getName());
                }
                var folder = file.getParent();
                if (entry.isDirectory() || folder == null) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(folder);
                if (entry.isSymbolicLink() || entry.isLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, file);
                    if ((entry.getMode() & 0111) != 0 || folder.endsWith("bin")) {
                        file.toFile().setExecutable(true, false);
                    }
                }
            }
        }
    }

    private static void moveInto(Path unpacked, Path folder) throws IOException {
        try {
            Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException | AtomicMoveNotSupportedException other) {
            if (!Files.isDirectory(folder)) {
                throw other;
            }
            // another start unpacked the same archive meanwhile
        }
    }

    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static String system() {
        var name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name.startsWith("linux") ? "linux" : name;
    }

    private static String architecture() {
        var name = System.getProperty("os.arch", "");
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> name;
        };
    }
}
