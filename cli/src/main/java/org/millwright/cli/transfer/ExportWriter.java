package org.millwright.cli.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.millwright.cli.CommandFailed;
import org.millwright.shared.Sha256;

/** Writes an export line by line. The manifest comes last, so a folder without one is not whole. */
final class ExportWriter implements AutoCloseable {
    private final Path folder;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    private static final class Part {
        private final MessageDigest digest = Sha256.newDigest();
        private final OutputStream output;
        private long bytes;
        private long lines;

        Part(Path file) throws IOException {
            output = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest);
        }

        void write(String line) throws IOException {
            var text = (line + "\n").getBytes(StandardCharsets.UTF_8);
            output.write(text);
            bytes += text.length;
            lines++;
        }
    }

    /** @throws CommandFailed when something is in the folder already */
    ExportWriter(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        try (var there = Files.list(folder)) {
            if (there.findAny().isPresent()) {
                throw CommandFailed.refused(
                        "The folder %s is not empty".formatted(folder), "Name one that is empty or not there yet.");
            }
        }
        for (var name : ExportFolder.PARTS) {
            parts.put(name, new Part(folder.resolve(name)));
        }
    }

    void line(String part, String line) throws IOException {
        part(part).write(line);
    }

    /** @return the size of the file in bytes */
    long file(String owner, String id, String path, InputStream content) throws IOException {
        var name = "%s/%s/%s/%s".formatted(ExportFolder.CONTENT, owner, id, path);
        var target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        var sha256 = Scratch.copy(content, target);
        var size = Files.size(target);
        line(
                ExportFolder.FILES,
                TransferClient.JSON
                        .createObjectNode()
                        .put("owner", owner)
                        .put("id", id)
                        .put("path", path)
                        .put("bytes", size)
                        .put("sha256", sha256)
                        .toString());
        return size;
    }

    /** Completes the export. @param header what is about this export and not about the work in it */
    void finish(ObjectNode header) throws IOException {
        var manifest = TransferClient.JSON.createObjectNode();
        manifest.put("format", ExportFolder.FORMAT).put("version", ExportFolder.VERSION);
        manifest.set("header", header);
        var listed = manifest.putObject("parts");
        for (var entry : parts.entrySet()) {
            var part = entry.getValue();
            part.output.close();
            listed.putObject(entry.getKey())
                    .put("lines", part.lines)
                    .put("bytes", part.bytes)
                    .put("sha256", Sha256.hex(part.digest.digest()));
        }
        Files.writeString(
                folder.resolve(ExportFolder.MANIFEST),
                TransferClient.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n");
    }

    @Override
    public void close() throws IOException {
        for (var part : parts.values()) {
            part.output.close();
        }
    }

    private Part part(String name) {
        var part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException(name);
        }
        return part;
    }
}
