package org.millwright.cli.yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An environment to register, as Azure ML's command line (v2) writes it.
 *
 * @param version null for the next number
 */
public record EnvironmentFile(
        String name,
        @Nullable String version,
        @Nullable String description,
        SequencedMap<String, String> tags,
        PythonPackages content) {

    /** Empty when there are problems. @param settings of the command line, each {@code path=value} */
    public static Optional<EnvironmentFile> read(Path file, List<String> settings, Problems problems) {
        return YamlFile.read(file, problems)
                .map(document -> Overrides.apply(document, settings, problems))
                .map(document -> new Section(document, problems, EnvironmentReader.KEYS))
                .map(section -> read(section, file, problems))
                .filter(_ -> problems.isEmpty());
    }

    private static EnvironmentFile read(Section environment, Path file, Problems problems) {
        var folder = file.getParent();
        var content = EnvironmentReader.content(environment, folder == null ? Path.of("") : folder, problems);
        if (problems.isEmpty() && content.equals(PythonPackages.NONE)) {
            problems.add(
                    environment.place(), "an environment needs conda_file, requirements, packages, python or image");
        }
        return new EnvironmentFile(
                environment.requiredText("name"),
                environment.text("version"),
                environment.text("description"),
                environment.texts("tags"),
                content);
    }
}
