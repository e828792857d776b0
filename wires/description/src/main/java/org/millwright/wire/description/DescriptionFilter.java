package org.millwright.wire.description;

import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.data.ContentDigest;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleName;
import org.millwright.wire.http.Requires;
import org.millwright.workspace.WorkspaceName;

/** Completes the description that SmallRye makes of our resources. */
public class DescriptionFilter implements OASFilter {
    /** A folder or several with commas between: where the Javadoc is. */
    static final String SOURCES = "millwright.description.sources";

    /** Says which permission an operation needs; absent from public ones. */
    static final String PERMISSION = "x-millwright-permission";

    /** Says on how much of the workspace, or of the server, the permission is needed. */
    static final String EXTENT = "x-millwright-permission-on";

    private static final Pattern IN_BRACES = Pattern.compile("\\{(\\w+)}");
    private static final Pattern LENGTH_AHEAD = Pattern.compile("\\(\\?=\\.\\{(\\d+),(\\d+)}\\$\\)");

    private static final String ABOUT = """
            The API of a Millwright server. Requests and answers are JSON with keys in snake_case; times are ISO 8601 in UTC,
            sizes are bytes, and a unit stands in a key's name or description. A key that has no value is left out of answers.
            A request with a key that is not described is refused.

            Every refusal is `application/problem+json` (RFC 9457), and `detail` says what to do. A 5xx is a defect of the
            server. A path or method that is not described is answered by 404 or 405. An address with a control character, or
            with a part that begins with a semicolon, is refused by 400 before this API sees it, and not in JSON.

            `x-millwright-permission` is the permission that the caller must have, and `x-millwright-permission-on` on how much:
            `workspace`, on all of the workspace that the request is about; `anywhere`, in any workspace, because the operation
            is about the caller or answers only what they may see; `server`, on the whole server.""";

    private static final Map<String, String> COMMON_PARAMETERS = Map.ofEntries(
            Map.entry("workspace", "The workspace's name, such as `main`."),
            Map.entry("page", "Where to go on: `next_page` of the answer before. The first page when left out."),
            Map.entry("size", "How many items a page has at most."),
            Map.entry("model", "The registered model's name."),
            Map.entry("version", "The version: its number, `@alias`, a stage, or `latest`."),
            Map.entry("run", "The run's id, which is a job's name too."),
            Map.entry("compute", "The compute target's name, such as `local`."),
            Map.entry("endpoint", "The endpoint's name."),
            Map.entry("deployment", "The deployment's name."),
            Map.entry("schedule", "The schedule's name."),
            Map.entry("webhook", "The webhook's id."),
            Map.entry("delivery", "The delivery's id."),
            Map.entry("request", "The request's id."),
            Map.entry("experiment", "The experiment's id."),
            Map.entry("id", "The id."),
            Map.entry("digest", "SHA-256 of the bytes, in hexadecimal."));

    /** Names with a form, which the domain knows. */
    private static final Map<String, Class<?>> FORMS = Map.of(
            "workspace", WorkspaceName.class,
            "run", RunId.class,
            "compute", ComputeName.class,
            "endpoint", EndpointName.class,
            "deployment", DeploymentName.class,
            "schedule", ScheduleName.class,
            "digest", ContentDigest.class);

    private final SourceComments comments =
            new SourceComments(Stream.of(System.getProperty(SOURCES, "").split(","))
                    .filter(folder -> !folder.isBlank())
                    .map(Path::of)
                    .toList());
    private final BodySchemas bodies = new BodySchemas(comments);

