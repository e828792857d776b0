package org.millwright.wire.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the audit trail calls an operation of a wire, and what it leaves there.
 *
 * @param template below the application's address, with the names of places
 */
record AuditedOperation(
        String method, String template, Trail trail, String kind, String resource, String part, List<String> places) {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Pattern PLACE = Pattern.compile("\\{\\s*([\\w-]+)\\s*(?::[^{}]*)?\\}");
    private static final Pattern NAMES = Pattern.compile("\\{([^}]+)\\}");
    private static final Map<Method, AuditedOperation> KNOWN = new ConcurrentHashMap<>();

    static AuditedOperation of(Class<?> resource, Method method) {
        return KNOWN.computeIfAbsent(method, _ -> made(resource, method));
    }

    private static AuditedOperation made(Class<?> resource, Method method) {
        var verb = Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(found -> found != null)
                .map(HttpMethod::value)
                .findFirst()
                .orElse("");
        var template = PLACE.matcher(join(path(resource), path(method))).replaceAll("{$1}");
        var places = PLACE.matcher(template)
                .results()
                .map(found -> found.group(1))
                .filter(place -> !place.equals("workspace"))
                .toList();
        var audited = method.getAnnotation(Audited.class);
        return audited == null
                ? new AuditedOperation(
                        verb,
                        template,
                        READING.contains(verb) ? Trail.NOTHING : Trail.CHANGE,
                        "operation",
                        "",
                        "",
                        places)
                : new AuditedOperation(
                        verb, template, audited.value(), audited.kind(), audited.resource(), audited.part(), places);
    }

    private static String path(AnnotatedElement element) {
        var path = element.getAnnotation(Path.class);
        return path == null ? "" : path.value().replaceAll("^/+|/+$", "");
    }

    private static String join(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + "/" + second;
    }

    /** @param base the application's address on the server */
    String name(UriInfo base) {
        return method + " " + base.getBaseUri().getRawPath() + template;
    }

    boolean isChange() {
        return trail == Trail.CHANGE || trail == Trail.ROW;
    }

    @Nullable
    String resource(UriInfo address) {
        if (!resource.isEmpty()) {
            return filled(resource, address);
        }
        return places.isEmpty() ? null : value(places.getFirst(), address);
    }

    @Nullable
    String part(UriInfo address) {
        if (!part.isEmpty()) {
            return filled(part, address);
        }
        if (!resource.isEmpty() || places.size() < 2) {
            return null;
        }
        var values = new ArrayList<String>();
        for (var place : places.subList(1, places.size())) {
            var value = value(place, address);
            if (value != null) {
                values.add(value);
            }
        }
        return String.join("/", values);
    }

    private static String filled(String template, UriInfo address) {
        return NAMES.matcher(template).replaceAll(found -> {
            for (var name : found.group(1).split("\\|")) {
                var value = value(name, address);
                if (value != null) {
                    return Matcher.quoteReplacement(value);
                }
            }
            return "";
        });
    }

    private static @Nullable String value(String name, UriInfo address) {
        if (name.equals("?")) {
            return address.getRequestUri().getQuery();
        }
        var inPath = address.getPathParameters().getFirst(name);
        return inPath != null ? inPath : address.getQueryParameters().getFirst(name);
    }
}
