package org.millwright.cli.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
        } catch (FileAlreadyExistsException notFolder) {
            throw CommandFailed.refused(
                    "The data folder %s cannot be made: %s is a file".formatted(root, notFolder.getFile()),
                    "Choose another folder with --data DIR.");
        } catch (AccessDeniedException denied) {
            throw notWritable();
        } catch (FileSystemException readOnly) {
            throw CommandFailed.refused(
                    "The data folder %s cannot be made: %s"
                            .formatted(root, readOnly.getReason() == null ? readOnly : readOnly.getReason()),
                    "Choose another folder with --data DIR.");
        } catch (IOException broken) {
            throw CommandFailed.failed("The data folder %s cannot be made: %s".formatted(root, broken), "");
        }
        if (!Files.isWritable(root) || !Files.isWritable(run())) {
            throw notWritable();
        }
    }

    /** @throws CommandFailed if less than {@code leastBytes} is free on the disk of this folder */
    void requireSpace(long leastBytes) throws IOException {
        var free = Files.getFileStore(root).getUsableSpace();
        if (free < leastBytes) {
            throw CommandFailed.refused(
                    "Only %d MiB are free on the disk of %s; a start needs %d MiB"
                            .formatted(free >> 20, root, leastBytes >> 20),
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
