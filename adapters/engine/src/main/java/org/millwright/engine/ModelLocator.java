package org.millwright.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Finds the ONNX file of a model: where MLflow's {@code MLmodel} says, or the only one in its folder. */
public final class ModelLocator {
    private static final long MOST_BYTES = 1 << 20;

    /** Lists of lists by aliases are small until somebody goes through them, as is done with a list that stands for a key. */
    private static final LoadSettings LIMITED = LoadSettings.builder()
            .setLabel("MLmodel")
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(10)
            .build();

    private static final String DESCRIPTION = "MLmodel";

    private ModelLocator() {}

    /** @throws ModelLoadFailed saying what was looked for and what was found instead */
    public static Path onnxFile(Path modelPath) {
        try {
            if (Files.isRegularFile(modelPath)) {
                return modelPath;
            }
            if (!Files.isDirectory(modelPath)) {
                throw new ModelLoadFailed("the model's folder '%s' is missing".formatted(modelPath.getFileName()));
            }
            return Files.exists(modelPath.resolve(DESCRIPTION)) ? namedByMlflow(modelPath) : onlyOneIn(modelPath);
        } catch (NoSuchFileException missing) {
            throw new ModelLoadFailed("the file '%s' is missing".formatted(missing.getMessage()), missing);
        } catch (IOException unreadable) {
            throw new ModelLoadFailed("the model cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static Path namedByMlflow(Path folder) throws IOException {
        if (!(flavors(folder) instanceof Map<?, ?> flavors) || flavors.isEmpty()) {
            throw new ModelLoadFailed("MLmodel names no flavors");
        }
        if (!(flavors.get("onnx") instanceof Map<?, ?> onnx)) {
            var names = flavors.keySet().stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new ModelLoadFailed(
                    "the MLflow model has no 'onnx' flavor (it has: %s); convert it to ONNX, for".formatted(names)
                            + " example with skl2onnx, and log it by mlflow.onnx");
        }
        if (!(onnx.get("data") instanceof String data)) {
            throw new ModelLoadFailed("MLmodel does not say where its ONNX file is (flavors.onnx.data)");
        }
        var file = folder.resolve(data).normalize();
        if (!file.startsWith(folder.normalize())) {
            throw new ModelLoadFailed("MLmodel names a file outside of the model: '%s'".formatted(data));
        }
        if (Files.isDirectory(file)) {
            return onlyOneIn(file);
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelLoadFailed("the file '%s' that MLmodel names is missing".formatted(data));
        }
        return file;
    }

    private static Object flavors(Path folder) throws IOException {
        try {
            var file = folder.resolve(DESCRIPTION);
            if (Files.size(file) > MOST_BYTES) {
                throw new ModelLoadFailed("MLmodel is larger than %d bytes".formatted(MOST_BYTES));
            }
            var root = new Load(LIMITED).loadFromString(Files.readString(file));
            return root instanceof Map<?, ?> map && map.get("flavors") instanceof Object flavors ? flavors : Map.of();
        } catch (YamlEngineException broken) {
            throw new ModelLoadFailed("MLmodel is not YAML: " + broken.getMessage(), broken);
        } catch (StackOverflowError tooDeep) {
            throw new ModelLoadFailed("MLmodel is nested too deeply");
        }
    }

    private static Path onlyOneIn(Path folder) throws IOException {
        List<Path> candidates;
        try (var files = Files.list(folder)) {
            candidates = files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
        return switch (candidates.size()) {
            case 0 ->
                throw new ModelLoadFailed(
                        "there is neither an MLmodel nor an .onnx file in the model's folder " + content(folder));
            case 1 -> candidates.getFirst();
            default ->
                throw new ModelLoadFailed("there are several .onnx files and no MLmodel that names one: "
                        + candidates.stream()
                                .map(file -> file.getFileName().toString())
                                .collect(Collectors.joining(", ")));
        };
    }

    private static String content(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            var names = files.map(file -> file.getFileName().toString())
                    .sorted()
                    .limit(10)
                    .toList();
            return names.isEmpty() ? "(it is empty)" : "(it has: %s)".formatted(String.join(", ", names));
        }
    }
}
