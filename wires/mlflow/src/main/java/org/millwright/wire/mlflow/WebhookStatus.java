package org.millwright.wire.mlflow;

import java.util.Arrays;

/** MLflow's words for whether a webhook is sent anything. */
enum WebhookStatus {
    ACTIVE,
    DISABLED;

    boolean isActive() {
        return this == ACTIVE;
    }

    static WebhookStatus of(boolean active) {
        return active ? ACTIVE : DISABLED;
    }

    /** @param text the name, or its number in the protocol's definition (1 and 2) */
    static WebhookStatus parse(String text) {
        return Arrays.stream(values())
                .filter(status -> status.name().equals(text) || text.equals(Integer.toString(status.ordinal() + 1)))
                .findFirst()
                .orElseThrow(() -> new RequestRefused(
                        MlflowError.invalid("status", MlflowJson.quoted(text), "one of ACTIVE, DISABLED")));
    }
}
