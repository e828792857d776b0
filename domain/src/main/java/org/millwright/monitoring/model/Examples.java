package org.millwright.monitoring.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.workspace.WorkspaceName;

/** What a test of a webhook sends in the place of an event; for MLflow's events the examples that MLflow sends. */
public final class Examples {
    private Examples() {}

    public static Announcement of(WebhookEvent event, WorkspaceName workspace, Instant now) {
        return new Announcement(workspace, event, now, data(event));
    }

    private static Map<String, @Nullable Object> data(WebhookEvent event) {
        return switch (event) {
            case REGISTERED_MODEL_CREATED ->
                fields("name", "example_model", "tags", TAGS, "description", "An example registered model");
            case MODEL_VERSION_CREATED ->
                fields(
                        "name",
                        "example_model",
                        "version",
                        "1",
                        "source",
                        "models:/123",
                        "run_id",
                        "abcd1234abcd5678",
                        "tags",
                        TAGS,
                        "description",
                        "An example model version");
            case MODEL_VERSION_TAG_SET ->
                fields("name", "example_model", "version", "1", "key", "example_key", "value", "example_value");
            case MODEL_VERSION_TAG_DELETED -> fields("name", "example_model", "version", "1", "key", "example_key");
            case MODEL_VERSION_ALIAS_CREATED ->
                fields("name", "example_model", "alias", "example_alias", "version", "1");
            case MODEL_VERSION_ALIAS_DELETED -> fields("name", "example_model", "alias", "example_alias");
            case PROMPT_CREATED -> fields("name", "example_prompt", "tags", TAGS, "description", "An example prompt");
            case PROMPT_VERSION_CREATED ->
                fields(
                        "name",
                        "example_prompt",
                        "version",
                        "1",
                        "template",
                        "Hello {{name}}!",
                        "tags",
                        TAGS,
                        "description",
                        "An example prompt version");
            case PROMPT_TAG_SET -> fields("name", "example_prompt", "key", "example_key", "value", "example_value");
            case PROMPT_TAG_DELETED -> fields("name", "example_prompt", "key", "example_key");
            case PROMPT_VERSION_TAG_SET ->
                fields("name", "example_prompt", "version", "1", "key", "example_key", "value", "example_value");
            case PROMPT_VERSION_TAG_DELETED -> fields("name", "example_prompt", "version", "1", "key", "example_key");
            case PROMPT_ALIAS_CREATED -> fields("name", "example_prompt", "alias", "example_alias", "version", "1");
            case PROMPT_ALIAS_DELETED -> fields("name", "example_prompt", "alias", "example_alias");
            case REGISTERED_MODEL_UPDATED -> fields("name", "example_model", "description", "A better description");
            case REGISTERED_MODEL_RENAMED -> fields("name", "example_model", "new_name", "renamed_model");
            case REGISTERED_MODEL_DELETED -> fields("name", "example_model");
            case REGISTERED_MODEL_TAG_SET ->
                fields("name", "example_model", "key", "example_key", "value", "example_value");
            case REGISTERED_MODEL_TAG_DELETED -> fields("name", "example_model", "key", "example_key");
            case MODEL_VERSION_UPDATED ->
                fields("name", "example_model", "version", "1", "description", "A better description");
            case MODEL_VERSION_STAGE_CHANGED ->
                fields("name", "example_model", "version", "1", "from_stage", "Staging", "to_stage", "Production");
            case MODEL_VERSION_PROMOTED ->
                fields(
                        "name",
                        "example_model",
                        "version",
                        "2",
                        "target",
                        "Production",
                        "how",
                        "APPROVED",
                        "by",
                        "ada",
                        "previous_version",
                        "1");
            case PROMOTION_REQUESTED ->
                fields(
                        "name",
                        "example_model",
                        "version",
                        "2",
                        "target",
                        "Production",
                        "request",
                        "6f1c0b9e-3b0e-4b7e-9d53-5c8b7d1a2f30",
                        "by",
                        "ada");
            case PROMOTION_DECIDED ->
                fields(
                        "name",
                        "example_model",
                        "version",
                        "2",
                        "target",
                        "Production",
                        "request",
                        "6f1c0b9e-3b0e-4b7e-9d53-5c8b7d1a2f30",
                        "by",
                        "grace",
                        "decision",
                        "APPROVED",
                        "open",
                        false);
            case MODEL_VERSION_DELETED -> fields("name", "example_model", "version", "1");
            case RUN_COMPLETED, RUN_CANCELED ->
                fields("run_id", "abcd1234abcd5678", "run_name", "example_run", "experiment_id", "0");
            case RUN_FAILED ->
                fields(
                        "run_id",
                        "abcd1234abcd5678",
                        "run_name",
                        "example_run",
                        "experiment_id",
                        "0",
                        "reason",
                        "The command ended with exit code 1");
            case ENDPOINT_CHANGED, ENDPOINT_DELETED -> fields("name", "example-endpoint");
            case DEPLOYMENT_SUCCEEDED ->
                fields("endpoint", "example-endpoint", "deployment", "blue", "model", "example_model:1");
            case DEPLOYMENT_FAILED ->
                fields(
                        "endpoint",
                        "example-endpoint",
                        "deployment",
                        "blue",
                        "model",
                        "example_model:1",
                        "reason",
                        "It did not answer within 120 seconds");
        };
    }

    private static final Map<String, Object> TAGS = Map.of("example_key", "example_value");

    private static Map<String, @Nullable Object> fields(Object... namesAndValues) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(fields);
    }
}
