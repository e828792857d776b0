package org.millwright.wire.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.List;
import org.millwright.wire.http.JsonLimits;
import org.millwright.wire.http.NulFreeJson;

/**
 * JSON as MLflow writes it. Unknown fields are ignored, a number in the place of a text is not a text, a text in the place
 * of a number is one when it reads as one; NaN is the text {@code "NaN"}.
 */
final class MlflowJson {
    static final ObjectMapper MAPPER = mapper();

    private MlflowJson() {}

    /** The text as JSON, cut when it is long: for messages. */
    static String quoted(String text) {
        return shortened(TextNode.valueOf(text).toString());
    }

    static String shortened(String json) {
        return json.length() <= 200 ? json : json.substring(0, 197) + "...";
    }

    private static ObjectMapper mapper() {
        var factory = new NulFreeJson(JsonFactory.builder()
                .streamReadConstraints(JsonLimits.READING)
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                // The caller closes its own streams.
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE));
        var mapper = JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .withConfigOverride(
                        List.class,
                        list -> list.setInclude(
                                JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS)))
                .withCoercionConfig(
                        LogicalType.Textual, text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
        return mapper.build();
    }
}
