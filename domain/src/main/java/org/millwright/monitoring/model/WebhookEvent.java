package org.millwright.monitoring.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.millwright.shared.Refused;

/**
 * What a webhook can be told of: something, and what happened to it. The words up to {@link #PROMPT_ALIAS_DELETED} are
 * MLflow's; the others are ours, and no client of MLflow's knows them.
 */
public enum WebhookEvent {
    REGISTERED_MODEL_CREATED("registered_model", "created"),
    MODEL_VERSION_CREATED("model_version", "created"),
    MODEL_VERSION_TAG_SET("model_version_tag", "set"),
    MODEL_VERSION_TAG_DELETED("model_version_tag", "deleted"),
    MODEL_VERSION_ALIAS_CREATED("model_version_alias", "created"),
    MODEL_VERSION_ALIAS_DELETED("model_version_alias", "deleted"),
    PROMPT_CREATED("prompt", "created"),
    PROMPT_VERSION_CREATED("prompt_version", "created"),
    PROMPT_TAG_SET("prompt_tag", "set"),
    PROMPT_TAG_DELETED("prompt_tag", "deleted"),
    PROMPT_VERSION_TAG_SET("prompt_version_tag", "set"),
    PROMPT_VERSION_TAG_DELETED("prompt_version_tag", "deleted"),
    PROMPT_ALIAS_CREATED("prompt_alias", "created"),
    PROMPT_ALIAS_DELETED("prompt_alias", "deleted"),
    REGISTERED_MODEL_UPDATED("registered_model", "updated"),
    REGISTERED_MODEL_RENAMED("registered_model", "renamed"),
    REGISTERED_MODEL_DELETED("registered_model", "deleted"),
    REGISTERED_MODEL_TAG_SET("registered_model_tag", "set"),
    REGISTERED_MODEL_TAG_DELETED("registered_model_tag", "deleted"),
    MODEL_VERSION_UPDATED("model_version", "updated"),
    MODEL_VERSION_STAGE_CHANGED("model_version", "stage_changed"),
    MODEL_VERSION_PROMOTED("model_version", "promoted"),
    MODEL_VERSION_DELETED("model_version", "deleted"),
    PROMOTION_REQUESTED("promotion", "requested"),
    PROMOTION_DECIDED("promotion", "decided"),
    RUN_COMPLETED("run", "completed"),
    RUN_FAILED("run", "failed"),
    RUN_CANCELED("run", "canceled"),
    ENDPOINT_CHANGED("endpoint", "changed"),
    ENDPOINT_DELETED("endpoint", "deleted"),
    DEPLOYMENT_SUCCEEDED("deployment", "succeeded"),
    DEPLOYMENT_FAILED("deployment", "failed");

    private final String entity;
    private final String action;

    WebhookEvent(String entity, String action) {
        this.entity = entity;
        this.action = action;
    }

    public String entity() {
        return entity;
    }

    public String action() {
        return action;
    }

    /** As people write it: {@code model_version.created}. */
    public String text() {
        return entity + "." + action;
    }

    /** @throws Refused naming those there are */
    public static WebhookEvent parse(String text) {
        return Arrays.stream(values())
                .filter(event -> event.text().equals(text))
                .findFirst()
                .orElseThrow(() -> Refused.invalid(
                        "events",
                        "'%s' is not one of %s".formatted(text, String.join(", ", texts(List.of(values()))))));
    }

    public static List<String> texts(List<WebhookEvent> events) {
        return events.stream().map(WebhookEvent::text).collect(Collectors.toList());
    }
}
