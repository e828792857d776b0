package org.millwright.db;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.JobType;
import org.millwright.secret.SecretName;

/**
 * Stores sealed types of records: a {@code type} says which one it is, the components follow under their own names. Durations
 * are written as ISO 8601 has them. What is absent is null or zero, so a type may get further components.
 */
public final class TaggedJson {
    private static final JsonMapper MAPPER = mapper(ComputeKind.class, JobType.class);

    private TaggedJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Tagged {}

    public static <T> JsonText write(T value, Class<T> sealed) {
        try {
            return new JsonText(MAPPER.writerFor(sealed).writeValueAsString(value));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Not writable as JSON: " + value.getClass(), impossible);
        }
    }

    /** The same as a part of a document. */
    public static <T> JsonNode tree(T value, Class<T> sealed) {
        try {
            return MAPPER.readTree(write(value, sealed).value());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("We wrote it ourselves", impossible);
        }
    }

    public static <T> T read(JsonText text, Class<T> sealed) {
        try {
            return MAPPER.readValue(text.value(), sealed);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("A stored document cannot be read, at " + broken.getLocation());
        }
    }

    public static <T> T read(JsonNode tree, Class<T> sealed) {
        return read(new JsonText(tree.toString()), sealed);
    }

    private static JsonMapper mapper(Class<?>... sealed) {
        var texts = new SimpleModule();
        asText(texts, Duration.class, Duration::parse);
        asText(texts, SecretName.class, SecretName::new);
        var builder = JsonMapper.builder()
                .addModule(texts)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        for (var type : sealed) {
            builder.addMixIn(type, Tagged.class);
            for (var permitted : type.getPermittedSubclasses()) {
                builder.registerSubtypes(new NamedType(permitted, tag(permitted)));
            }
        }
        return builder.build();
    }

    /** {@code SparkStandalone} is {@code spark_standalone}. */
    private static String tag(Class<?> type) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(type.getSimpleName());
    }

    private static <T> void asText(SimpleModule module, Class<T> type, Function<String, T> parse) {
        module.addSerializer(type, new StdSerializer<>(type) {
            private static final long serialVersionUID = 1L;

            @Override
            public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeString(value.toString());
            }
        });
        module.addDeserializer(type, new StdDeserializer<>(type) {
            private static final long serialVersionUID = 1L;

            @Override
            public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
                return parse.apply(json.getValueAsString());
            }
        });
    }
}