    @Override
    public void filterOpenAPI(OpenAPI api) {
        bodies.name(api.getComponents().getSchemas());
        var areas = new TreeMap<String, String>();
        var faults = new ArrayList<String>();
        api.getPaths().getPathItems().forEach((path, item) -> item.getOperations()
                .forEach((verb, operation) -> {
                    try {
                        var found = OperationOf.find(operation.getOperationId(), verb, path);
                        areas.put(found.area(), comments.of(found.resource()).whole());
                        complete(operation, found);
                    } catch (IllegalStateException untold) {
                        faults.add(untold.getMessage());
                    }
                }));
        if (!faults.isEmpty()) {
            throw new IllegalStateException("The API cannot be described:\n" + String.join("\n", faults));
        }
        var components = api.getComponents();
        components.setSchemas(bodies.complete(components.getSchemas()));
        components.getSchemas().values().forEach(bodies::redirect);
        components.addSchema(Refusals.PROBLEM, Refusals.problem());
        components.setResponses(Refusals.components());
        components.addSecurityScheme(
                "bearer",
                OASFactory.createSecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description("A token. As the password of Basic authentication it counts too, with any user."));
        components.addSecurityScheme(
                "session",
                OASFactory.createSecurityScheme()
                        .type(SecurityScheme.Type.APIKEY)
                        .in(SecurityScheme.In.COOKIE)
                        .name(constant(ofName("org.millwright.wire.http.SessionCookie"), "NAME"))
                        .description("The cookie of a browser that is signed in to the studio."));
        api.setSecurity(List.of(
                OASFactory.createSecurityRequirement().addScheme("bearer"),
                OASFactory.createSecurityRequirement().addScheme("session")));
        api.setInfo(OASFactory.createInfo().title("Millwright").version("v1").description(ABOUT));
        api.setTags(areas.entrySet().stream()
                .map(area -> OASFactory.createTag().name(area.getKey()).description(area.getValue()))
                .toList());
    }

    private void complete(Operation operation, OperationOf found) {
        var comment = comments.ofMethod(found.resource(), found.method().getName());
        if (comment.summary().isEmpty()) {
            throw new IllegalStateException(found + " needs a Javadoc comment: its first sentence is the summary");
        }
        var required = found.requires();
        operation.setOperationId(found.id());
        operation.setTags(List.of(found.area()));
        operation.setSummary(comment.summary().replaceFirst("\\.$", ""));
        operation.setDescription(
                Stream.of(comment.rest(), required == null ? "Anybody may call it." : inWords(required))
                        .filter(part -> !part.isEmpty())
                        .reduce((one, other) -> one + "\n\n" + other)
                        .orElseThrow());
        if (required == null) {
            operation.setSecurity(List.of());
        } else {
            operation.addExtension(PERMISSION, required.value().name());
            operation.addExtension(EXTENT, required.on().name().toLowerCase(Locale.ROOT));
        }
        describeParameters(operation, found, comment.parameters());
        describeBody(operation, found);
        describeAnswers(operation, found);
    }

    private static String inWords(Requires required) {
        return "Needs the permission `%s` (to %s) %s."
                .formatted(
                        required.value(),
                        required.value().inWords(),
                        switch (required.on()) {
                            case WORKSPACE ->
                                required.value().kind() == null
                                        ? "on the workspace"
                                        : "on the workspace, or on the "
                                                + required.value().kind().inWords() + " that it is about";
                            case NEW_RESOURCE -> "on the workspace as a whole";
                            case WHOLE_WORKSPACE -> "on the whole workspace, without exception";
                            case ANYWHERE -> "in any workspace";
                            case SERVER -> "on the whole server";
                        });
    }

    private static void describeParameters(Operation operation, OperationOf found, Map<String, String> words) {
        var described = new HashSet<String>();
        var parameters =
                new ArrayList<>(operation.getParameters() == null ? List.<Parameter>of() : operation.getParameters());
        parameters.forEach(parameter -> described.add(parameter.getName()));
        IN_BRACES
                .matcher(found.path())
                .results()
                .map(match -> match.group(1))
                .filter(name -> !described.contains(name))
                .forEach(name -> parameters.addFirst(OASFactory.createParameter()
                        .name(name)
                        .in(Parameter.In.PATH)
                        .required(true)
                        .schema(OASFactory.createSchema().type(List.of(SchemaType.STRING)))));
        for (var parameter : parameters) {
            if (parameter.getDescription() == null) {
                var own = words.get(javaName(found.method(), parameter.getName()));
                parameter.setDescription(own == null ? COMMON_PARAMETERS.get(parameter.getName()) : own);
            }
            var form = FORMS.get(parameter.getName());
            if (form != null && parameter.getIn() == Parameter.In.PATH) {
                form(parameter.getSchema(), constant(form, "FORM"));
            }
            if (parameter.getName().equals("size") && parameter.getSchema() != null) {
                parameter
                        .getSchema()
                        .minimum(BigDecimal.ONE)
                        .maximum(new BigDecimal(constant(ofName("org.millwright.wire.rest.Paging"), "LARGEST")));
            }
        }
        operation.setParameters(parameters.isEmpty() ? null : parameters);
    }

