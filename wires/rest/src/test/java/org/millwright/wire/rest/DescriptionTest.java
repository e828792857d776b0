package org.millwright.wire.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.millwright.wire.http.Public;
import org.millwright.wire.http.Requires;

/** The OpenAPI description against the resources that the server has. */
class DescriptionTest {
    private static final JsonNode DESCRIPTION = read();

    private record Operation(Class<?> resource, Method method) {
        /** As a request line has it, with parameters as OpenAPI writes them. */
        String address() {
            var verb = Stream.of(method.getAnnotations())
                    .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                    .filter(known -> known != null)
                    .map(HttpMethod::value)
                    .findFirst()
                    .orElseThrow();
            var below = method.getAnnotation(Path.class);
            var path = resource.getAnnotation(Path.class).value() + "/" + (below == null ? "" : below.value());
            return verb + " /"
                    + path.replaceAll("\\{(\\w+):[^}]*}", "{$1}")
                            .replaceAll("/{2,}", "/")
                            .replaceAll("^/|/$", "");
        }

        String permission() {
            var required = method.getAnnotation(Requires.class);
            return required == null
                    ? " "
                    : required.value() + " " + required.on().name().toLowerCase(Locale.ROOT);
        }

        boolean isPublic() {
            return method.isAnnotationPresent(Public.class) || resource.isAnnotationPresent(Public.class);
        }
    }

    @Test
    void every_operation_that_the_server_answers_is_described_with_its_permission_and_no_other_is() {
        var answered = new TreeMap<String, String>();
        operations().forEach(operation -> answered.put(operation.address(), operation.permission()));

        var described = new TreeMap<String, String>();
        described()
                .forEach((address, operation) -> described.put(
                        address,
                        operation.path("x-millwright-permission").asText() + " "
                                + operation.path("x-millwright-permission-on").asText()));

        assertThat(described).isEqualTo(answered).hasSizeGreaterThan(90);
    }

    @Test
    void only_public_operations_are_open_to_anybody() {
        var described = described();
        operations().forEach(operation -> assertThat(
                        described.get(operation.address()).path("security").toString())
                .as(operation.address())
                .isEqualTo(operation.isPublic() ? "[]" : ""));
    }

    @Test
    void operations_have_ids_of_their_own_a_summary_an_area_and_an_answer() {
        var ids = new HashMap<String, String>();
        described().forEach((address, operation) -> {
            assertThat(ids.put(operation.path("operationId").asText(), address))
                    .as(address)
                    .isNull();
            assertThat(operation.path("operationId").asText()).as(address).matches("[a-z]\\w+\\.[a-z]\\w+");
            assertThat(operation.path("summary").asText()).as(address).isNotBlank();
            assertThat(operation.path("tags")).as(address).hasSize(1);
            assertThat(operation.path("responses").fieldNames())
                    .as(address)
                    .toIterable()
                    .anyMatch(status -> status.startsWith("2"));
        });
    }

    @Test
    void every_parameter_of_a_path_is_described() {
        described().forEach((address, operation) -> {
            var described = operation.path("parameters").findValuesAsText("name");
            Stream.of(address.split("[{}]"))
                    .filter(part -> !part.contains("/") && !part.isEmpty())
                    .forEach(name -> assertThat(described).as(address).contains(name));
        });
    }

    @Test
    void every_reference_leads_somewhere() {
        assertThat(DESCRIPTION.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(
                        DESCRIPTION.at(reference.substring(1)).isObject())
                .as(reference)
                .isTrue());
    }

    /** An example that a reader copies must be one that the server takes. */
    @TestFactory
    Stream<DynamicTest> examples_are_what_the_server_reads_and_writes() {
        return bodies().filter(type ->
                        type.isAnnotationPresent(org.eclipse.microprofile.openapi.annotations.media.Schema.class))
                .flatMap(type -> Stream.of(
                                type.getAnnotation(org.eclipse.microprofile.openapi.annotations.media.Schema.class)
                                        .examples())
                        .map(example -> DynamicTest.dynamicTest(
                                type.getSimpleName(), () -> assertThat(RestJson.MAPPER.readValue(example, type))
                                        .isNotNull())));
    }

    private static Stream<Class<?>> bodies() {
        return Stream.concat(
                        new RestApplication().getClasses().stream(),
                        Stream.of(JobBody.class, TransferBody.class, TriggerBody.class))
                .flatMap(type -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredClasses())))
                .filter(Class::isRecord);
    }

    private static Stream<Operation> operations() {
        return new RestApplication()
                .getClasses().stream()
                        .filter(type -> type.isAnnotationPresent(Path.class))
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods())
                                .filter(DescriptionTest::answersRequests)
                                .map(method -> new Operation(type, method)));
    }

    private static boolean answersRequests(Method method) {
        return Stream.of(method.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class));
    }

    private static Map<String, JsonNode> described() {
        var operations = new TreeMap<String, JsonNode>();
        DESCRIPTION.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(verb -> verb.getValue().has("operationId"))
                .forEach(verb ->
                        operations.put(verb.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), verb.getValue())));
        return operations;
    }

    private static JsonNode read() {
        try (var json = RestApplication.class.getResourceAsStream("openapi.json")) {
            return RestJson.MAPPER.readTree(json);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
