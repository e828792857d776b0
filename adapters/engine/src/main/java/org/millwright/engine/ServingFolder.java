package org.millwright.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The folder between the server, which says what to serve, and the inference server, which says how it goes.
 *
 * <pre>
 * manifests/{workspace}.{endpoint}.json            written by the server, see {@link DeploymentManifest}
 * models/{workspace}/{model}/{version}/            copied by the server before a manifest names it
 * status/{workspace}.{endpoint}.{deployment}.json  written by the inference server, see {@link DeploymentStatus}
 * </pre>
 *
 * A file is written whole under a hidden name, forced to disk and renamed into its place, so a reader never meets half
 * of one. Names have no dots, hence the parts of a file name cannot be confused. I/O errors are thrown as {@link
 * UncheckedIOException}.
 */
public final class ServingFolder {
    private static final String SUFFIX = ".json";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final Path folder;

    public ServingFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    public Path folder() {
        return folder;
    }

    public Path manifestFolder() {
        return folder.resolve("manifests");
    }

    public Path statusFolder() {
        return folder.resolve("status");
    }

    /** What {@link DeploymentManifest.Deployment#path} says for a model version; the folder itself may not exist yet. */
    public static String modelPath(String workspace, String model, String version) {
        return "models/%s/%s/%s".formatted(segment(workspace), segment(model), segment(version));
    }

    /** Where the files of a deployment's model lie, or are to be copied to. */
    public Path resolve(String modelPath) {
        var resolved = folder.resolve(modelPath).normalize();
        if (!resolved.startsWith(folder)) {
            throw new IllegalArgumentException("'%s' leaves the serving folder".formatted(modelPath));
        }
        return resolved;
    }

    /** What was found where a manifest is expected. */
    public sealed interface ManifestFile {
        /** The file's name without its suffix: workspace, a dot, endpoint. */
        String name();

        record Readable(String name, DeploymentManifest manifest) implements ManifestFile {}

        /** @param reason what is wrong with it, for the log and for whoever wrote it */
        record Unreadable(String name, String reason) implements ManifestFile {}
    }

    /** Publishes an endpoint, or publishes it anew. */
    public void writeManifest(DeploymentManifest manifest) {
        write(manifestPath(manifest.workspace(), manifest.endpoint()), manifest);
    }

    /** Withdraws an endpoint. @return whether it was published */
    public boolean removeManifest(String workspace, String endpoint) {
        return remove(manifestPath(workspace, endpoint));
    }

    /** @throws UncheckedIOException also if the file is there but not a manifest */
    public Optional<DeploymentManifest> readManifest(String workspace, String endpoint) {
        return read(manifestPath(workspace, endpoint), DeploymentManifest.class);
    }

    /** All manifests by name, those that cannot be read with the reason why. Empty if the folder is not there yet. */
    public List<ManifestFile> manifests() {
        if (!Files.isDirectory(manifestFolder())) {
            return List.of();
        }
        var found = new ArrayList<ManifestFile>();
        try (var files = Files.list(manifestFolder())) {
            files.filter(ServingFolder::isDocument).sorted().forEach(file -> look(file)
                    .ifPresent(found::add));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return found;
    }

    private static Optional<ManifestFile> look(Path file) {
        var fileName = fileName(file);
        var name = fileName.substring(0, fileName.length() - SUFFIX.length());
        try {
            return read(file, DeploymentManifest.class).map(manifest -> {
                var expected = manifest.workspace() + "." + manifest.endpoint();
                return expected.equals(name)
                        ? new ManifestFile.Readable(name, manifest)
                        : new ManifestFile.Unreadable(name, "it speaks of '%s'".formatted(expected));
            });
        } catch (UncheckedIOException broken) {
            return Optional.of(new ManifestFile.Unreadable(name, Objects.requireNonNull(broken.getMessage())));
        }
    }

    /** The newest word on a deployment; empty if the inference server has not spoken of it yet. */
    public Optional<DeploymentStatus> readStatus(String workspace, String endpoint, String deployment) {
        return read(statusPath(workspace, endpoint, deployment), DeploymentStatus.class);
    }

    public void writeStatus(String workspace, String endpoint, String deployment, DeploymentStatus status) {
        write(statusPath(workspace, endpoint, deployment), status);
    }

    public boolean removeStatus(String workspace, String endpoint, String deployment) {
        return remove(statusPath(workspace, endpoint, deployment));
    }

    /** Of which deployment a status speaks. */
    public record StatusName(String workspace, String endpoint, String deployment) {}

    /** All deployments that a status was written for and not removed. */
    public List<StatusName> statuses() {
        if (!Files.isDirectory(statusFolder())) {
            return List.of();
        }
        try (var files = Files.list(statusFolder())) {
            return files.filter(ServingFolder::isDocument)
                    .map(file -> fileName(file).split("\\."))
                    .filter(parts -> parts.length == 4)
                    .map(parts -> new StatusName(parts[0], parts[1], parts[2]))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Path manifestPath(String workspace, String endpoint) {
        DeploymentManifest.requireName("workspace", workspace);
        DeploymentManifest.requireName("endpoint", endpoint);
        return manifestFolder().resolve(workspace + "." + endpoint + SUFFIX);
    }

    private Path statusPath(String workspace, String endpoint, String deployment) {
        DeploymentManifest.requireName("workspace", workspace);
        DeploymentManifest.requireName("endpoint", endpoint);
        DeploymentManifest.requireName("deployment", deployment);
        return statusFolder().resolve(workspace + "." + endpoint + "." + deployment + SUFFIX);
    }

    private static boolean isDocument(Path file) {
        var name = fileName(file);
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }

    private static String fileName(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }

    private static String segment(String text) {
        if (text.isBlank() || text.contains("/") || text.contains("\\") || text.equals(".") || text.equals("..")) {
            throw new IllegalArgumentException("'%s' cannot be a folder's name".formatted(text));
        }
        return text;
    }

    private static <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (JsonProcessingException broken) {
            throw new UncheckedIOException(words(broken), broken);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String words(JsonProcessingException broken) {
        return broken.getCause() instanceof IllegalArgumentException rule
                ? Objects.requireNonNullElse(rule.getMessage(), "it breaks a rule")
                : broken.getOriginalMessage()
                        + (broken.getLocation() == null
                                ? ""
                                : " (line %d, column %d)"
                                        .formatted(
                                                broken.getLocation().getLineNr(),
                                                broken.getLocation().getColumnNr()));
    }

    private static void write(Path file, Object document) {
        var folder = Objects.requireNonNull(file.getParent());
        var draft = folder.resolve("." + fileName(file) + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectories(folder);
            try (var channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(document));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            discard(draft);
            throw new UncheckedIOException(failed);
        }
    }

    private static void discard(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException stays) {
            // The draft's name is hidden from readers; the error that brought us here is the one to tell.
        }
    }

    private static boolean remove(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
