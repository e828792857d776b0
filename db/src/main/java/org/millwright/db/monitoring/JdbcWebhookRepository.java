package org.millwright.db.monitoring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.millwright.db.Database;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.monitoring.model.WebhookRepository;
import org.millwright.shared.Notifications;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Webhooks in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcWebhookRepository implements WebhookRepository {
    private static final String KIND = "webhook";

    private final Database database;

    @Inject
    public JdbcWebhookRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcWebhookRepository() {
        this(null);
    }

    /** A webhook with its place in the list. */
    private record Numbered(long sequence, Webhook webhook) {}

    @Override
    public Optional<Webhook> find(WorkspaceName workspace, WebhookId id) {
        return database
                .query(
                        "SELECT * FROM monitoring.webhook WHERE workspace = ? AND id = ?",
                        JdbcWebhookRepository::webhook,
                        workspace.value(),
                        id.value())
                .stream()
                .findFirst();
    }

    @Override
    public Page<Webhook> page(WorkspaceName workspace, Set<WebhookEvent> events, PageRequest page) {
        var rows = database.query(
                """
                SELECT * FROM monitoring.webhook
                WHERE workspace = ? AND events && ? AND sequence < ?
                ORDER BY sequence DESC LIMIT ?
                """,
                row -> new Numbered(row.getLong("sequence"), webhook(row)),
                workspace.value(),
                names(List.copyOf(events)),
                SequenceToken.read(page),
                page.size() + 1);
        return SequenceToken.page(rows, page, Numbered::sequence).map(Numbered::webhook);
    }

    @Override
    public List<Webhook> listening(WorkspaceName workspace, WebhookEvent event) {
        return database.query("""
                SELECT * FROM monitoring.webhook
                WHERE workspace = ? AND active AND events @> ? ORDER BY sequence
                """, JdbcWebhookRepository::webhook, workspace.value(), names(List.of(event)));
    }

    @Override
    public void save(Webhook webhook) {
        if (webhook.revision().isUnsaved()) {
            database.update(
                    """
                    INSERT INTO monitoring.webhook
                        (id, workspace, name, description, url, events, secret, active, created_at, updated_at, revision)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
                    """,
                    webhook.id().value(),
                    webhook.workspace().value(),
                    webhook.name(),
                    webhook.description(),
                    webhook.url(),
                    names(webhook.events()),
                    webhook.sealedSecret(),
                    webhook.active(),
                    webhook.createdAt(),
                    webhook.updatedAt());
            return;
        }
        var changed = database.update(
                """
                UPDATE monitoring.webhook
                SET name = ?, description = ?, url = ?, events = ?, secret = ?, active = ?, updated_at = ?,
                    revision = revision + 1
                WHERE id = ? AND revision = ?
                """,
                webhook.name(),
                webhook.description(),
                webhook.url(),
                names(webhook.events()),
                webhook.sealedSecret(),
                webhook.active(),
                webhook.updatedAt(),
                webhook.id().value(),
                webhook.revision().value());
        if (changed == 0) {
            throw Refused.stale(KIND, webhook.id());
        }
        // What waited while it was disabled need not wait for the next tick.
        database.wake(Notifications.WEBHOOKS);
    }

    @Override
    public boolean delete(WorkspaceName workspace, WebhookId id) {
        return database.update(
                        "DELETE FROM monitoring.webhook WHERE workspace = ? AND id = ?", workspace.value(), id.value())
                == 1;
    }

    private static Database.Values names(List<WebhookEvent> events) {
        return Database.Values.of("text", events, WebhookEvent::name);
    }

    private static Webhook webhook(ResultSet row) throws SQLException {
        return new Webhook(
                new WebhookId(row.getObject("id", UUID.class)),
                new WorkspaceName(row.getString("workspace")),
                row.getString("name"),
                row.getString("description"),
                row.getString("url"),
                Arrays.stream((String[]) row.getArray("events").getArray())
                        .map(WebhookEvent::valueOf)
                        .toList(),
                row.getString("secret"),
                row.getBoolean("active"),
                Database.requiredInstant(row, "created_at"),
                Database.requiredInstant(row, "updated_at"),
                new Revision(row.getLong("revision")));
    }
}
