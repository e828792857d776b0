package org.millwright.cli.code;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.millwright.cli.CommandFailed;

/**
 * A folder or file as a zip whose bytes depend on nothing but the names, the contents and the executable bits: sorted, without times and
 * owners. So the same code has the same digest on every machine, and is sent and kept once.
 *
 * @param zip a temporary file
 * @param digest SHA-256 of the zip, in hexadecimal
 * @param files how many there are in it
 * @param bytes of all of them before packing
 */
public record CodeArchive(Path zip, String digest, int files, long bytes) implements AutoCloseable {
    /** As Azure ML has it. */
    public static final long MOST_BYTES = 300L << 20;

    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    /**
     * @param source a folder, without what its ignore file leaves out, or one file
     * @throws CommandFailed with REFUSED when it is too large, empty, or has a file that cannot be read
     */
    public static CodeArchive pack(Path source) throws IOException {
        return pack(source, MOST_BYTES);
    }

    static CodeArchive pack(Path source, long mostBytes) throws IOException {
        var files = files(source);
        if (files.isEmpty()) {
            throw CommandFailed.refused(
                    "There are no files in %s".formatted(source),
                    "Everything in it may be left out by an ignore file.");
        }
        var bytes = 0L;
        for (var file : files.values()) {
            bytes += Files.size(file);
        }
        if (bytes > mostBytes) {
            throw tooLarge(source, files, bytes, mostBytes);
        }
        var zip = Files.createTempFile("millwright-", ".zip");
        try {
            return new CodeArchive(zip, write(zip, files), files.size(), bytes);
        } catch (IOException | RuntimeException broken) {
            Files.deleteIfExists(zip);
            throw broken;
        }
    }

    /** Removes the temporary file. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(zip);
    }

    private static TreeMap<String, Path> files(Path source) throws IOException {
        var files = new TreeMap<String, Path>();
        if (Files.isDirectory(source)) {
            collect(source, source, IgnoreRules.of(source), new HashSet<>(), files);
        } else {
            files.put(source.getFileName().toString(), source);
        }
        return files;
    }

    /** @param above the real folders on the way down: a link to one of them would never end */
    private static void collect(Path root, Path folder, IgnoreRules rules, Set<Path> above, TreeMap<String, Path> files)
            throws IOException {
        var real = folder.toRealPath();
        if (!above.add(real)) {
            throw CommandFailed.refused(
                    "%s is a link to a folder that it lies in".formatted(folder),
                    "Leave it out with an .amlignore file.");
        }
        List<Path> children;
        try (var list = Files.list(folder)) {
            children = list.toList();
        }
        for (var child : children) {
            var name = root.relativize(child);
            if (Files.isDirectory(child)) {
                if (!rules.ignores(name, true)) {
                    collect(root, child, rules, above, files);
                }
            } else if (!rules.ignores(name, false)) {
                if (!Files.isRegularFile(child)) {
                    throw CommandFailed.refused(
                            "%s is neither a file nor a folder, or a link to nothing".formatted(child),
                            "Leave it out with an .amlignore file.");
                }
                files.put(name.toString().replace('\\', '/'), child);
            }
        }
        above.remove(real);
    }

    private static String write(Path zip, TreeMap<String, Path> files) throws IOException {
        var sha256 = sha256();
        var executable = new ArrayList<Boolean>(files.size());
        for (var file : files.values()) {
            executable.add(Files.isExecutable(file));
        }
        try (var out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(zip)), sha256);
                var modes = new ModesInDirectory(out, executable);
                var packed = new ZipOutputStream(modes)) {
            packed.setLevel(Deflater.DEFAULT_COMPRESSION);
            for (var file : files.entrySet()) {
                var entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(NO_TIME);
                packed.putNextEntry(entry);
                Files.copy(file.getValue(), packed);
                packed.closeEntry();
            }
            modes.directoryFollows();
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static CommandFailed tooLarge(Path source, TreeMap<String, Path> files, long bytes, long mostBytes) {
        var largest = files.entrySet().stream()
                .max(Comparator.comparingLong(file -> size(file.getValue())))
                .orElseThrow();
        return CommandFailed.refused(
                "%s has %s; at most %s can be sent".formatted(source, megabytes(bytes), megabytes(mostBytes)),
                "The largest file is %s (%s). Leave out what the job does not need with an .amlignore file."
                        .formatted(largest.getKey(), megabytes(size(largest.getValue()))));
    }

    private static String megabytes(long bytes) {
        return "%.1f MB".formatted(bytes / (double) (1 << 20));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }

    /**
     * Writes the modes that {@link ZipOutputStream} has no way to say into the zip's directory as it passes by.
     *
     * <p>The directory is one record of 46 bytes and a name for each file, in order; "made by" is at 4, the lengths at 28, the mode at 38.
     */
    private static final class ModesInDirectory extends OutputStream {
        private static final int RECORD = 46;
        private static final int UNIX = 3;
        private static final int REGULAR_FILE = 0100000;
        private static final int EXECUTABLE = 0755;
        private static final int PLAIN = 0644;

        private final OutputStream out;
        private final List<Boolean> executable;
        private boolean inDirectory;
        private int record;
        private final byte[] header = new byte[RECORD];
        private int filled;
        private int nameLeft;

        ModesInDirectory(OutputStream out, List<Boolean> executable) {
            this.out = out;
            this.executable = executable;
        }

        /** All files are written; what comes now is the directory. */
        void directoryFollows() {
            inDirectory = true;
        }

        @Override
        public void write(int octet) throws IOException {
            if (!inDirectory || record == executable.size()) {
                out.write(octet);
            } else if (nameLeft > 0) {
                out.write(octet);
                nameLeft--;
                record += nameLeft == 0 ? 1 : 0;
            } else {
                header[filled++] = (byte) octet;
                if (filled == RECORD) {
                    filled = 0;
                    header[5] = UNIX;
                    var mode = REGULAR_FILE | (executable.get(record) ? EXECUTABLE : PLAIN);
                    header[40] = (byte) mode;
                    header[41] = (byte) (mode >> 8);
                    nameLeft = length(28) + length(30) + length(32);
                    out.write(header);
                }
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (inDirectory) {
                for (var i = offset; i < offset + count; i++) {
                    write(bytes[i]);
                }
            } else {
                out.write(bytes, offset, count);
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }

        private int length(int at) {
            return (header[at] & 0xff) | (header[at + 1] & 0xff) << 8;
        }
    }
}
