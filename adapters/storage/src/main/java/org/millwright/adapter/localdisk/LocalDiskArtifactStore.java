package org.millwright.adapter.localdisk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.StoredFile;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;

/**
 * Artifacts as files in the server's data folder, named as their paths say.
 *
 * <p>A file is written aside, forced to the disk and then renamed into place, so that a crash leaves the old file or the
 * new one. Symbolic links below the root are never followed: nobody reaches through them what lies outside.
 */
@ApplicationScoped
public class LocalDiskArtifactStore implements ArtifactStore {
    /** Where uploads lie until they are whole; in the root, so that a rename stays in one file system. */
    private static final String INCOMING = ".incoming";

    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);
    private static final int LONGEST_NAME_BYTES = 255;
    private static final int LONGEST_PATH_BYTES = 3500;
    private static final int MOST_TRIES = 20;
    private static final int PIECE_BYTES = 128 * 1024;

    private final Path root;

    @Inject
    public LocalDiskArtifactStore(ServerSettings settings) {
        this(settings.artifactFolder());
    }

    LocalDiskArtifactStore(Path root) {
        this.root = root;
    }

    @SuppressWarnings("NullAway")
    protected LocalDiskArtifactStore() {
        this((Path) null);
    }

    @Override
    public List<StoredFile> list(ArtifactPath folder) throws IOException {
        var directory = locate(folder);
        if (directory == null || !Files.isDirectory(directory, NOFOLLOW_LINKS)) {
            return List.of();
        }
        var found = new ArrayList<StoredFile>();
        try (var children = Files.newDirectoryStream(directory)) {
            for (var child : children) {
                var name = child.getFileName().toString();
                if (folder.value().isEmpty() && name.equals(INCOMING)) {
                    continue;
                }
                describe(child, () -> folder.resolve(name)).ifPresent(found::add);
            }
        } catch (NotDirectoryException | NoSuchFileException removedMeanwhile) {
            return List.of();
        }
        found.sort(Comparator.comparing(file -> file.path().value()));
        return found;
    }

    @Override
    public Optional<StoredFile> find(ArtifactPath path) throws IOException {
        var file = locate(path);
        return file == null ? Optional.empty() : describe(file, () -> path);
    }

    @Override
    public InputStream read(ArtifactPath file, long offset) throws IOException {
        var source = locate(file);
        if (source == null || !Files.isRegularFile(source, NOFOLLOW_LINKS)) {
            throw Refused.notFound("artifact", file);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(source, READ, NOFOLLOW_LINKS);
        } catch (NoSuchFileException removedMeanwhile) {
            throw Refused.notFound("artifact", file);
        }
        try {
            channel.position(offset);
            return Channels.newInputStream(channel);
        } catch (IOException | RuntimeException broken) {
            channel.close();
            throw broken;
        }
    }

    @Override
    public StoredFile write(ArtifactPath file, InputStream content) throws IOException {
        requireNameable(file);
        if (file.value().isEmpty()) {
            throw Refused.invalid("path", "a file needs a name");
        }
        requireFreeWay(file);
        var incoming = Files.createDirectories(root.resolve(INCOMING));
        var upload = incoming.resolve(UUID.randomUUID().toString());
        try {
            try (var channel = FileChannel.open(upload, CREATE_NEW, WRITE)) {
                copy(content, channel);
                channel.force(true);
            }
            var target = moveIntoPlace(upload, file);
            return describe(target, () -> file).orElseThrow(() -> new NoSuchFileException(target.toString()));
        } finally {
            Files.deleteIfExists(upload);
            sweepAbandoned(incoming);
        }
    }

    /** In pieces that the disk likes, whatever the size of those that the network brings. */
    private static void copy(InputStream from, FileChannel to) throws IOException {
        var piece = new byte[PIECE_BYTES];
        for (var read = from.readNBytes(piece, 0, piece.length);
                read > 0;
                read = from.readNBytes(piece, 0, piece.length)) {
            var bytes = ByteBuffer.wrap(piece, 0, read);
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
        }
    }

    @Override
    public void delete(ArtifactPath path) throws IOException {
        var start = locate(path);
        if (start == null || !Files.exists(start, NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(start, new Deletion());
        if (!start.equals(root)) {
            removeEmptyFolders(above(start));
        }
    }

    /**
     * Folders exist as long as there is a file in them, as in every object store; so the last file of one takes it along,
     * and a write that races with that makes it again.
     */
    private Path moveIntoPlace(Path upload, ArtifactPath file) throws IOException {
        var target = root.resolve(file.value());
        for (var tries = 1; ; tries++) {
            try {
                createFolders(above(target));
                if (Files.isDirectory(target, NOFOLLOW_LINKS)) {
                    throw Refused.invalid("path", "'%s' is a folder".formatted(file));
                }
                try {
                    Files.move(upload, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } catch (AtomicMoveNotSupportedException twoFileSystems) {
                    throw new IOException("The artifact folder %s spans file systems".formatted(root), twoFileSystems);
                }
                force(above(target));
                return target;
            } catch (NoSuchFileException | FileAlreadyExistsException raced) {
                requireFreeWay(file);
                if (tries == MOST_TRIES) {
                    throw raced;
                }
            }
        }
    }

    private void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder, NOFOLLOW_LINKS)) {
            return;
        }
        if (folder.equals(root)) {
            Files.createDirectories(root);
            return;
        }
        createFolders(above(folder));
        try {
            Files.createDirectory(folder);
            force(above(folder));
        } catch (FileAlreadyExistsException madeMeanwhile) {
            if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
                throw madeMeanwhile;
            }
        }
    }

    private void removeEmptyFolders(Path folder) throws IOException {
        for (var empty = folder; !empty.equals(root) && empty.startsWith(root); empty = above(empty)) {
            try {
                Files.deleteIfExists(empty);
            } catch (DirectoryNotEmptyException stillUsed) {
                return;
            }
        }
    }

    /** Makes a rename last: the name is the folder's content, not the file's. */
    private static void force(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        }
    }

    /** Refuses a path of which a part is a file, or leads away by a symbolic link. */
    private void requireFreeWay(ArtifactPath file) {
        var part = root;
        var segments = file.segments();
        for (var segment : segments.subList(0, segments.size() - 1)) {
            part = part.resolve(segment);
            if (Files.exists(part, NOFOLLOW_LINKS) && !Files.isDirectory(part, NOFOLLOW_LINKS)) {
                throw Refused.invalid(
                        "path", "'%s' is a file, so nothing can lie below it".formatted(root.relativize(part)));
            }
        }
        if (Files.isDirectory(part.resolve(file.name()), NOFOLLOW_LINKS)) {
            throw Refused.invalid("path", "'%s' is a folder".formatted(file));
        }
    }

    /** Where the path lies; null when it cannot exist here or a part of the way to it is no folder. */
    private @Nullable Path locate(ArtifactPath path) {
        if (path.value().isEmpty()) {
            return root;
        }
        var place = root;
        try {
            var segments = path.segments();
            if (segments.getFirst().equals(INCOMING)) {
                return null;
            }
            for (var segment : segments) {
                if (bytes(segment) > LONGEST_NAME_BYTES
                        || !place.equals(root) && !Files.isDirectory(place, NOFOLLOW_LINKS)) {
                    return null;
                }
                place = place.resolve(segment);
            }
        } catch (InvalidPathException notANameHere) {
            return null;
        }
        return place;
    }

    private void requireNameable(ArtifactPath path) {
        var segments = path.segments();
        if (!segments.isEmpty() && segments.getFirst().equals(INCOMING)) {
            throw Refused.invalid("path", "'%s' is the server's own".formatted(INCOMING));
        }
        for (var segment : segments) {
            if (bytes(segment) > LONGEST_NAME_BYTES) {
                throw Refused.invalid("path", "at most %d bytes between two '/'".formatted(LONGEST_NAME_BYTES));
            }
        }
        if (bytes(path.value()) > LONGEST_PATH_BYTES) {
            throw Refused.invalid("path", "at most %d bytes".formatted(LONGEST_PATH_BYTES));
        }
        try {
            root.resolve(path.value());
        } catch (InvalidPathException notANameHere) {
            throw Refused.invalid("path", "'%s' cannot be a file name on this server".formatted(path));
        }
    }

    /** The folder of a path that is never the file system's root. */
    private static Path above(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Optional<StoredFile> describe(Path file, Name name) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
        if (!attributes.isRegularFile() && !attributes.isDirectory()) {
            return Optional.empty();
        }
        return Optional.of(new StoredFile(
                name.path(),
                attributes.isDirectory(),
                attributes.isDirectory() ? 0 : attributes.size(),
                attributes.lastModifiedTime().toInstant()));
    }

    private interface Name {
        ArtifactPath path();
    }

    /** A process that was killed during an upload could not clean up after itself. */
    private static void sweepAbandoned(Path incoming) throws IOException {
        var limit = Instant.now().minus(ABANDONED_AFTER);
        try (var uploads = Files.newDirectoryStream(incoming)) {
            for (var upload : uploads) {
                try {
                    if (Files.getLastModifiedTime(upload).toInstant().isBefore(limit)) {
                        Files.deleteIfExists(upload);
                    }
                } catch (NoSuchFileException finishedMeanwhile) {
                    // It is not abandoned, then.
                }
            }
        }
    }

    /** Deletes what it visits; a link goes, what it points to stays. */
    private final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            try {
                if (!folder.equals(root)) {
                    Files.deleteIfExists(folder);
                }
            } catch (DirectoryNotEmptyException writtenToMeanwhile) {
                // What came later than the request to delete is not part of it.
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
