package org.millwright.wire.description;

import jakarta.ws.rs.HttpMethod;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.wire.http.Public;
import org.millwright.wire.http.Requires;

/** A resource method, and where it answers. @param path of the address, with its parameters in braces */
record OperationOf(Class<?> resource, Method method, PathItem.HttpMethod verb, String path) {
    private static final Set<PathItem.HttpMethod> SAFE =
            Set.of(PathItem.HttpMethod.GET, PathItem.HttpMethod.HEAD, PathItem.HttpMethod.OPTIONS);

    /** @param where the class and the method, as SmallRye's strategy PACKAGE_CLASS_METHOD writes them */
    static OperationOf find(String where, PathItem.HttpMethod verb, String path) {
        var gap = where.lastIndexOf('_');
        try {
            var resource = Class.forName(where.substring(0, gap), false, OperationOf.class.getClassLoader());
            var methods = Arrays.stream(resource.getDeclaredMethods())
                    .filter(method -> method.getName().equals(where.substring(gap + 1)) && isOperation(method))
                    .toList();
            if (methods.size() != 1) {
                throw new IllegalStateException(
                        where + ": operations of a resource need names of their own, also where parameters differ");
            }
            return new OperationOf(resource, methods.getFirst(), verb, path);
        } catch (ClassNotFoundException unknown) {
            throw new IllegalStateException(
                    where + " is not the id of an operation; leave ids to this filter", unknown);
        }
    }

    /** What it needs; null for a public one. */
    @Nullable
    Permission permission() {
        var required = requires();
        return required == null ? null : required.value();
    }

    /** What it needs, and on how much; null for a public one. */
    @Nullable
    Requires requires() {
        var required = method.getAnnotation(Requires.class);
        if (required != null) {
            return required;
        }
        if (method.isAnnotationPresent(Public.class) || resource.isAnnotationPresent(Public.class)) {
            return null;
        }
        throw new IllegalStateException(this + " names no permission and is not public");
    }

    /** Whether it can meet a state that is in its way. */
    boolean writes() {
        var permission = permission();
        return !SAFE.contains(verb) && (permission == null || !permission.name().endsWith("_READ"));
    }

    /** The parameter that takes the body. */
    Optional<Parameter> body() {
        return Arrays.stream(method.getParameters())
                .filter(parameter -> Stream.of(parameter.getAnnotations())
                        .map(Annotation::annotationType)
                        .noneMatch(type -> type.getPackageName().startsWith("jakarta.ws.rs")))
                .findFirst();
    }

    /** As people call the area: "Model versions" for {@code ModelVersionsResource}. */
    String area() {
        var words = resource.getSimpleName()
                .replaceFirst("Resource$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** As programs call it: {@code modelVersions.compare}. */
    String id() {
        var name = resource.getSimpleName().replaceFirst("Resource$", "");
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1) + "." + method.getName();
    }

    @Override
    public String toString() {
        return resource.getSimpleName() + "." + method.getName();
    }

    private static boolean isOperation(Method method) {
        return Stream.of(method.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class));
    }
}
