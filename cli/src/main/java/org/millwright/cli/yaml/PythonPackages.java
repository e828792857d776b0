package org.millwright.cli.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Python that a command runs with.
 *
 * @param python such as {@code 3.11}; null for the one that the compute target has
 * @param packages as pip reads them
 * @param image for compute targets that run containers; null for none
 * @param name of a registered environment, in place of all else; null when it is written out
 */
public record PythonPackages(
        @Nullable String python,
        List<String> packages,
        @Nullable String image,
        @Nullable String name) {
    static final PythonPackages NONE = new PythonPackages(null, List.of(), null, null);
}