    /** Says a length that the pattern looks ahead for as a length, which more readers understand. */
    private static void form(Schema schema, String pattern) {
        var length = LENGTH_AHEAD.matcher(pattern);
        if (length.lookingAt()) {
            schema.minLength(Integer.valueOf(length.group(1))).maxLength(Integer.valueOf(length.group(2)));
        }
        schema.pattern("^(?:" + length.replaceFirst("") + ")$");
    }

    private static Class<?> ofName(String type) {
        try {
            return Class.forName(type);
        } catch (ClassNotFoundException moved) {
            throw new IllegalStateException("%s says its own elsewhere now".formatted(type), moved);
        }
    }

    /** Something that a class keeps to itself, and that only it should say. */
    private static String constant(Class<?> type, String name) {
        try {
            var field = type.getDeclaredField(name);
            field.setAccessible(true);
            return String.valueOf(field.get(null));
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException("%s has no %s any more".formatted(type, name), changed);
        }
    }

    private static @Nullable String javaName(Method method, String name) {
        return Arrays.stream(method.getParameters())
                .filter(parameter -> Stream.of(parameter.getAnnotations())
                        .anyMatch(annotation -> name.equals(
                                switch (annotation) {
                                    case PathParam path -> path.value();
                                    case QueryParam query -> query.value();
                                    case HeaderParam header -> header.value();
                                    default -> "";
                                })))
                .map(java.lang.reflect.Parameter::getName)
                .findFirst()
                .orElse(null);
    }

    private void describeBody(Operation operation, OperationOf found) {
        found.body().ifPresent(parameter -> {
            var needed = !parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (parameter.getType().equals(InputStream.class)) {
                operation.setRequestBody(OASFactory.createRequestBody()
                        .required(needed)
                        .content(OASFactory.createContent()
                                .addMediaType(MediaType.APPLICATION_OCTET_STREAM, OASFactory.createMediaType())));
                return;
            }
            var body = operation.getRequestBody();
            if (body == null) {
                throw new IllegalStateException(
                        "%s takes '%s', and does not say by @Consumes as what".formatted(found, parameter));
            }
            bodies.request(parameter.getParameterizedType());
            body.required(needed);
            redirect(body.getContent());
        });
    }

    private void describeAnswers(Operation operation, OperationOf found) {
        var method = found.method();
        var responses = operation.getResponses();
        if (method.getReturnType().equals(void.class)) {
            List.copyOf(responses.getAPIResponses().keySet()).forEach(responses::removeAPIResponse);
            responses.addAPIResponse("204", OASFactory.createAPIResponse().description("Done."));
        } else if (method.getReturnType().equals(Response.class)) {
            var described = method.getAnnotationsByType(APIResponseSchema.class);
            if (described.length == 0 && method.getAnnotationsByType(APIResponse.class).length == 0) {
                throw new IllegalStateException(
                        found + " answers a Response: say by @APIResponseSchema or @APIResponse which, and with what");
            }
            Stream.of(described).map(APIResponseSchema::value).forEach(bodies::answer);
        } else if (method.getReturnType().equals(StreamingOutput.class)) {
            // Lines, or bytes: what the media type says is all that a schema could.
            responses.getAPIResponses().values().stream()
                    .flatMap(response -> response.getContent().getMediaTypes().values().stream())
                    .forEach(type -> type.setSchema(null));
        } else {
            bodies.answer(method.getGenericReturnType());
        }
        responses.getAPIResponses().values().forEach(response -> {
            redirect(response.getContent());
            if (found.verb() == HttpMethod.HEAD) {
                response.setContent(null);
            }
        });
        for (var status :
                Refusals.of(found.resource(), method, found, found.body().isPresent())) {
            responses.addAPIResponse(
                    Integer.toString(status),
                    found.verb() == HttpMethod.HEAD
                            ? Refusals.withoutBody(status)
                            : OASFactory.createAPIResponse().ref(Refusals.nameOf(status)));
        }
    }

    private void redirect(@Nullable Content content) {
        if (content != null && content.getMediaTypes() != null) {
            content.getMediaTypes().values().forEach(type -> bodies.redirect(type.getSchema()));
        }
    }
}
