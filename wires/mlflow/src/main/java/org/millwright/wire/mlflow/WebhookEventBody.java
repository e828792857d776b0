package org.millwright.wire.mlflow;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.model.WebhookEvent;

/** An event as MLflow names it: an entity and an action, in capitals. */
record WebhookEventBody(@Nullable String entity, @Nullable String action) {

    /** The events that MLflow 3.17's clients know. They break on any other. */
    static final Set<WebhookEvent> KNOWN =
            Set.copyOf(EnumSet.range(WebhookEvent.REGISTERED_MODEL_CREATED, WebhookEvent.PROMPT_ALIAS_DELETED));

    private static final Set<String> ENTITIES = Set.of(
            "REGISTERED_MODEL",
            "MODEL_VERSION",
            "MODEL_VERSION_TAG",
            "MODEL_VERSION_ALIAS",
            "PROMPT",
            "PROMPT_VERSION",
            "PROMPT_TAG",
            "PROMPT_VERSION_TAG",
            "PROMPT_ALIAS",
            "BUDGET_POLICY");

    static List<WebhookEventBody> of(List<WebhookEvent> events) {
        return events.stream()
                .filter(KNOWN::contains)
                .map(event -> new WebhookEventBody(upper(event.entity()), upper(event.action())))
                .toList();
    }

    static List<WebhookEvent> parse(@Nullable List<WebhookEventBody> bodies) {
        var events = new ArrayList<WebhookEvent>();
        var given = Required.orEmpty(bodies);
        for (var index = 0; index < given.size(); index++) {
            events.add(parse("events[%d]".formatted(index), given.get(index)));
        }
        return events;
    }

    /** @param field where it stands in the request */
    static WebhookEvent parse(String field, @Nullable WebhookEventBody body) {
        var event = Required.value(field, body);
        var entity = Required.text(field + ".entity", event.entity());
        var action = Required.text(field + ".action", event.action());
        if (!ENTITIES.contains(entity)) {
            throw new RequestRefused(
                    MlflowError.invalid(field + ".entity", MlflowJson.quoted(entity), "one of " + sorted(ENTITIES)));
        }
        if (entity.equals("BUDGET_POLICY")) {
            throw new RequestRefused(MlflowError.invalid(
                    "Webhooks are not told of 'budget_policy': this server has no gateway and no budgets."));
        }
        return KNOWN.stream()
                .filter(known -> upper(known.entity()).equals(entity)
                        && upper(known.action()).equals(action))
                .findFirst()
                .orElseThrow(() -> new RequestRefused(
                        MlflowError.invalid("Invalid action '%s' for entity '%s'. Valid actions are: %s"
                                .formatted(
                                        MlflowJson.shortened(action.toLowerCase(Locale.ROOT)),
                                        entity.toLowerCase(Locale.ROOT),
                                        actions(entity)))));
    }

    private static List<String> actions(String entity) {
        return KNOWN.stream()
                .filter(known -> upper(known.entity()).equals(entity))
                .map(known -> "'" + known.action() + "'")
                .sorted()
                .toList();
    }

    private static List<String> sorted(Set<String> texts) {
        return texts.stream().sorted().toList();
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
