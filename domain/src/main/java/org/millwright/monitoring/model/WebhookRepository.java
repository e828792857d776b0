package org.millwright.monitoring.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millwright.monitoring.WebhookId;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** Keeps webhooks. */
public interface WebhookRepository {
    Optional<Webhook> find(WorkspaceName workspace, WebhookId id);

    /** Those of a workspace that want any of these events, the newest first. */
    Page<Webhook> page(WorkspaceName workspace, Set<WebhookEvent> events, PageRequest page);

    /** The active ones that want the event. */
    List<Webhook> listening(WorkspaceName workspace, WebhookEvent event);

    /** @throws org.millwright.shared.Refused with Stale when it was stored since it was read, or is gone */
    void save(Webhook webhook);

    /** Deletes it with its deliveries. @return false when there was none */
    boolean delete(WorkspaceName workspace, WebhookId id);
}
