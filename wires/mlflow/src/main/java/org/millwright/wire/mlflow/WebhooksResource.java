package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.app.Webhooks;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/**
 * MLflow's {@code webhooks}. Its clients know only some of the events: a webhook is shown with those that it wants of them,
 * and one that wants none of them is not shown.
 */
@Path("2.0/mlflow/webhooks")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class WebhooksResource {
    @Inject
    Webhooks webhooks;

    @Inject
    CurrentCaller caller;

    record Create(
            @Nullable String name,
            @Nullable String description,
            @Nullable String url,
            @Nullable List<WebhookEventBody> events,
            @Nullable String secret,
            com.fasterxml.jackson.databind.@Nullable JsonNode status) {}

    record Update(
            @Nullable String name,
            @Nullable String description,
            @Nullable String url,
            @Nullable List<WebhookEventBody> events,
            @Nullable String secret,
            com.fasterxml.jackson.databind.@Nullable JsonNode status) {}

    record Test(@Nullable WebhookEventBody event) {}

    record One(WebhookBody webhook) {}

    record Found(List<WebhookBody> webhooks, @Nullable String nextPageToken) {}

    record Tested(Result result) {}

    record Result(
            boolean success,
            @Nullable Integer responseStatus,
            @Nullable String responseBody,
            @Nullable String errorMessage) {}

    /** MLflow's shape of a webhook; the secret is never shown. */
    record WebhookBody(
            String webhookId,
            String name,
            @Nullable String description,
            String url,
            List<WebhookEventBody> events,
            String status,
            long creationTimestamp,
            long lastUpdatedTimestamp) {
        static WebhookBody of(Webhook webhook) {
            return new WebhookBody(
                    webhook.id().toString(),
                    webhook.name(),
                    webhook.description().isEmpty() ? null : webhook.description(),
                    webhook.url(),
                    WebhookEventBody.of(webhook.events()),
                    WebhookStatus.of(webhook.active()).name(),
                    webhook.createdAt().toEpochMilli(),
                    webhook.updatedAt().toEpochMilli());
        }
    }

    @POST
    @Requires(Permission.WEBHOOK_WRITE)
    public One create(Create request) {
        var draft = new Webhooks.Draft(
                Required.text("name", request.name()),
                Required.orEmpty(request.description()),
                Required.text("url", request.url()),
                WebhookEventBody.parse(Required.list("events", request.events())),
                Required.orEmpty(request.secret()),
                request.status() == null
                        || WebhookStatus.parse(request.status().asText()).isActive());
        return new One(WebhookBody.of(inMlflowsWords(() -> webhooks.create(caller.workspace(), draft))));
    }

    @GET
    @Requires(Permission.WEBHOOK_READ)
    public Found list(
            @QueryParam("max_results") @Nullable String maxResults,
            @QueryParam("page_token") @Nullable String pageToken) {
        var page = webhooks.page(
                caller.workspace(),
                WebhookEventBody.KNOWN,
                Paging.WEBHOOKS.page(Required.number("max_results", maxResults), pageToken));
        return new Found(page.items().stream().map(WebhookBody::of).toList(), page.nextToken());
    }

    @GET
    @Path("{id}")
    @Requires(Permission.WEBHOOK_READ)
    public One get(@PathParam("id") String id) {
        return new One(WebhookBody.of(known(id)));
    }

    /** An empty name or address, and an empty list, change nothing, as with MLflow; an empty secret takes it away. */
    @PATCH
    @Path("{id}")
    @Requires(Permission.WEBHOOK_WRITE)
    public One update(@PathParam("id") String id, Update request) {
        var webhook = known(id);
        var edit = new Webhooks.Edit(
                orNull(request.name()),
                request.description(),
                orNull(request.url()),
                Required.orEmpty(request.events()).isEmpty() ? null : events(webhook, request.events()),
                request.secret(),
                request.status() == null
                        ? null
                        : WebhookStatus.parse(request.status().asText()).isActive());
        return new One(WebhookBody.of(
                inMlflowsWords(() -> Repeat.onStale(() -> webhooks.update(caller.workspace(), webhook.id(), edit)))));
    }

    @DELETE
    @Path("{id}")
    @Requires(Permission.WEBHOOK_WRITE)
    public Empty delete(@PathParam("id") String id) {
        webhooks.delete(caller.workspace(), known(id).id());
        return Empty.DONE;
    }

    @POST
    @Path("{id}/test")
    @Requires(Permission.WEBHOOK_WRITE)
    public Tested test(@PathParam("id") String id, Test request) {
        var webhook = known(id);
        var event = request.event() == null
                ? webhook.events().stream()
                        .filter(WebhookEventBody.KNOWN::contains)
                        .findFirst()
                        .orElseThrow()
                : WebhookEventBody.parse("event", request.event());
        return new Tested(result(webhooks.test(caller.workspace(), webhook.id(), event)));
    }

    private static Result result(Answer answer) {
        return switch (answer) {
            case Answer.Answered(var status, var body, var _) ->
                new Result(answer.isTaken(), status, body, answer.isTaken() ? null : answer.problem());
            case Answer.Unreached(var reason) -> new Result(false, null, null, "Failed to test webhook: " + reason);
        };
    }

    /** What a client takes off its list is what it knows; the events that it cannot know stay. */
    private static List<WebhookEvent> events(Webhook webhook, @Nullable List<WebhookEventBody> wanted) {
        var events = new ArrayList<>(WebhookEventBody.parse(wanted));
        webhook.events().stream()
                .filter(event -> !WebhookEventBody.KNOWN.contains(event))
                .forEach(events::add);
        return events;
    }

    private Webhook known(String id) {
        return inMlflowsWords(() -> {
            var webhook = webhooks.get(caller.workspace(), WebhookId.parse(id));
            if (webhook.events().stream().noneMatch(WebhookEventBody.KNOWN::contains)) {
                throw Refused.notFound("webhook", id);
            }
            return webhook;
        });
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** The domain's sentences about names and addresses are MLflow's own, and stand alone. */
    private static <T> T inMlflowsWords(Supplier<T> call) {
        try {
            return call.get();
        } catch (Refused refused) {
            throw switch (refused.problem()) {
                case Problem.NotFound(var kind, var id)
                when kind.equals("webhook") ->
                    new RequestRefused(new MlflowError(
                            ErrorCode.RESOURCE_DOES_NOT_EXIST, "Webhook with ID %s not found.".formatted(id)));
                case Problem.Invalid(var field, var rule)
                when field.equals("name") || field.equals("url") || field.equals("events") ->
                    new RequestRefused(MlflowError.invalid(rule));
                default -> refused;
            };
        }
    }
}
