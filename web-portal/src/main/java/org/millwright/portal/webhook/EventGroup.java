package org.millwright.portal.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.millwright.monitoring.model.WebhookEvent;

/** Events that a form offers together. @param events as people write them */
public record EventGroup(String name, List<String> events) {

    static List<EventGroup> all() {
        return List.of(
                group("Models", entity -> entity.startsWith("registered_model")),
                group("Model versions", entity -> entity.startsWith("model_version") || entity.equals("promotion")),
                group("Jobs and runs", entity -> entity.equals("run")),
                group("Endpoints", entity -> entity.equals("endpoint") || entity.equals("deployment")),
                group("Prompts", entity -> entity.startsWith("prompt")));
    }

    private static EventGroup group(String name, Predicate<String> entities) {
        return new EventGroup(
                name,
                Arrays.stream(WebhookEvent.values())
                        .filter(event -> entities.test(event.entity()))
                        .map(WebhookEvent::text)
                        .toList());
    }
}
