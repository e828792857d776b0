package org.millwright.inference;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the operator decides about this inference server.
 *
 * @param servingFolder holds manifests, models and statuses: {@code MILLWRIGHT_SERVING_FOLDER}, or the folder {@code
 *     serving} in {@code MILLWRIGHT_DATA}
 * @param rescan how often the manifests are read again although the file system reported no change; network file systems
 *     report none: {@code MILLWRIGHT_SERVING_RESCAN_SECONDS}, 10 unless told
 */
public record InferenceSettings(Path servingFolder, Duration rescan) {
    private static final String FOLDER = "MILLWRIGHT_SERVING_FOLDER";
    private static final String DATA = "MILLWRIGHT_DATA";
    private static final String RESCAN = "MILLWRIGHT_SERVING_RESCAN_SECONDS";

    /** @throws IllegalStateException saying which variable to set, or how */
    public static InferenceSettings from(Map<String, String> environment) {
        return new InferenceSettings(folder(environment), rescan(environment.getOrDefault(RESCAN, "10")));
    }

    private static Path folder(Map<String, String> environment) {
        var folder = environment.getOrDefault(FOLDER, "");
        if (!folder.isBlank()) {
            return Path.of(folder);
        }
        var data = environment.getOrDefault(DATA, "");
        if (!data.isBlank()) {
            return Path.of(data, "serving");
        }
        throw new IllegalStateException(
                "Set %s to the folder of manifests and models (or %s to the server's data folder)"
                        .formatted(FOLDER, DATA));
    }

    private static Duration rescan(String seconds) {
        try {
            var rescan = Duration.ofSeconds(Long.parseLong(seconds.strip()));
            if (rescan.isPositive()) {
                return rescan;
            }
        } catch (NumberFormatException notANumber) {
            // Worded below, like a number that is too small.
        }
        throw new IllegalStateException(
                "%s must be a whole number of seconds, at least 1: '%s'".formatted(RESCAN, seconds));
    }
}
