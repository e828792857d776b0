package org.millwright.adapter.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.secret.model.KeyId;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * The file that keys are kept in, one in each line, the newest last; only the server's user may read it.
 *
 * <p>Another server on the same file may add a key, so it is read again when it has changed. It is written aside and
 * renamed: it is always whole, whoever is killed.
 */
final class KeyFile {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path path;
    private @Nullable Version read;
    private LocalKeys keys = LocalKeys.parse("", "");

    private record Version(Object modified, Object file, long size) {
        static Version of(Path path) throws IOException {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Version(attributes.lastModifiedTime(), attributes.fileKey(), attributes.size());
        }
    }

    KeyFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Those in the file as it is now; none when there is no file. */
    synchronized LocalKeys keys() {
        try {
            var version = Version.of(path);
            if (!version.equals(read)) {
                keys = LocalKeys.parse(Files.readString(path), path.toString());
                read = version;
            }
        } catch (NoSuchFileException none) {
            keys = LocalKeys.parse("", "");
            read = null;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read the keys in " + path, unreadable);
        }
        return keys;
    }

    /** Adds a new key as the newest one. */
    synchronized KeyId add() {
        var bytes = new byte[LocalKeys.KEY_BYTES];
        RANDOM.nextBytes(bytes);
        var line = Base64.getEncoder().encodeToString(bytes);
        rewrite(_ -> true, line);
        var ids = keys().ids();
        return ids.getLast();
    }

    synchronized void remove(KeyId id) {
        rewrite(line -> !LocalKeys.parse(line, path.toString()).byId().containsKey(id), "");
    }

    private void rewrite(Predicate<String> keep, String added) {
        var folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
        try {
            var kept = Files.exists(path)
                    ? Files.readString(path)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .filter(keep)
                            .collect(Collectors.joining("\n"))
                    : "";
            Files.createDirectories(folder);
            // Made with 0600 from the start, as temporary files are.
            var draft = Files.createTempFile(folder, ".keys", ".part");
            try {
                var text = kept + (kept.isEmpty() || added.isEmpty() ? "" : "\n") + added + "\n";
                Files.writeString(draft, text, StandardCharsets.US_ASCII);
                force(draft);
                Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                force(folder);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException readOnly) {
            throw new Refused(new Problem.NotSupported(
                    "Changing the keys in %s".formatted(path),
                    "the server cannot write there (%s); put a new key at its end and call again for the existing one"
                            .formatted(readOnly.getClass().getSimpleName())));
        }
        read = null;
    }

    private static void force(Path what) throws IOException {
        try (var channel = FileChannel.open(what, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
