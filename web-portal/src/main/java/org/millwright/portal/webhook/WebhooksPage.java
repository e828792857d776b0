package org.millwright.portal.webhook;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.monitoring.app.Webhooks;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.StateChip;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The webhooks, and a form to make one. The secret of a new one is in the answer that made it, and never again. */
@Named
@RequestScoped
@Requires(Permission.WEBHOOK_READ)
public class WebhooksPage {
    private static final int ROWS = 50;

    private final Address address;
    private final CurrentCaller caller;
    private final Webhooks webhooks;
    private final Notices notices;
    private @Nullable Page<Webhook> page;
    private String name = "";
    private String url = "";
    private String description = "";
    private String secret = "";
    private String madeSecret = "";

    @Inject
    public WebhooksPage(Address address, CurrentCaller caller, Webhooks webhooks, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.webhooks = webhooks;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected WebhooksPage() {
        this(null, null, null, null);
    }

    /** One webhook. */
    public record Row(
            String id,
            String name,
            String description,
            String link,
            StateChip state,
            String url,
            List<String> events,
            boolean signed,
            Instant createdAt) {
        static Row of(Webhook webhook) {
            return new Row(
                    webhook.id().toString(),
                    webhook.name(),
                    webhook.description(),
                    Links.webhook(webhook.id()),
                    StateChip.of(webhook),
                    webhook.url(),
                    WebhookEvent.texts(webhook.events()),
                    webhook.isSigned(),
                    webhook.createdAt());
        }
    }

    /** Reads the webhooks before anything of the page is sent. */
    public void open() {
        loaded();
    }

    private Page<Webhook> loaded() {
        if (page == null) {
            var after = address.text("after");
            page = webhooks.page(
                    caller.workspace(),
                    EnumSet.allOf(WebhookEvent.class),
                    new PageRequest(after.isEmpty() ? null : after, ROWS));
        }
        return page;
    }

    public List<Row> getRows() {
        return loaded().map(Row::of).items();
    }

    /** Where the next page starts; empty on the last. */
    public String getOlder() {
        var token = loaded().nextToken();
        return token == null ? "" : token;
    }

    public boolean isChangeable() {
        return caller.get().may(Permission.WEBHOOK_WRITE, caller.workspace());
    }

    public List<EventGroup> getGroups() {
        return EventGroup.all();
    }

    @Requires(Permission.WEBHOOK_WRITE)
    public void create() {
        var key = secret.isEmpty() ? webhooks.newSecret() : secret;
        var made = notices.attempt(
                () -> webhooks.create(
                        caller.workspace(),
                        new Webhooks.Draft(
                                name.strip(),
                                description.strip(),
                                url.strip(),
                                address.fields("event").stream()
                                        .map(WebhookEvent::parse)
                                        .toList(),
                                key,
                                true)),
                "The webhook is made; send it a test");
        if (made && secret.isEmpty()) {
            madeSecret = key;
        }
        page = null;
    }

    /** That was made up for the webhook that was just made; empty otherwise. */
    public String getMadeSecret() {
        return madeSecret;
    }

    public String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name == null ? "" : name;
    }

    public String getUrl() {
        return url;
    }

    public void setUrl(@Nullable String url) {
        this.url = url == null ? "" : url;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(@Nullable String description) {
        this.description = description == null ? "" : description;
    }

    /** Never shown again once it was sent. */
    public String getSecret() {
        return "";
    }

    public void setSecret(@Nullable String secret) {
        this.secret = secret == null ? "" : secret;
    }
}
