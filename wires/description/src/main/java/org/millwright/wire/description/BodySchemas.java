package org.millwright.wire.description;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jspecify.annotations.Nullable;

/**
 * The records that requests and answers are made of: which of their keys must be there, which may be null, and what they
 * mean.
 *
 * <p>What is not {@link Nullable} is always there. Answers leave out what is null; requests may send it as null or leave it
 * out. A key that only our code insists on is named by the record's {@code @Schema(requiredProperties)}.
 */
final class BodySchemas {
    private static final String REFERENCE = "#/components/schemas/";

    private final SourceComments comments;
    private final Map<String, Class<?>> records = new TreeMap<>();
    private final Set<Class<?>> sent = new HashSet<>();
    private final Map<String, String> shown = new HashMap<>();

    BodySchemas(SourceComments comments) {
        this.comments = comments;
    }

    void request(Type type) {
        collect(type, true);
    }

    void answer(Type type) {
        collect(type, false);
    }

    /** Completes schemas that SmallRye found, and gives them their names. */
    Map<String, Schema> complete(Map<String, Schema> found) {
        var complete = new TreeMap<String, Schema>();
        found.forEach((name, schema) -> {
            if (isAnyJson(name)) {
                return;
            }
            var type = records.get(name);
            if (type != null) {
                complete(schema, type);
            } else if (element(name, schema) != null) {
                completeList(schema);
            }
            if (complete.put(shown(name), schema) != null) {
                throw new IllegalStateException(
                        "Two bodies are called %s; give one another name by @Schema(name)".formatted(shown(name)));
            }
        });
        return complete;
    }

    /** Lets references name schemas as they are shown. */
    void redirect(@Nullable Schema schema) {
        if (schema == null) {
            return;
        }
        var reference = schema.getRef();
        if (reference != null) {
            var name = reference.replace(REFERENCE, "");
            schema.setRef(isAnyJson(name) ? null : REFERENCE + shown(name));
        }
        redirect(schema.getItems());
        redirect(schema.getAdditionalPropertiesSchema());
        Stream.of(schema.getAllOf(), schema.getAnyOf(), schema.getOneOf())
                .filter(some -> some != null)
                .flatMap(List::stream)
                .forEach(this::redirect);
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(this::redirect);
        }
    }

    /** Says as what {@code found} are shown, before anything else is done with them. */
    void name(Map<String, Schema> found) {
        found.forEach((name, schema) -> {
            var element = element(name, schema);
            shown.put(name, element == null ? withoutBody(name) : withoutBody(element) + "List");
        });
    }

    private String shown(String name) {
        return shown.getOrDefault(name, name);
    }

    /** What a page of a list holds; null when the schema is something else. */
    private static @Nullable String element(String name, Schema schema) {
        if (!name.startsWith("Items") || schema.getProperties() == null) {
            return null;
        }
        var items = schema.getProperties().get("items");
        var reference = items == null || items.getItems() == null
                ? null
                : items.getItems().getRef();
        return reference == null ? null : reference.replace(REFERENCE, "");
    }

    /** Without the end that says no more than that it is one. */
    private static String withoutBody(String name) {
        return name.replaceFirst("Body$", "");
    }

    private static boolean isAnyJson(String schema) {
        return schema.endsWith("JsonNode");
    }

    private void collect(Type type, boolean inRequest) {
        switch (type) {
            case Class<?> plain
            when plain.isRecord() -> {
                var known = records.put(nameOf(plain), plain);
                if (known != null && known != plain) {
                    throw new IllegalStateException(
                            "%s and %s are both called %s; give one another name by @Schema(name)"
                                    .formatted(known.getName(), plain.getName(), nameOf(plain)));
                }
                collectParts(plain, inRequest, known != null);
            }
            case ParameterizedType generic -> {
                for (var argument : generic.getActualTypeArguments()) {
                    collect(argument, inRequest);
                }
            }
            case WildcardType wildcard -> {
                for (var bound : wildcard.getUpperBounds()) {
                    collect(bound, inRequest);
                }
            }
            default -> {}
        }
    }

    private void collectParts(Class<?> type, boolean inRequest, boolean known) {
        var newlySent = inRequest && sent.add(type);
        if (!known || newlySent) {
            for (var component : type.getRecordComponents()) {
                collect(component.getGenericType(), inRequest);
            }
        }
    }

    private static String nameOf(Class<?> type) {
        var named = type.getAnnotation(org.eclipse.microprofile.openapi.annotations.media.Schema.class);
        return named == null || named.name().isEmpty() ? type.getSimpleName() : named.name();
    }

    private static void completeList(Schema schema) {
        schema.addRequired("items");
        var next = schema.getProperties().get("next_page");
        if (next != null) {
            next.setDescription("What to send as `page` for more; absent at the end.");
        }
    }

    private void complete(Schema schema, Class<?> type) {
        var comment = comments.of(type);
        if (!comment.summary().isEmpty() && schema.getDescription() == null) {
            schema.setDescription(comment.whole());
        }
        var properties = new LinkedHashMap<String, Schema>();
        for (var component : type.getRecordComponents()) {
            var key = key(component);
            var property = schema.getProperties() == null
                    ? null
                    : schema.getProperties().get(key);
            if (property == null) {
                throw new IllegalStateException("%s has no %s in its schema".formatted(type.getName(), key));
            }
            if (component.getType().equals(JsonNode.class)) {
                // Any JSON, or what the component says by @Schema; SmallRye sees a list, because one can walk through
                // it.
                property.ref(null).type(null).items(null);
            }
            var needed = schema.getRequired() != null && schema.getRequired().contains(key);
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                if (!needed) {
                    schema.addRequired(key);
                }
            } else if (!needed && sent.contains(type)) {
                property = orNull(property);
            }
            var words = comment.parameters().get(component.getName());
            if (words != null && property.getDescription() == null) {
                property.setDescription(words);
            }
            properties.put(key, property);
        }
        schema.setProperties(properties);
        if (sent.contains(type)) {
            // An unknown key is refused.
            schema.setAdditionalPropertiesSchema(OASFactory.createSchema().booleanSchema(false));
        }
    }

    private static Schema orNull(Schema schema) {
        var types = schema.getType();
        if (types != null && schema.getRef() == null) {
            schema.setType(Stream.concat(types.stream(), Stream.of(SchemaType.NULL))
                    .distinct()
                    .toList());
            if (schema.getEnumeration() != null && !schema.getEnumeration().isEmpty()) {
                schema.setEnumeration(Stream.concat(schema.getEnumeration().stream(), Stream.of((Object) null))
                        .toList());
            }
            return schema;
        }
        if (schema.getAnyOf() != null) {
            return schema.addAnyOf(OASFactory.createSchema().type(List.of(SchemaType.NULL)));
        }
        return schema.getRef() == null
                ? schema
                : OASFactory.createSchema()
                        .anyOf(List.of(schema, OASFactory.createSchema().type(List.of(SchemaType.NULL))));
    }

    private static String key(RecordComponent component) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
    }
}
