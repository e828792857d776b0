package org.millwright.wire.mlflow;

import org.millwright.data.ArtifactPath;

/** The addresses by which MLflow's clients find files in the server's store: {@code mlflow-artifacts:/<path>}. */
final class ArtifactUri {
    private ArtifactUri() {}

    static String of(ArtifactPath path) {
        return "mlflow-artifacts:/" + path;
    }

    /**
     * Clients may say where an experiment's files shall lie. Here they lie in the server's own store, at a place that the
     * server chooses, because that is where permissions reach them; so the only other place that can be named is the store
     * itself.
     */
    static void requireOwnStore(String field, String location) {
        if (!location.isEmpty() && !location.matches("mlflow-artifacts:/*")) {
            throw new RequestRefused(
                    MlflowError.invalid(
                            field,
                            MlflowJson.quoted(location),
                            "this server keeps the files of every experiment in its own store, at mlflow-artifacts:/<experiment id>; leave it out."));
        }
    }
}
