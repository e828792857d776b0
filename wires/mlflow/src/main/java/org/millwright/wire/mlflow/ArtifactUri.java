package org.millwright.wire.mlflow;

import org.millwright.data.ArtifactPath;

/** The addresses by which MLflow's clients find files in the server's store: {@code mlflow-artifacts:/<path>}. */
final class ArtifactUri {
    private ArtifactUri() {}

    static String of(ArtifactPath path) {
        return "mlflow-artifacts:/" + path;
    }
}
