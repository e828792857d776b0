package org.millwright.cli.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Python that a command runs with.
 *
 * @param python such as {@code 3.11}; null for the one that the compute target has
 * @param packages as pip reads them
 */
public record PythonPackages(@Nullable String python, List<String> packages) {
    static final PythonPackages NONE = new PythonPackages(null, List.of());
}
