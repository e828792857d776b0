package org.millwright.wire.mlflow;

import java.util.Arrays;
import org.millwright.registry.model.LoggedModel;

/** MLflow's words for how far a logged model's files have come. */
enum LoggedModelStatus {
    LOGGED_MODEL_PENDING(LoggedModel.Status.PENDING),
    LOGGED_MODEL_READY(LoggedModel.Status.READY),
    LOGGED_MODEL_UPLOAD_FAILED(LoggedModel.Status.UPLOAD_FAILED);

    private static final String PREFIX = "LOGGED_MODEL_";

    private final LoggedModel.Status status;

    LoggedModelStatus(LoggedModel.Status status) {
        this.status = status;
    }

    LoggedModel.Status status() {
        return status;
    }

    static LoggedModelStatus of(LoggedModel.Status status) {
        return switch (status) {
            case PENDING -> LOGGED_MODEL_PENDING;
            case READY -> LOGGED_MODEL_READY;
            case UPLOAD_FAILED -> LOGGED_MODEL_UPLOAD_FAILED;
        };
    }

    /** @param text the name, or its number in the protocol's definition (1 to 3), which some clients send */
    static LoggedModelStatus parse(String text) {
        return Arrays.stream(values())
                .filter(status -> status.name().equals(text) || text.equals(Integer.toString(status.ordinal() + 1)))
                .findFirst()
                .orElseThrow(() -> new RequestRefused(
                        MlflowError.invalid("status", MlflowJson.quoted(text), "one of " + Arrays.toString(values()))));
    }

    /** In a filter the word stands without its prefix, and FAILED for a failed upload. */
    static String inFilter(String text) {
        var word = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        return word.equals("FAILED") ? LoggedModel.Status.UPLOAD_FAILED.name() : word;
    }
}
