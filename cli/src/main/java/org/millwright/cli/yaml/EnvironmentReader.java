package org.millwright.cli.yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.yaml.YamlValue.Mapping;
import org.millwright.cli.yaml.YamlValue.Scalar;

/**
 * Turns a job's {@code environment} into pip requirements.
 *
 * <p>There is no conda: of a conda file the Python version, the pip part and those packages count that PyPI has too. An image is for
 * compute targets that run containers.
 */
final class EnvironmentReader {
    private static final Pattern REFERENCE =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,29}|@latest)?");
    static final Section.Keys KEYS = Section.Keys.of(
                    "$schema",
                    "conda_file",
                    "image",
                    "requirements",
                    "packages",
                    "python",
                    "name",
                    "version",
                    "description",
                    "tags",
                    "os_type")
            .without(Map.of(
                    "build", "no images are built; list the packages in conda_file, requirements or packages",
                    "inference_config", "it belongs to images that serve models"));
    private static final Section.Keys CONDA_KEYS = Section.Keys.of("name", "channels", "dependencies")
            .without(Map.of(
                    "prefix", "the pool chooses where an environment lies",
                    "variables", "write them as environment_variables of the job"));
    private static final Pattern PYTHON = Pattern.compile("3(\\.\\d{1,2}){1,2}");

    private final Path folder;
    private final Problems problems;
    private final List<String> packages = new ArrayList<>();
    private @Nullable String python;
    private @Nullable String image;
    private @Nullable String name;

    private EnvironmentReader(Path folder, Problems problems) {
        this.folder = folder;
        this.problems = problems;
    }

    /** @param folder that relative paths start from */
    static PythonPackages read(YamlValue value, Path folder, Problems problems) {
        var reader = new EnvironmentReader(folder, problems);
        switch (value) {
            case Mapping mapping -> {
                var environment = new Section(mapping, problems, KEYS);
                reader.inline(environment);
                for (var label : List.of("name", "version", "description", "tags")) {
                    if (environment.has(label)) {
                        problems.remark(
                                environment.place(label),
                                "'%s' is not kept: register the environment, and name it here".formatted(label));
                    }
                }
            }
            case Scalar name -> reader.named(name);
            default -> problems.add(value.place(), "'environment' must be a mapping, not " + value.words());
        }
        return reader.packages();
    }

    /** @param environment a file of its own, which says what a job otherwise says below {@code environment} */
    static PythonPackages content(Section environment, Path folder, Problems problems) {
        var reader = new EnvironmentReader(folder, problems);
        reader.inline(environment);
        return reader.packages();
    }

    private PythonPackages packages() {
        return new PythonPackages(python, List.copyOf(packages), image, name);
    }

    private void named(Scalar written) {
        var reference =
                written.text().startsWith("azureml:") ? written.text().substring("azureml:".length()) : written.text();
        if (REFERENCE.matcher(reference).matches()) {
            name = reference;
        } else {
            problems.add(
                    written.place(),
                    "'%s' is not the name of an environment, such as azureml:sklearn:1 or azureml:sklearn@latest"
                            .formatted(written.text()));
        }
    }

    private void inline(Section environment) {
        python(environment.text("python"), environment.place("python"));
        environment.find("conda_file").ifPresent(this::conda);
        var requirements = environment.text("requirements");
        if (requirements != null) {
            requirements(requirements, environment.place("requirements"));
        }
        environment.scalars("packages").forEach(line -> requirement(line.text(), line.place()));
        image = environment.text("image");
        if (image != null && !(packages.isEmpty() && python == null)) {
            problems.remark(
                    environment.place("image"),
                    "only compute targets that run containers use the image; the local pool does not");
        }
        var system = environment.text("os_type");
        if (system != null && !system.equalsIgnoreCase("linux")) {
            problems.add(environment.place("os_type"), "the pool runs Linux only");
        }
    }

    private void python(@Nullable String version, Place place) {
        if (version == null) {
            return;
        }
        if (PYTHON.matcher(version).matches()) {
            python = version;
        } else {
            problems.add(place, "'%s' is not a Python version such as 3.11".formatted(version));
        }
    }

    private void conda(YamlValue value) {
        switch (value) {
            case Mapping inline -> dependencies(new Section(inline, problems, CONDA_KEYS));
            case Scalar path ->
                file(path.text(), path.place(), "conda_file")
                        .flatMap(file -> YamlFile.read(file, problems))
                        .ifPresent(found -> dependencies(new Section(found, problems, CONDA_KEYS)));
            default -> problems.add(value.place(), "'conda_file' must be a path or a mapping, not " + value.words());
        }
    }

    private void dependencies(Section conda) {
        var channels = conda.scalars("channels").stream()
                .map(Scalar::text)
                .filter(channel -> !channel.equals("defaults") && !channel.equals("conda-forge"))
                .toList();
        if (!channels.isEmpty()) {
            problems.remark(
                    conda.place("channels"),
                    "channels are not used, packages come from PyPI: " + String.join(", ", channels));
        }
        switch (conda.find("dependencies").orElse(null)) {
            case null -> {
                if (conda.lacks("dependencies")) {
                    problems.add(conda.place(), "'dependencies' is missing");
                }
            }
            case YamlValue.Sequence list -> list.items().forEach(this::dependency);
            case YamlValue wrong -> problems.add(wrong.place(), "'dependencies' must be a list, not " + wrong.words());
        }
    }

    private void dependency(YamlValue value) {
        switch (value) {
            case Scalar spec -> condaPackage(spec);
            case Mapping mapping -> {
                var pip = new Section(mapping, problems, Section.Keys.of("pip"));
                pip.scalars("pip").forEach(line -> requirement(line.text(), line.place()));
            }
            default -> problems.add(value.place(), "a package belongs here, not " + value.words());
        }
    }

    private void condaPackage(Scalar spec) {
        switch (CondaPackage.parse(spec.text())) {
            case CondaPackage.Python(var version) -> python(version, spec.place());
            case CondaPackage.Pip(var requirement) -> packages.add(requirement);
            case CondaPackage.LeftOut() -> {}
            case CondaPackage.Unknown(var reason) -> problems.add(spec.place(), reason);
        }
    }

    private void requirements(String path, Place place) {
        var file = file(path, place, "requirements").orElse(null);
        if (file == null) {
            return;
        }
        var line = 0;
        for (var text : YamlFile.content(file, problems).orElse("").lines().toList()) {
            line++;
            var requirement = text.replaceFirst("(^|\\s)#.*$", "").strip();
            if (!requirement.isEmpty()) {
                requirement(requirement, new Place(file.toString(), line, 1));
            }
        }
    }

    private void requirement(String line, Place place) {
        if (line.isBlank()) {
            problems.add(place, "a package belongs here");
        } else if (line.startsWith("-")) {
            problems.add(place, "'%s' is an option of pip; only packages are taken".formatted(line));
        } else if (line.endsWith("\\") || line.contains("--hash")) {
            problems.add(place, "hashes and continued lines are not taken; write name==version");
        } else if (line.startsWith(".") || line.startsWith("/") || line.contains("file:")) {
            problems.add(place, "'%s' is a file of this machine, which the pool does not see".formatted(line));
        } else {
            packages.add(line);
        }
    }

    private Optional<Path> file(String path, Place place, String key) {
        var file = folder.resolve(path);
        if (Files.isRegularFile(file)) {
            return Optional.of(file);
        }
        problems.add(place, "%s: there is no file %s".formatted(key, file));
        return Optional.empty();
    }
}
