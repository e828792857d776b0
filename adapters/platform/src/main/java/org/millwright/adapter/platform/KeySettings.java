package org.millwright.adapter.platform;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.secret.spi.KeySource;

/**
 * Where the keys are that seal secrets.
 *
 * @param file with keys, one in each line; {@code <data>/secrets/master.key} unless the operator names another
 * @param inEnvironment keys in the same form; empty for none
 * @param givenUp keys that the operator has no more, so that what they sealed is lost
 * @param chosen which of them seals; null for the first that there is: the vault, the environment, the file
 */
record KeySettings(
        Path file,
        String inEnvironment,
        Set<String> givenUp,
        @Nullable Kind chosen) {
    static final String KEY = "MILLWRIGHT_SECRET_KEY";
    static final String KEY_FILE = "MILLWRIGHT_SECRET_KEY_FILE";
    static final String SOURCE = "MILLWRIGHT_SECRET_KEY_SOURCE";
    static final String LOST = "MILLWRIGHT_LOST_SECRET_KEYS";

    enum Kind {
        FILE,
        ENVIRONMENT,
        VAULT
    }

    /** @throws IllegalStateException naming the variable that is wrong */
    static KeySettings read(Map<String, String> environment, Path secretFolder) {
        var named = environment.getOrDefault(KEY_FILE, "");
        var file = named.isBlank() ? secretFolder.resolve("master.key") : Path.of(named);
        // Only the one in the data folder is made by the server: a wrong path must not become a new key.
        if (!named.isBlank() && !Files.isReadable(file)) {
            throw new IllegalStateException(
                    "%s names %s, which is not there or cannot be read; a new key is made by: openssl rand -base64 32"
                            .formatted(KEY_FILE, file));
        }
        return new KeySettings(
                file,
                environment.getOrDefault(KEY, ""),
                Set.copyOf(List.of(environment.getOrDefault(LOST, "").strip().split("[\\s,]+"))),
                kind(environment.getOrDefault(SOURCE, "")));
    }

    Kind primary(KeySource vault) {
        if (chosen != null) {
            return chosen;
        }
        return vault.isConfigured() ? Kind.VAULT : inEnvironment.isBlank() ? Kind.FILE : Kind.ENVIRONMENT;
    }

    /** Without the keys: what is printed ends in logs. */
    @Override
    public String toString() {
        return "keys in " + file;
    }

    private static @Nullable Kind kind(String word) {
        if (word.isBlank()) {
            return null;
        }
        try {
            return Kind.valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalStateException(
                    "%s must be file, environment or vault, not '%s'".formatted(SOURCE, word), unknown);
        }
    }
}
