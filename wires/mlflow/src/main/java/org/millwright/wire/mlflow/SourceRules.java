package org.millwright.wire.mlflow;

import java.util.regex.Pattern;

/**
 * What MLflow demands of a request that names the source of a model version: it must also name the run or the logged
 * model that the source lies in. Whether the source is really there is the registry's matter.
 */
final class SourceRules {
    private static final Pattern RUN_SOURCE = Pattern.compile("runs:/+([^/?#]*)(/.*)?");
    private static final Pattern LOGGED_MODEL_SOURCE = Pattern.compile("models:/+(m-[0-9a-f]{32})/*");

    private static final Pattern LOGGED_MODEL_FILES = Pattern.compile("mlflow-artifacts:/+[^/]*/models/m-.*");

    private SourceRules() {}

    /** @param run and @param model empty when the request names none */
    static void require(String source, String run, String model) {
        var ofRun = RUN_SOURCE.matcher(source);
        if (ofRun.matches()) {
            if (!model.isEmpty()) {
                throw refused(source, "model_id");
            }
            if (!ofRun.group(1).equals(run)) {
                throw refused(source, "run_id");
            }
        }
        if (LOGGED_MODEL_FILES.matcher(source).matches() && model.isEmpty()) {
            throw refused(source, run.isEmpty() ? "model_id" : "run_id");
        }
        var ofModel = LOGGED_MODEL_SOURCE.matcher(source);
        if (ofModel.matches() && !ofModel.group(1).equals(model)) {
            throw refused(source, "model_id");
        }
    }

    private static RequestRefused refused(String source, String parameter) {
        return new RequestRefused(MlflowError.invalid(
                "Invalid model version source: '%s'. The %s request parameter must identify the resource that contains the source."
                        .formatted(MlflowJson.shortened(source), parameter)));
    }
}
