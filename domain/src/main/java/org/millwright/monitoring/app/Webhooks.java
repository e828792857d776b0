package org.millwright.monitoring.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.SecretCipher;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.model.Examples;
import org.millwright.monitoring.model.Signature;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.monitoring.spi.WebhookTransport;
import org.millwright.shared.IdSource;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Makes, changes and tests webhooks. It talks to the outside, so it is no transaction itself. */
@ApplicationScoped
public class Webhooks {
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST_SECRET = 1000;

    private final WebhookBook book;
    private final WebhookTransport transport;
    private final SecretCipher cipher;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public Webhooks(WebhookBook book, WebhookTransport transport, SecretCipher cipher, IdSource ids, Clock clock) {
        this.book = book;
        this.transport = transport;
        this.cipher = cipher;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Webhooks() {
        this(null, null, null, null, null);
    }

    /** What a webhook is made of. @param secret empty to send it unsigned */
    public record Draft(
            String name, String description, String url, List<WebhookEvent> events, String secret, boolean active) {}

    /** What is to be another; null leaves a part as it is. @param secret empty to sign no more */
    public record Edit(
            @Nullable String name,
            @Nullable String description,
            @Nullable String url,
            @Nullable List<WebhookEvent> events,
            @Nullable String secret,
            @Nullable Boolean active) {}

    /** A secret that nobody can guess, for who brings none. */
    public String newSecret() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ids.nextSecret(SECRET_BYTES));
    }

    /** @throws Refused with Invalid when nothing may be sent to that address */
    public Webhook create(WorkspaceName workspace, Draft draft) {
        var now = clock.instant();
        var id = new WebhookId(ids.nextId());
        var webhook = new Webhook(
                id,
                workspace,
                draft.name(),
                draft.description(),
                draft.url(),
                draft.events(),
                sealed(id, draft.secret()),
                draft.active(),
                now,
                now,
                Revision.UNSAVED);
        transport.check(webhook.url());
        book.add(webhook);
        return webhook;
    }

    public Webhook get(WorkspaceName workspace, WebhookId id) {
        return book.get(workspace, id);
    }

    /** Those that want any of these events, the newest first. */
    public Page<Webhook> page(WorkspaceName workspace, Set<WebhookEvent> events, PageRequest page) {
        return book.page(workspace, events, page);
    }

    /** @throws Refused with Invalid when nothing may be sent to the new address */
    public Webhook update(WorkspaceName workspace, WebhookId id, Edit edit) {
        if (edit.url() != null) {
            transport.check(edit.url());
        }
        var secret = edit.secret() == null ? null : sealed(id, edit.secret());
        var now = clock.instant();
        return book.change(workspace, id, webhook -> {
            var next = webhook.revise(edit.name(), edit.description(), edit.url(), edit.events(), edit.active(), now);
            return edit.secret() == null ? next : next.withSecret(secret);
        });
    }

    public void delete(WorkspaceName workspace, WebhookId id) {
        book.delete(workspace, id);
    }

    /**
     * Sends an example at once, signed like any other, and answers what came of it. It is not kept among the deliveries.
     *
     * @param event null for the first that the webhook wants
     */
    public Answer test(WorkspaceName workspace, WebhookId id, @Nullable WebhookEvent event) {
        var webhook = book.get(workspace, id);
        var now = clock.instant();
        var example = Examples.of(event == null ? webhook.events().getFirst() : event, workspace, now);
        var body = transport.json(example.payload());
        var secret = webhook.sealedSecret();
        return transport.post(
                webhook.url(),
                Signature.headers(
                        new DeliveryId(ids.nextId()),
                        now,
                        body,
                        secret == null ? null : cipher.open(Webhook.secretPlace(id), secret)),
                body);
    }

    private @Nullable String sealed(WebhookId id, String secret) {
        if (secret.length() > LONGEST_SECRET) {
            throw Refused.invalid("secret", "at most %d characters".formatted(LONGEST_SECRET));
        }
        return secret.isEmpty() ? null : cipher.seal(Webhook.secretPlace(id), secret);
    }
}
