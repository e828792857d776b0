package org.millwright.monitoring;

import java.util.UUID;
import org.millwright.shared.Refused;

/** Names a webhook for life: a UUID, as MLflow's clients expect. */
public record WebhookId(UUID value) {

    /** @throws Refused with NotFound, because what is no id of ours names nothing */
    public static WebhookId parse(String text) {
        try {
            return new WebhookId(UUID.fromString(text));
        } catch (IllegalArgumentException noUuid) {
            throw Refused.notFound("webhook", text);
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
