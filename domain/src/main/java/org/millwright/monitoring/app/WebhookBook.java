package org.millwright.monitoring.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.monitoring.model.WebhookRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** The transactions of {@link Webhooks}, which asks the name service before them and not within. */
@ApplicationScoped
@Transactional
public class WebhookBook {
    private final WebhookRepository webhooks;

    @Inject
    public WebhookBook(WebhookRepository webhooks) {
        this.webhooks = webhooks;
    }

    @SuppressWarnings("NullAway")
    protected WebhookBook() {
        this(null);
    }

    Webhook get(WorkspaceName workspace, WebhookId id) {
        return webhooks.find(workspace, id).orElseThrow(() -> Refused.notFound("webhook", id));
    }

    Page<Webhook> page(WorkspaceName workspace, Set<WebhookEvent> events, PageRequest page) {
        return webhooks.page(workspace, events, page);
    }

    void add(Webhook webhook) {
        webhooks.save(webhook);
    }

    Webhook change(WorkspaceName workspace, WebhookId id, UnaryOperator<Webhook> decision) {
        webhooks.save(decision.apply(get(workspace, id)));
        return get(workspace, id);
    }

    void delete(WorkspaceName workspace, WebhookId id) {
        if (!webhooks.delete(workspace, id)) {
            throw Refused.notFound("webhook", id);
        }
    }
}
