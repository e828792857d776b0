package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * The secrets of one server, each a file that only its owner may read, made at the first start and never changed by a later one.
 *
 * @param folder where the files are
 */
public record Secrets(Path folder) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Makes those that are missing. */
    void create() throws IOException {
        PrivateFiles.createFolder(folder);
        keep("admin.token", () -> "mwt_" + urlSafe(32));
        keep("keystore.password", () -> urlSafe(24));
        keep("database.password", () -> urlSafe(24));
    }

    /** The local administrator's personal token: "mwt_" and 43 characters. */
    public String adminToken() throws IOException {
        return read("admin.token");
    }

    String keystorePassword() throws IOException {
        return read("keystore.password");
    }

    String databasePassword() throws IOException {
        return read("database.password");
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name)).strip();
    }

    private void keep(String name, Supplier<String> make) throws IOException {
        var file = folder.resolve(name);
        try {
            if (Files.size(file) > 0) {
                return;
            }
        } catch (NoSuchFileException missing) {
            // made below
        }
        PrivateFiles.write(file, make.get() + "\n");
    }

    private static String urlSafe(int bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random(bytes));
    }

    private static byte[] random(int bytes) {
        var value = new byte[bytes];
        RANDOM.nextBytes(value);
        return value;
    }
}
