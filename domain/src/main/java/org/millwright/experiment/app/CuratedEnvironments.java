package org.millwright.experiment.app;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.workspace.WorkspaceName;

/**
 * Environments that every workspace has from the start. A version of one is never changed: with newer packages there is a
 * further version, and the older stay for the runs that name them.
 */
final class CuratedEnvironments {
    private static final Instant SINCE = Instant.parse("2026-11-23T00:00:00Z");
    private static final String MLFLOW = "mlflow-skinny==3.17.2";

    private static final List<Entry> ALL = List.of(
            new Entry(
                    "sklearn",
                    "1",
                    "scikit-learn and pandas, for models of tables",
                    List.of("scikit-learn==1.7.2", "pandas==2.3.3", MLFLOW)),
            new Entry(
                    "xgboost",
                    "1",
                    "XGBoost with scikit-learn and pandas, on CPUs",
                    List.of("xgboost-cpu==3.1.1", "scikit-learn==1.7.2", "pandas==2.3.3", MLFLOW)),
            new Entry(
                    "lightgbm",
                    "1",
                    "LightGBM with scikit-learn and pandas",
                    List.of("lightgbm==4.6.0", "scikit-learn==1.7.2", "pandas==2.3.3", MLFLOW)),
            new Entry(
                    "onnx",
                    "1",
                    "scikit-learn, and what turns its models into ONNX and runs them",
                    List.of("onnx==1.19.1", "onnxruntime==1.23.2", "skl2onnx==1.19.1", "scikit-learn==1.7.2", MLFLOW)));

    private CuratedEnvironments() {}

    private record Entry(String name, String version, String description, List<String> packages) {
        RegisteredEnvironment in(WorkspaceName workspace) {
            return new RegisteredEnvironment(
                    workspace,
                    name,
                    version,
                    description,
                    Map.of("curated", "true"),
                    new EnvironmentSpec(null, packages),
                    "millwright",
                    SINCE,
                    null);
        }
    }

    static boolean has(String name) {
        return ALL.stream().anyMatch(entry -> entry.name().equals(name));
    }

    static Optional<RegisteredEnvironment> find(WorkspaceName workspace, String name, String version) {
        return versions(workspace, name).stream()
                .filter(each -> each.version().equals(version))
                .findFirst();
    }

    /** The newest first. */
    static List<RegisteredEnvironment> versions(WorkspaceName workspace, String name) {
        return ALL.reversed().stream()
                .filter(entry -> entry.name().equals(name))
                .map(entry -> entry.in(workspace))
                .toList();
    }

    /** The newest version of each, by name. */
    static List<RegisteredEnvironment> newest(WorkspaceName workspace) {
        return ALL.stream()
                .map(Entry::name)
                .distinct()
                .sorted(Comparator.naturalOrder())
                .map(name -> versions(workspace, name).getFirst())
                .toList();
    }
}
