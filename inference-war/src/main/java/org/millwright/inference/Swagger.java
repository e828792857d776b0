package org.millwright.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import org.millwright.engine.DeploymentManifest;
import org.millwright.engine.TensorSpec;

/** An OpenAPI 3 document of one endpoint, made from what its model takes and gives. */
final class Swagger {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private Swagger() {}

    static byte[] write(DeploymentManifest endpoint, ServedDeployment deployment, String server) {
        var root = JSON.createObjectNode().put("openapi", "3.0.3");
        root.putObject("info")
                .put("title", endpoint.endpoint())
                .put(
                        "description",
                        "Model %s, version %s, as deployment %s"
                                .formatted(
                                        deployment.settings().model().name(),
                                        deployment.settings().model().version(),
                                        deployment.settings().name()))
                .put("version", deployment.settings().model().version());
        root.putArray("servers").addObject().put("url", server);
        var post = root.putObject("paths").putObject("/score").putObject("post");
        post.put("operationId", "score").put("summary", "Answers for the rows in the body");
        post.putArray("parameters")
                .addObject()
                .put("name", "azureml-model-deployment")
                .put("in", "header")
                .put("required", false)
                .put("description", "The deployment that is to answer, in place of the one that traffic chooses")
                .putObject("schema")
                .put("type", "string");
        var body = post.putObject("requestBody").put("required", true);
        var bodySchema = body.putObject("content").putObject("application/json").putObject("schema");
        bodySchema.put("type", "object").putArray("required").add("input_data");
        input(bodySchema.putObject("properties").putObject("input_data"), deployment.inputs());
        var responses = post.putObject("responses");
        var answer = responses.putObject("200").put("description", "One answer for each row");
        answer(answer.putObject("content").putObject("application/json").putObject("schema"), deployment.outputs());
        for (var error : List.of(
                "400:The body is not what the model takes",
                "401:The key is missing or not valid",
                "404:No such deployment, or none has traffic",
                "408:It took longer than the deployment allows",
                "413:The body is too large",
                "424:The model failed",
                "429:Too many requests at once")) {
            responses.putObject(error.substring(0, 3)).put("description", error.substring(4));
        }
        root.putObject("components")
                .putObject("securitySchemes")
                .putObject("key")
                .put("type", "http")
                .put("scheme", "bearer");
        root.putArray("security").addObject().putArray("key");
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void input(ObjectNode schema, List<TensorSpec> inputs) {
        if (inputs.size() == 1) {
            nested(schema, inputs.getFirst(), 0);
            return;
        }
        schema.put("type", "object");
        var required = schema.putArray("required");
        var properties = schema.putObject("properties");
        for (var input : inputs) {
            required.add(input.name());
            nested(properties.putObject(input.name()), input, 0);
        }
    }

    private static void answer(ObjectNode schema, List<TensorSpec> outputs) {
        if (outputs.size() == 1) {
            flat(schema, outputs.getFirst());
            return;
        }
        var properties = schema.put("type", "object").putObject("properties");
        for (var output : outputs) {
            flat(properties.putObject(output.name()), output);
        }
    }

    private static void flat(ObjectNode schema, TensorSpec output) {
        var isColumn = output.shape().size() == 2 && output.shape().get(1) == 1L;
        nested(
                schema,
                isColumn
                        ? new TensorSpec(
                                output.name(),
                                output.datatype(),
                                List.of(output.shape().getFirst()))
                        : output,
                0);
    }

    private static void nested(ObjectNode schema, TensorSpec spec, int dimension) {
        if (dimension == spec.shape().size()) {
            element(schema, spec);
            return;
        }
        var size = spec.shape().get(dimension);
        schema.put("type", "array");
        if (size >= 0) {
            schema.put("minItems", size).put("maxItems", size);
        }
        nested(schema.putObject("items"), spec, dimension + 1);
    }

    private static void element(ObjectNode schema, TensorSpec spec) {
        switch (spec.datatype()) {
            case BOOL -> schema.put("type", "boolean");
            case BYTES -> schema.put("type", "string");
            case FP16, FP32 -> schema.put("type", "number").put("format", "float");
            case FP64 -> schema.put("type", "number").put("format", "double");
            case INT64 -> schema.put("type", "integer").put("format", "int64");
            case UINT8, INT8, INT16, INT32 -> schema.put("type", "integer").put("format", "int32");
        }
    }
}
