package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.app.WebhookDeliveries;
import org.millwright.monitoring.app.Webhooks;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Webhooks: receivers outside that are told of what happens, and what became of telling them. */
@Path("workspaces/{workspace}/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class WebhooksResource {
    @Inject
    Webhooks webhooks;

    @Inject
    WebhookDeliveries deliveries;

    @Inject
    CurrentCaller caller;

    /** Lists the webhooks. */
    @GET
    @Requires(Permission.WEBHOOK_READ)
    public Items<WebhookBody> list(
            @QueryParam("page") @Nullable String page, @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(
                webhooks.page(caller.workspace(), EnumSet.allOf(WebhookEvent.class), Paging.of(page, size)),
                WebhookBody::of);
    }

    /** Makes a webhook. Its secret is in this answer and in no other. */
    @POST
    @APIResponseSchema(value = WebhookBody.class, responseCode = "201")
    @Requires(Permission.WEBHOOK_WRITE)
    public Response create(NewWebhook given) {
        var body = Bodies.given(given);
        var secret = body.secret() == null ? webhooks.newSecret() : body.secret();
        var webhook = webhooks.create(
                caller.workspace(),
                new Webhooks.Draft(
                        Bodies.needed("name", body.name()),
                        Bodies.orEmpty(body.description()),
                        Bodies.needed("url", body.url()),
                        events(Bodies.needed("events", body.events())),
                        secret,
                        body.active() == null || body.active()));
        return Response.status(Response.Status.CREATED)
                .entity(WebhookBody.of(webhook, body.secret() == null ? secret : null))
                .build();
    }

    /** Reads a webhook, without its secret. */
    @GET
    @Path("{webhook}")
    @Requires(Permission.WEBHOOK_READ)
    public WebhookBody get(@PathParam("webhook") String id) {
        return WebhookBody.of(webhooks.get(caller.workspace(), WebhookId.parse(id)));
    }

    /** Changes of a webhook what is given. An empty secret means: sign no more. */
    @PATCH
    @Path("{webhook}")
    @Requires(Permission.WEBHOOK_WRITE)
    public WebhookBody update(@PathParam("webhook") String id, NewWebhook given) {
        var body = Bodies.given(given);
        return WebhookBody.of(webhooks.update(
                caller.workspace(),
                WebhookId.parse(id),
                new Webhooks.Edit(
                        body.name(),
                        body.description(),
                        body.url(),
                        body.events() == null ? null : events(body.events()),
                        body.secret(),
                        body.active())));
    }

    /** Deletes a webhook, and what waits to be sent to it. */
    @DELETE
    @Path("{webhook}")
    @Requires(Permission.WEBHOOK_WRITE)
    public void delete(@PathParam("webhook") String id) {
        webhooks.delete(caller.workspace(), WebhookId.parse(id));
    }

    /** Sends an example at once, and answers what came of it. */
    @POST
    @Path("{webhook}/test")
    @Requires(Permission.WEBHOOK_WRITE)
    public TestBody test(@PathParam("webhook") String id, TestRequest given) {
        var event = Bodies.given(given).event();
        return TestBody.of(webhooks.test(
                caller.workspace(), WebhookId.parse(id), event == null ? null : WebhookEvent.parse(event)));
    }

    /**
     * Lists what was sent, and what waits to be; the newest first.
     *
     * @param state waiting, delivered or gave_up; all when it is left out
     */
    @GET
    @Path("{webhook}/deliveries")
    @Requires(Permission.WEBHOOK_READ)
    public Items<DeliveryBody> deliveries(
            @PathParam("webhook") String id,
            @QueryParam("state") @Nullable String state,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(
                deliveries.page(caller.workspace(), WebhookId.parse(id), kinds(state), Paging.of(page, size)),
                DeliveryBody::of);
    }

    /** Sends a delivery again. */
    @POST
    @Path("{webhook}/deliveries/{delivery}/replay")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.WEBHOOK_WRITE)
    public DeliveryBody replay(@PathParam("webhook") String id, @PathParam("delivery") String delivery) {
        return DeliveryBody.of(deliveries.replay(caller.workspace(), WebhookId.parse(id), DeliveryId.parse(delivery)));
    }

    /** Sends all again that were given up. */
    @POST
    @Path("{webhook}/replay")
    @Requires(Permission.WEBHOOK_WRITE)
    public Replayed replayGivenUp(@PathParam("webhook") String id, Since given) {
        var since = time(Bodies.needed("since", Bodies.given(given).since()));
        return new Replayed(deliveries.replayGivenUp(caller.workspace(), WebhookId.parse(id), since));
    }

    private static List<WebhookEvent> events(List<String> texts) {
        return texts.stream()
                .map(text -> WebhookEvent.parse(Bodies.needed("events", text)))
                .toList();
    }

    private static Set<Delivery.Kind> kinds(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return EnumSet.allOf(Delivery.Kind.class);
        }
        return Arrays.stream(Delivery.Kind.values())
                .filter(kind -> word(kind).equals(text))
                .findFirst()
                .map(Set::of)
                .orElseThrow(() ->
                        Refused.invalid("state", "'%s' is not one of waiting, delivered, gave_up".formatted(text)));
    }

    private static String word(Delivery.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException notATime) {
            throw Refused.invalid("since", "'%s' is not a time such as 2026-01-31T08:00:00Z".formatted(text));
        }
    }

    /** @param secret made up by the server when it is left out */
    @Schema(examples = """
            {"name": "chat", "url": "https://chat.example.com/millwright",
            "events": ["model_version.created"]}""")
    record NewWebhook(
            @Nullable String name,
            @Nullable String description,
            @Nullable String url,
            @Nullable List<String> events,
            @Nullable String secret,
            @Nullable Boolean active) {}

    /** @param event the first that the webhook wants, when it is left out */
    @Schema(name = "WebhookTest")
    record TestRequest(@Nullable String event) {}

    @Schema(name = "ReplaySince", requiredProperties = "since", examples = "{\"since\": \"2026-01-31T08:00:00Z\"}")
    record Since(@Nullable String since) {}

    record Replayed(int replayed) {}

    /** @param secret that the server made up; shown once */
    record WebhookBody(
            String id,
            String name,
            String description,
            String url,
            List<String> events,
            boolean active,
            boolean signed,
            @Nullable String secret,
            Instant createdAt,
            Instant updatedAt) {
        static WebhookBody of(Webhook webhook) {
            return of(webhook, null);
        }

        static WebhookBody of(Webhook webhook, @Nullable String secret) {
            return new WebhookBody(
                    webhook.id().toString(),
                    webhook.name(),
                    webhook.description(),
                    webhook.url(),
                    WebhookEvent.texts(webhook.events()),
                    webhook.active(),
                    webhook.isSigned(),
                    secret,
                    webhook.createdAt(),
                    webhook.updatedAt());
        }
    }

    /**
     * @param attempts since it was made or last replayed
     * @param status of the last answer; absent when there was none
     * @param problem why it has not arrived; absent when it has, or was not tried yet
     */
    @Schema(name = "WebhookDelivery")
    record DeliveryBody(
            String id,
            String event,
            String subject,
            String state,
            int attempts,
            Instant createdAt,
            @Nullable Instant dueAt,
            @Nullable Instant settledAt,
            @Nullable Instant attemptedAt,
            @Nullable Integer status,
            @Nullable String answer,
            @Nullable String problem,
            String body) {
        static DeliveryBody of(Delivery delivery) {
            var last = delivery.last();
            return new DeliveryBody(
                    delivery.id().toString(),
                    delivery.event().text(),
                    delivery.subject(),
                    word(delivery.state().kind()),
                    delivery.attempts(),
                    delivery.createdAt(),
                    delivery.state() instanceof Delivery.State.Waiting(var dueAt) ? dueAt : null,
                    switch (delivery.state()) {
                        case Delivery.State.Waiting _ -> null;
                        case Delivery.State.Delivered(var at) -> at;
                        case Delivery.State.GaveUp(var at) -> at;
                    },
                    last == null ? null : last.at(),
                    last == null || last.status() == 0 ? null : last.status(),
                    last == null ? null : last.answer(),
                    last == null || last.problem().isEmpty() ? null : last.problem(),
                    delivery.body());
        }
    }

    @Schema(name = "WebhookTestOutcome")
    record TestBody(
            boolean success,
            @Nullable Integer status,
            @Nullable String answer,
            @Nullable String problem) {
        static TestBody of(Answer answer) {
            var problem = answer.isTaken() ? null : answer.problem();
            return switch (answer) {
                case Answer.Answered(var status, var body, var _) ->
                    new TestBody(answer.isTaken(), status, body, problem);
                case Answer.Unreached _ -> new TestBody(false, null, null, problem);
            };
        }
    }
}
