package org.millwright.monitoring.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.RecordedEvent;
import org.millwright.workspace.WorkspaceName;

/**
 * An event of the outbox in the words of webhooks.
 *
 * @param data what receivers are told; for MLflow's events in the form that MLflow gives them
 */
public record Announcement(
        WorkspaceName workspace, WebhookEvent event, Instant at, Map<String, @Nullable Object> data) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT);
    private static final String PROMPT_TEXT = "mlflow.prompt.text";

    private static final Map<String, Function<RecordedEvent, Announcement>> BY_TYPE = Map.ofEntries(
            Map.entry("ModelCreated", Announcement::modelCreated),
            Map.entry(
                    "ModelDescribed",
                    told -> of(
                            told,
                            WebhookEvent.REGISTERED_MODEL_UPDATED,
                            model(told).with("description"))),
            Map.entry(
                    "ModelTagSet",
                    told -> of(
                            told,
                            promptOr(told, WebhookEvent.PROMPT_TAG_SET, WebhookEvent.REGISTERED_MODEL_TAG_SET),
                            model(told).with("key").with("value"))),
            Map.entry(
                    "ModelTagDeleted",
                    told -> of(
                            told,
                            promptOr(told, WebhookEvent.PROMPT_TAG_DELETED, WebhookEvent.REGISTERED_MODEL_TAG_DELETED),
                            model(told).with("key"))),
            Map.entry(
                    "ModelRenamed",
                    told -> of(
                            told,
                            WebhookEvent.REGISTERED_MODEL_RENAMED,
                            model(told).and("new_name", told.text("newName")))),
            Map.entry("ModelDeleted", told -> of(told, WebhookEvent.REGISTERED_MODEL_DELETED, model(told))),
            Map.entry(
                    "ModelAliasSet",
                    told -> of(
                            told,
                            promptOr(told, WebhookEvent.PROMPT_ALIAS_CREATED, WebhookEvent.MODEL_VERSION_ALIAS_CREATED),
                            model(told).with("alias").and("version", told.text("version")))),
            Map.entry(
                    "ModelAliasDeleted",
                    told -> of(
                            told,
                            promptOr(told, WebhookEvent.PROMPT_ALIAS_DELETED, WebhookEvent.MODEL_VERSION_ALIAS_DELETED),
                            model(told).with("alias"))),
            Map.entry("ModelVersionRegistered", Announcement::versionCreated),
            Map.entry(
                    "ModelVersionDescribed",
                    told -> of(
                            told,
                            WebhookEvent.MODEL_VERSION_UPDATED,
                            version(told).with("description"))),
            Map.entry(
                    "ModelVersionMoved",
                    told -> of(
                            told,
                            WebhookEvent.MODEL_VERSION_STAGE_CHANGED,
                            version(told).and("from_stage", told.text("from")).and("to_stage", told.text("to")))),
            Map.entry(
                    "ModelVersionTagSet",
                    told -> of(
                            told,
                            promptOr(told, WebhookEvent.PROMPT_VERSION_TAG_SET, WebhookEvent.MODEL_VERSION_TAG_SET),
                            version(told).with("key").with("value"))),
            Map.entry(
                    "ModelVersionTagDeleted",
                    told -> of(
                            told,
                            promptOr(
                                    told,
                                    WebhookEvent.PROMPT_VERSION_TAG_DELETED,
                                    WebhookEvent.MODEL_VERSION_TAG_DELETED),
                            version(told).with("key"))),
            Map.entry("ModelVersionDeleted", told -> of(told, WebhookEvent.MODEL_VERSION_DELETED, version(told))),
            Map.entry(
                    "ModelVersionPromoted",
                    told -> of(
                            told,
                            WebhookEvent.MODEL_VERSION_PROMOTED,
                            version(told)
                                    .with("target")
                                    .with("how")
                                    .with("by")
                                    .and("previous_version", previous(told)))),
            Map.entry(
                    "PromotionRequested",
                    told -> of(
                            told,
                            WebhookEvent.PROMOTION_REQUESTED,
                            version(told).with("target").with("request").with("by"))),
            Map.entry(
                    "PromotionDecided",
                    told -> of(
                            told,
                            WebhookEvent.PROMOTION_DECIDED,
                            version(told)
                                    .with("target")
                                    .with("request")
                                    .with("by")
                                    .with("decision")
                                    .and("open", Boolean.valueOf(told.text("open"))))),
            Map.entry("RunEnded", Announcement::runEnded),
            Map.entry(
                    "EndpointChanged",
                    told -> of(told, WebhookEvent.ENDPOINT_CHANGED, new Data(told).and("name", told.text("endpoint")))),
            Map.entry(
                    "EndpointDeleted",
                    told -> of(told, WebhookEvent.ENDPOINT_DELETED, new Data(told).and("name", told.text("endpoint")))),
            Map.entry("DeploymentCameUp", told -> of(told, WebhookEvent.DEPLOYMENT_SUCCEEDED, deployment(told))),
            Map.entry(
                    "DeploymentFailed",
                    told -> of(
                            told,
                            WebhookEvent.DEPLOYMENT_FAILED,
                            deployment(told).with("reason"))));

    public Announcement {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    /** Whether events of this type are told to webhooks. */
    public static boolean isOf(String eventType) {
        return BY_TYPE.containsKey(eventType);
    }

    /** @throws IllegalStateException when events of this type are not told to webhooks, or a field is missing */
    public static Announcement of(RecordedEvent told) {
        var words = BY_TYPE.get(told.type());
        if (words == null) {
            throw new IllegalStateException("Webhooks are not told of " + told.type());
        }
        return words.apply(told);
    }

    /** What is sent: the fields of a JSON object. */
    public Map<String, Object> payload() {
        var payload = new LinkedHashMap<String, Object>();
        payload.put("entity", event.entity());
        payload.put("action", event.action());
        payload.put("timestamp", TIME.format(at.atOffset(ZoneOffset.UTC)));
        payload.put("workspace", workspace.value());
        payload.put("data", data);
        return payload;
    }

    private static Announcement modelCreated(RecordedEvent told) {
        return of(
                told,
                promptOr(told, WebhookEvent.PROMPT_CREATED, WebhookEvent.REGISTERED_MODEL_CREATED),
                model(told).and("tags", tags(told)).with("description"));
    }

    private static Announcement versionCreated(RecordedEvent told) {
        var prompt = isPrompt(told);
        var data = version(told);
        if (prompt) {
            data.and("template", allTags(told).get(PROMPT_TEXT));
        } else {
            data.with("source").and("run_id", told.fields().get("run"));
        }
        var description = told.text("description");
        return of(
                told,
                prompt ? WebhookEvent.PROMPT_VERSION_CREATED : WebhookEvent.MODEL_VERSION_CREATED,
                data.and("tags", tags(told)).and("description", description.isEmpty() ? null : description));
    }

    private static Announcement runEnded(RecordedEvent told) {
        var data = new Data(told)
                .and("run_id", told.text("run"))
                .and("run_name", told.text("name"))
                .and("experiment_id", told.text("experiment"));
        var state = told.text("state");
        return switch (state) {
            case "Completed" -> of(told, WebhookEvent.RUN_COMPLETED, data);
            case "Failed" -> of(told, WebhookEvent.RUN_FAILED, data.with("reason"));
            case "Canceled" -> of(told, WebhookEvent.RUN_CANCELED, data);
            default -> throw new IllegalStateException("A run ends in no state '%s'".formatted(state));
        };
    }

    private static Announcement of(RecordedEvent told, WebhookEvent event, Data data) {
        return new Announcement(new WorkspaceName(told.text("workspace")), event, told.at(), data.values);
    }

    private static Data model(RecordedEvent told) {
        return new Data(told).and("name", told.text("model"));
    }

    /** A version is written {@code name:number}. */
    private static Data version(RecordedEvent told) {
        var reference = told.text("model");
        var colon = reference.lastIndexOf(':');
        return new Data(told).and("name", reference.substring(0, colon)).and("version", reference.substring(colon + 1));
    }

    /** Versions are texts in what is sent, as MLflow has them. */
    private static @Nullable String previous(RecordedEvent told) {
        var number = told.fields().get("previous");
        return number == null ? null : number.toString();
    }

    private static Data deployment(RecordedEvent told) {
        return new Data(told).with("endpoint").with("deployment").with("model");
    }

    private static boolean isPrompt(RecordedEvent told) {
        return Boolean.parseBoolean(told.text("prompt"));
    }

    private static WebhookEvent promptOr(RecordedEvent told, WebhookEvent ofPrompt, WebhookEvent otherwise) {
        return isPrompt(told) ? ofPrompt : otherwise;
    }

    /** Of a prompt without the tags that only say that it is one. */
    private static Map<String, Object> tags(RecordedEvent told) {
        var tags = new LinkedHashMap<>(allTags(told));
        if (isPrompt(told)) {
            tags.keySet()
                    .removeIf(key -> key.equals("mlflow.prompt.is_prompt")
                            || key.equals("_mlflow_prompt_type")
                            || key.equals(PROMPT_TEXT));
        }
        return tags;
    }

    private static Map<String, Object> allTags(RecordedEvent told) {
        var tags = new LinkedHashMap<String, Object>();
        if (told.fields().get("tags") instanceof Map<?, ?> map) {
            map.forEach((key, value) -> tags.put(key.toString(), value));
        }
        return tags;
    }

    /** The data as it is put together, in the order in which it is sent. */
    private static final class Data {
        private final RecordedEvent told;
        private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

        Data(RecordedEvent told) {
            this.told = told;
        }

        /** A field of the event, under its own name. */
        Data with(String field) {
            return and(field, told.text(field));
        }

        Data and(String name, @Nullable Object value) {
            values.put(name, value);
            return this;
        }
    }
}
