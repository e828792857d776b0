package org.millwright.compute;

import java.util.List;
import java.util.regex.Pattern;
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
 * @param image a container image, for compute targets that run containers; null for none
 * @param name of the registered environment that this is, or is asked for; null for one that is written out
 */
public record EnvironmentSpec(
        @Nullable String pythonVersion,
        List<String> packages,
        @Nullable String image,
        @Nullable String name) {
    private static final int MOST_PACKAGES = 2000;
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,299}");

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
        if (image != null && !IMAGE.matcher(image).matches()) {
            throw Refused.invalid(
                    "environment.image", "'%s' is not an image such as registry/name:tag".formatted(image));
        }
        if (name != null && !NAME.matcher(name).matches()) {
            throw Refused.invalid(
                    "environment", "'%s' is not the name of an environment, such as sklearn:1".formatted(name));
        }
    }

    /** One that is written out, for Pythons without containers. */
    public EnvironmentSpec(@Nullable String pythonVersion, List<String> packages) {
        this(pythonVersion, packages, null, null);
    }

    /** One that is registered, of which only the name is known yet. @param name such as {@code sklearn@latest} */
    public static EnvironmentSpec registered(String name) {
        return new EnvironmentSpec(null, List.of(), null, name);
    }

    public EnvironmentSpec named(String registered) {
        return new EnvironmentSpec(pythonVersion, packages, image, registered);
    }

    /** Tells what is to be built. An image is somebody else's work, and a name is no content. */
    public ContentDigest digest() {
        var canonical = "python " + (pythonVersion == null ? "default" : pythonVersion) + "\n"
                + String.join("\n", packages.stream().sorted().toList());
        return new ContentDigest(Sha256.hex(canonical));
    }
}
