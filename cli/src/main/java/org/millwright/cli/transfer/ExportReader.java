package org.millwright.cli.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.List;
import java.util.Set;
import org.millwright.cli.CommandFailed;
import org.millwright.shared.Sha256;

/** Reads an exported folder, after it has made sure that it is whole and as it was written. */
final class ExportReader {
    private static final String ADVICE = "Nothing was imported. Export again, or copy the folder again.";

    private final Path folder;
    private final JsonNode manifest;

    /** @throws CommandFailed when the folder is no export, or one of a form that this command does not know */
    ExportReader(Path folder) throws IOException {
        this.folder = folder;
        var file = folder.resolve(ExportFolder.MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw refused("%s has no %s, so it is no export, or one that was not finished"
                    .formatted(folder, ExportFolder.MANIFEST));
        }
        try {
            manifest = TransferClient.JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException damaged) {
            throw refused("%s is damaged: it is no JSON".formatted(file));
        }
        if (!manifest.path("format").asText().equals(ExportFolder.FORMAT)) {
            throw refused("%s is not of an export of a workspace".formatted(file));
        }
        if (manifest.path("version").asInt() != ExportFolder.VERSION) {
            throw refused("%s is of format version %s; this command reads version %d"
                    .formatted(folder, manifest.path("version").asText(), ExportFolder.VERSION));
        }
    }

    /** Reads everything once. @throws CommandFailed that names the first file that is not as it was written */
    void verify() throws IOException {
        for (var part : ExportFolder.PARTS) {
            var listed = manifest.path("parts").path(part);
            if (!listed.isObject()) {
                throw refused("%s does not list %s".formatted(folder.resolve(ExportFolder.MANIFEST), part));
            }
            verify(folder.resolve(part), listed);
        }
        lines(ExportFolder.FILES, file -> verify(file(file), file));
    }

    /** @param taker gets each line of the part */
    void lines(String part, TransferClient.Taker<ObjectNode> taker) throws IOException {
        try (var lines = Files.newBufferedReader(folder.resolve(part))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                taker.take((ObjectNode) TransferClient.JSON.readTree(line));
            }
        }
    }

    /** Where the file of a line lies. @throws CommandFailed when it would lie elsewhere than below the folder */
    Path file(ObjectNode line) {
        var owner = line.path("owner").asText();
        var known = Set.of(ExportFolder.OF_RUNS, ExportFolder.OF_LOGGED_MODELS, ExportFolder.SNAPSHOTS);
        var segments =
                List.of((line.path("id").asText() + "/" + line.path("path").asText()).split("/", -1));
        if (!known.contains(owner)
                || segments.stream().anyMatch(each -> each.isEmpty() || each.equals(".") || each.equals(".."))) {
            throw refused("%s names a file that cannot be: %s".formatted(folder.resolve(ExportFolder.FILES), line));
        }
        try {
            var file = folder.resolve(ExportFolder.CONTENT).resolve(owner);
            for (var segment : segments) {
                if (Files.isSymbolicLink(file)) {
                    throw refused("%s is a link; an export has none".formatted(file));
                }
                file = file.resolve(segment);
            }
            return file;
        } catch (InvalidPathException noPath) {
            throw refused("%s names a file that cannot be: %s".formatted(folder.resolve(ExportFolder.FILES), line));
        }
    }

    private static void verify(Path file, JsonNode listed) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("%s is missing".formatted(file));
        }
        var size = Files.size(file);
        if (size != listed.path("bytes").asLong(-1)) {
            throw refused("%s has %d bytes, and %s when it was exported"
                    .formatted(file, size, listed.path("bytes").asText()));
        }
        if (!digest(Files.newInputStream(file)).equals(listed.path("sha256").asText())) {
            throw refused("%s is not as it was exported: its SHA-256 is another".formatted(file));
        }
    }

    private static String digest(InputStream content) throws IOException {
        try (var digesting = new DigestInputStream(content, Sha256.newDigest())) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return Sha256.hex(digesting.getMessageDigest().digest());
        }
    }

    private static CommandFailed refused(String sentence) {
        return CommandFailed.refused(sentence, ADVICE);
    }
}
