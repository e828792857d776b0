package org.millwright.adapter.attempt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import org.millwright.compute.spi.LaunchFailed;

/**
 * A zip that somebody sent us. It is unpacked into one folder and nowhere else, and only so much of it: its own words
 * about names and sizes are not believed.
 *
 * @param what how its owner knows it, for messages
 */
public record Archive(Path zip, String what, Limits limits) {

    /** What one archive may become. @param bytes of all its files together */
    public record Limits(int files, long bytes) {
        public static final Limits USUAL = new Limits(200_000, 20L << 30);
    }

    /** @throws LaunchFailed when it is no zip, has names that lead out of the folder, or is too large */
    public void unpack(Path folder) throws LaunchFailed, IOException {
        try (var content = open()) {
            for (var root : content.getRootDirectories()) {
                Files.walkFileTree(
                        root, new Unpacking(root, folder.toAbsolutePath().normalize()));
            }
        } catch (Unacceptable refused) {
            throw new LaunchFailed(String.valueOf(refused.getMessage()));
        }
    }

    private FileSystem open() throws Unacceptable, IOException {
        try {
            return FileSystems.newFileSystem(zip, Map.of());
        } catch (ZipException damaged) {
            throw new Unacceptable("%s cannot be unpacked: %s".formatted(what, damaged.getMessage()));
        } catch (java.nio.file.ProviderNotFoundException | IllegalArgumentException notAZip) {
            throw new Unacceptable("%s cannot be unpacked: it is not a zip".formatted(what));
        }
    }

    /** Ends the walk through an archive; it never leaves this class. */
    private static final class Unacceptable extends IOException {
        private static final long serialVersionUID = 1L;

        Unacceptable(String message) {
            super(message);
        }
    }

    private final class Unpacking extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Path folder;
        private int files;
        private long bytes;

        Unpacking(Path root, Path folder) {
            this.root = root;
            this.folder = folder;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path entry, BasicFileAttributes attributes) throws IOException {
            var target = target(entry);
            try {
                Files.createDirectories(target);
            } catch (FileAlreadyExistsException taken) {
                throw new Unacceptable("%s has '%s' as a file and as a folder".formatted(what, entry));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path entry, BasicFileAttributes attributes) throws IOException {
            if (++files > limits.files()) {
                throw new Unacceptable("%s has more than %d files".formatted(what, limits.files()));
            }
            var target = target(entry);
            try (var in = Files.newInputStream(entry);
                    var out = Files.newOutputStream(target)) {
                copy(in, out);
            } catch (ZipException damaged) {
                throw new Unacceptable("%s is damaged at '%s': %s".formatted(what, entry, damaged.getMessage()));
            } catch (FileSystemException unnameable) {
                throw new Unacceptable("%s has '%s', which cannot be a file here".formatted(what, entry));
            }
            if (Files.getAttribute(entry, "zip:permissions") instanceof Set<?> recorded
                    && recorded.contains(PosixFilePermission.OWNER_EXECUTE)) {
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return FileVisitResult.CONTINUE;
        }

        private void copy(InputStream in, OutputStream out) throws IOException {
            var buffer = new byte[64 << 10];
            for (int count; (count = in.read(buffer)) > 0; ) {
                bytes += count;
                if (bytes > limits.bytes()) {
                    throw new Unacceptable("%s unpacks to more than %d bytes".formatted(what, limits.bytes()));
                }
                out.write(buffer, 0, count);
            }
        }

        private Path target(Path entry) throws Unacceptable {
            try {
                var target = folder.resolve(root.relativize(entry).toString()).toAbsolutePath();
                if (target.normalize().equals(target) && target.startsWith(folder) || entry.equals(root)) {
                    return entry.equals(root) ? folder : target;
                }
            } catch (InvalidPathException notANameHere) {
                // The message below names it.
            }
            throw new Unacceptable("%s has '%s', which is no path inside a folder".formatted(what, entry));
        }
    }
}
