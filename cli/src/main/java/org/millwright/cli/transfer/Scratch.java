package org.millwright.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.millwright.shared.Sha256;

/** One file on its way from one place to another. It lies on the disk meanwhile, so its size does not matter. */
final class Scratch implements AutoCloseable {
    private final Path file;

    Scratch() throws IOException {
        file = Files.createTempFile("millwright-transfer-", ".part");
    }

    Path file() {
        return file;
    }

    /** Takes in the content, in place of what was there before. @return its SHA-256 */
    String fill(InputStream content) throws IOException {
        return copy(content, file);
    }

    /** Writes the content to a file. @return its SHA-256 */
    static String copy(InputStream content, Path target) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (content;
                var output = new DigestOutputStream(Files.newOutputStream(target), digest)) {
            content.transferTo(output);
        }
        return Sha256.hex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
