package org.millwright.monitoring.model;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.SecretPlace;
import org.millwright.monitoring.WebhookId;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * A receiver outside, and what it is told of.
 *
 * <p>It is made active or disabled, may be changed, switched off and on, and is deleted with its deliveries. While it is
 * disabled nothing new is kept for it, and what is on its way waits.
 *
 * @param name for people; several may have the same, as with MLflow
 * @param url where the events are sent; looked at by whoever makes the webhook, before it is stored
 * @param events each once, at least one
 * @param sealedSecret with which what is sent is signed, encrypted; null when it is not signed
 */
public record Webhook(
        WebhookId id,
        WorkspaceName workspace,
        String name,
        String description,
        String url,
        List<WebhookEvent> events,
        @Nullable String sealedSecret,
        boolean active,
        Instant createdAt,
        Instant updatedAt,
        Revision revision) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final int LONGEST_DESCRIPTION = 1000;

    public Webhook {
        if (!NAME.matcher(name).matches()) {
            throw Refused.invalid(
                    "name",
                    "Webhook name '%s' is invalid. It must start and end with a letter or digit, be at most 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-)."
                            .formatted(name.length() <= 80 ? name : name.substring(0, 77) + "..."));
        }
        if (description.length() > LONGEST_DESCRIPTION) {
            throw Refused.invalid("description", "at most %d characters".formatted(LONGEST_DESCRIPTION));
        }
        if (events.isEmpty()) {
            throw Refused.invalid("events", "Webhook events cannot be empty");
        }
        events = events.stream().distinct().sorted().toList();
    }

    /** Where the secret of a webhook is kept, for who seals and opens it. */
    public static SecretPlace secretPlace(WebhookId id) {
        return new SecretPlace("webhook", id.toString());
    }

    public boolean isSigned() {
        return sealedSecret != null;
    }

    /** The same webhook with what was changed; null leaves a part as it is. */
    public Webhook revise(
            @Nullable String newName,
            @Nullable String newDescription,
            @Nullable String newUrl,
            @Nullable List<WebhookEvent> newEvents,
            @Nullable Boolean newActive,
            Instant now) {
        return new Webhook(
                id,
                workspace,
                newName == null ? name : newName,
                newDescription == null ? description : newDescription,
                newUrl == null ? url : newUrl,
                newEvents == null ? events : newEvents,
                sealedSecret,
                newActive == null ? active : newActive,
                createdAt,
                now,
                revision);
    }

    /** @param sealed null to sign no more */
    public Webhook withSecret(@Nullable String sealed) {
        return new Webhook(
                id, workspace, name, description, url, events, sealed, active, createdAt, updatedAt, revision);
    }
}
