package org.millwright.compute;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ContentDigest;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/**
 * The Python packages that a script runs with. An environment is built once for each digest and shared by all runs that
 * ask for the same.
 *
 * @param pythonVersion such as {@code 3.11}; null for the one that the compute target has
 * @param packages requirement lines as pip reads them, in the order given
 */
public record EnvironmentSpec(@Nullable String pythonVersion, List<String> packages) {
    private static final int MOST_PACKAGES = 2000;

    public EnvironmentSpec {
        packages = packages.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (packages.size() > MOST_PACKAGES) {
            throw Refused.invalid("environment", "at most %d packages".formatted(MOST_PACKAGES));
        }
        for (var line : packages) {
            // An option line would let a job choose files and indexes of the machine that builds the environment.
            if (line.startsWith("-") || line.chars().anyMatch(c -> c < ' ')) {
                throw Refused.invalid("environment", "'%s' is not a package; options are not taken".formatted(line));
            }
        }
        if (pythonVersion != null && !pythonVersion.matches("3(\\.\\d{1,2}){1,2}")) {
            throw Refused.invalid("environment.python", "'%s' is not a version such as 3.11".formatted(pythonVersion));
        }
    }

    public ContentDigest digest() {
        var canonical = "python " + (pythonVersion == null ? "default" : pythonVersion) + "\n"
                + String.join("\n", packages.stream().sorted().toList());
        return new ContentDigest(Sha256.hex(canonical));
    }
}
