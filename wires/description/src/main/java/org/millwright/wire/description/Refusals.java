package org.millwright.wire.description;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * Which statuses refuse an operation, by what the operation is: one rule for all. A status that only one operation answers
 * stands on its method, as an {@code @APIResponse}.
 */
final class Refusals {
    static final String PROBLEM = "Problem";

    private static final String PROBLEM_JSON = "application/problem+json";

    private static final Map<Integer, String> MEANINGS = new TreeMap<>(
            Map.ofEntries(
                    Map.entry(
                            400,
                            "The request cannot be understood, or a value in it is not allowed; `field` says which."),
                    Map.entry(401, "Nobody is signed in, or the credential is unknown, expired or revoked."),
                    Map.entry(403, "The caller lacks the permission."),
                    Map.entry(404, "Something that the address names is not there."),
                    Map.entry(406, "The operation does not answer in a media type that `Accept` allows."),
                    Map.entry(409, "It exists already, or its state does not allow this."),
                    Map.entry(412, "Somebody else changed it meanwhile; read it again."),
                    Map.entry(413, "The body, or a list in it, is too large."),
                    Map.entry(415, "The body must be of the media type that is described."),
                    Map.entry(429, "Too many attempts to sign in have failed; `Retry-After` says when to try again."),
                    Map.entry(
                            503,
                            "The database, or the vault of the keys, does not answer just now; `Retry-After` says when to try again.")));

    private Refusals() {}

    /** @param body whether the operation takes one */
    static Set<Integer> of(Class<?> resource, Method method, OperationOf operation, boolean body) {
        // Even without parameters: a query that is no text is refused everywhere.
        var statuses = new TreeSet<>(List.of(400));
        if (operation.permission() != null) {
            statuses.addAll(List.of(401, 403, 429, 503));
        }
        if (operation.path().contains("{")) {
            statuses.add(404);
        }
        if (method.isAnnotationPresent(Produces.class) || resource.isAnnotationPresent(Produces.class)) {
            statuses.add(406);
        }
        if (operation.writes()) {
            statuses.addAll(List.of(409, 412));
        }
        if (body) {
            statuses.add(413);
        }
        if (isParticular(resource, method)) {
            statuses.add(415);
        }
        return statuses;
    }

    static String nameOf(int status) {
        return "Refused" + status;
    }

    /** The response of each status, for the components of the description. */
    static Map<String, APIResponse> components() {
        var responses = new TreeMap<String, APIResponse>();
        MEANINGS.forEach((status, meaning) -> responses.put(
                nameOf(status),
                OASFactory.createAPIResponse().description(meaning).content(content())));
        return responses;
    }

    /** What answers a HEAD, which has no body. */
    static APIResponse withoutBody(int status) {
        return OASFactory.createAPIResponse().description(MEANINGS.get(status));
    }

    static Schema problem() {
        return OASFactory.createSchema()
                .type(List.of(Schema.SchemaType.OBJECT))
                .description("Why a request was refused, as RFC 9457 has it.")
                .addProperty("type", text("A URI that names the kind of problem."))
                .addProperty("title", text("The kind of problem in words."))
                .addProperty(
                        "status",
                        OASFactory.createSchema()
                                .type(List.of(Schema.SchemaType.INTEGER))
                                .description("The HTTP status."))
                .addProperty("detail", text("What was wrong with this request, and what to do."))
                .addProperty("field", text("Where it stands in the request, when it stands somewhere."))
                .required(List.of("type", "title", "status", "detail"));
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().type(List.of(Schema.SchemaType.STRING)).description(description);
    }

    private static Content content() {
        return OASFactory.createContent()
                .addMediaType(
                        PROBLEM_JSON,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM)));
    }

    private static boolean isParticular(Class<?> resource, Method method) {
        var consumes = consumes(resource, method);
        return consumes != null && !List.of(consumes.value()).contains(MediaType.WILDCARD);
    }

    private static @Nullable Consumes consumes(Class<?> resource, Method method) {
        var own = method.getAnnotation(Consumes.class);
        return own == null ? resource.getAnnotation(Consumes.class) : own;
    }
}
