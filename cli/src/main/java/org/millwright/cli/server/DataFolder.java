package org.millwright.cli.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.millwright.cli.CommandFailed;

/** Everything one server keeps between starts. Nothing of it is shared with another server. */
public record DataFolder(Path root) {
    /** PostgreSQL and Liberty both fail half-way on a full disk, so a start with less than this is refused. */
    static final long LEAST_FREE_BYTES = 1L << 30;

    public Path secrets() {
        return root.resolve("secrets");
    }

    public Path tls() {
        return root.resolve("tls");
    }

    /** The certificate that clients trust. */
    public Path certificateAuthority() {
        return tls().resolve("ca.pem");
    }

    Path database() {
        return root.resolve("postgres");
    }

    Path liberty() {
        return root.resolve("server");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path cache() {
        return root.resolve("cache");
    }

    /** Facts of the present run: the lock and who runs. */
    Path run() {
        return root.resolve("run");
    }

    boolean exists() {
        return Files.isDirectory(root);
    }

    /** Makes the folder where it is missing. @throws CommandFailed if this user cannot write there */
    void create() {
        try {
            PrivateFiles.createFolder(root);
            PrivateFiles.createFolder(run());
            PrivateFiles.createFolder(logs());
            PrivateFiles.createFolder(cache());
        } catch (AccessDeniedException denied) {
            throw notWritable();
        } catch (IOException broken) {
            throw CommandFailed.failed(
                    "The data folder %s cannot be made: %s".formatted(root, broken), "Choose another with --data DIR.");
        }
        if (!Files.isWritable(root) || !Files.isWritable(run())) {
            throw notWritable();
        }
    }

    /**
     * Looks whether a server may start here, before anything is written: an older Millwright leaves the folder of a newer one as it is, and a
     * full disk is not filled up.
     *
     * @throws CommandFailed if it may not
     */
    void requireUsable(SchemaVersion newestKnown, long leastFreeBytes) throws IOException {
        var existing = root;
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw CommandFailed.refused(
                    "The data folder %s cannot be made: %s is no folder".formatted(root, existing),
                    "Choose another folder with --data DIR.");
        }
        if (!Files.isWritable(existing)) {
            throw notWritable();
        }
        FolderFormat.read(this).requireReadable(this, newestKnown);
        var free = Files.getFileStore(existing).getUsableSpace();
        if (free < leastFreeBytes) {
            throw CommandFailed.refused(
                    "Only %d MiB are free on the disk of %s; a start needs %d MiB"
                            .formatted(free >> 20, root, leastFreeBytes >> 20),
                    "Free some space, or choose a folder on another disk with --data DIR. Nothing was changed.");
        }
    }

    /** Takes the folder for this process, or answers empty if another one has it. */
    Optional<Lock> lock() throws IOException {
        var channel = FileChannel.open(
                run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        try {
            var lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new Lock(channel));
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // falls through: taken is taken
        }
        channel.close();
        return Optional.empty();
    }

    private CommandFailed notWritable() {
        return CommandFailed.permission(
                "This user may not write to the data folder %s".formatted(root),
                "Change its owner or mode, or choose another folder with --data DIR.");
    }

    /** Held as long as the channel is open; the kernel closes it with the process. */
    record Lock(FileChannel channel) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
