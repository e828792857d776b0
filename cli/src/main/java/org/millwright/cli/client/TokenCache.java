package org.millwright.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Files in which the commands of one user share access tokens. Nobody else can read them. */
public final class TokenCache {
    private final Path folder;

    /** @param folder made when it is needed */
    public TokenCache(Path folder) {
        this.folder = folder;
    }

    /** Empty also when the file is not one of ours. */
    Optional<ServiceToken.Kept> read(String name) throws IOException {
        try {
            var kept = new JsonMapper().readTree(Files.readString(file(name)));
            return Optional.of(new ServiceToken.Kept(
                    kept.path("token").asText(),
                    Instant.parse(kept.path("until").asText())));
        } catch (NoSuchFileException | JsonProcessingException | DateTimeParseException none) {
            return Optional.empty();
        }
    }

    void write(String name, ServiceToken.Kept kept) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        // Written aside and renamed: another command reads it whole or not at all. Temporary files are their user's
        // alone.
        var draft = Files.createTempFile(folder, "access", ".token");
        Files.writeString(
                draft,
                new JsonMapper()
                        .writeValueAsString(Map.of(
                                "token", kept.token(), "until", kept.until().toString())));
        Files.move(draft, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String name) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return folder.resolve(HexFormat.of().formatHex(digest) + ".json");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
