package org.millwright.wire.mlflow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.TrackingBatch;

/**
 * A {@code runs/log-batch}, which may carry a thousand points many times a second: it is read by a streaming parser
 * straight into what the domain stores.
 */
record LogBatch(RunId run, TrackingBatch batch) {
    private static final int MOST_METRICS = 1000;
    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_TAGS = 100;
    private static final int MOST = 1000;

    static LogBatch read(InputStream content) throws IOException {
        try (var parser = MlflowJson.MAPPER.getFactory().createParser(content)) {
            return new Reader(parser).batch();
        } catch (JsonProcessingException malformed) {
            throw RequestReader.malformed(malformed);
        }
    }

    /** One pass over one request. */
    private static final class Reader {
        private final JsonParser parser;
        private final List<Metric> metrics = new ArrayList<>();
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Map<String, String> tags = new LinkedHashMap<>();
        private @Nullable String run;
        private int metricCount;
        private int parameterCount;
        private int tagCount;

        /** Where the reader stands, for messages: the list and the number of the element in it. */
        private String list = "";

        private int index;

        Reader(JsonParser parser) {
            this.parser = parser;
        }

        LogBatch batch() throws IOException {
            var first = parser.nextToken();
            if (first != null && first != JsonToken.START_OBJECT) {
                throw new RequestRefused(MlflowError.invalid("The request must be a JSON object"));
            }
            while (first != null && parser.nextToken() == JsonToken.FIELD_NAME) {
                var field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "run_id", "run_uuid" -> run = text(field);
                    case "metrics" -> each(field, this::metric);
                    case "params" -> each(field, this::parameter);
                    case "tags" -> each(field, this::tag);
                    default -> parser.skipChildren();
                }
            }
            requireFew("metrics", metricCount, MOST_METRICS);
            requireFew("params", parameterCount, MOST_PARAMETERS);
            requireFew("tags", tagCount, MOST_TAGS);
            requireFew("metrics, params, and tags", metricCount + parameterCount + tagCount, MOST);
            return new LogBatch(new RunId(Required.text("run_id", run)), new TrackingBatch(metrics, parameters, tags));
        }

        private interface Element {
            void read() throws IOException;
        }

        private void each(String field, Element element) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            require(parser.currentToken() == JsonToken.START_ARRAY, field, "a list");
            list = field;
            for (index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                require(parser.currentToken() == JsonToken.START_OBJECT, "", "an object");
                element.read();
            }
            list = "";
        }

        private void metric() throws IOException {
            String key = null;
            Double value = null;
            Long timestamp = null;
            var step = 0L;
            String modelId = null;
            String datasetName = null;
            String datasetDigest = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "key" -> key = text(field);
                    case "value" -> value = decimal(field);
                    case "timestamp" -> timestamp = whole(field);
                    case "step" -> step = java.util.Objects.requireNonNullElse(whole(field), 0L);
                    case "model_id" -> modelId = text(field);
                    case "dataset_name" -> datasetName = text(field);
                    case "dataset_digest" -> datasetDigest = text(field);
                    default -> parser.skipChildren();
                }
            }
            metricCount++;
            if (metricCount <= MOST_METRICS) { // the rest is counted only: it will be refused
                if (key == null || key.isEmpty()) {
                    throw missing("key");
                }
                if (value == null) {
                    throw missing("value");
                }
                if (timestamp == null) {
                    throw missing("timestamp");
                }
                metrics.add(new Metric(
                        key, value, timestamp, step, orNull(modelId), orNull(datasetName), orNull(datasetDigest)));
            }
        }

        private void parameter() throws IOException {
            var pair = pair();
            parameterCount++;
            if (parameters.put(named(pair), Required.orEmpty(pair.value())) != null) {
                throw new RequestRefused(MlflowError.invalid(
                        "Duplicate parameter keys have been submitted: ['%s']. Please ensure the request contains only one param value per param key."
                                .formatted(pair.key())));
            }
        }

        private void tag() throws IOException {
            var pair = pair();
            tagCount++;
            tags.put(named(pair), Required.orEmpty(pair.value()));
        }

        private String named(KeyValue pair) {
            if (pair.key() == null || pair.key().isEmpty()) {
                throw missing("key");
            }
            return pair.key();
        }

        private KeyValue pair() throws IOException {
            String key = null;
            String value = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "key" -> key = text(field);
                    case "value" -> value = text(field);
                    default -> parser.skipChildren();
                }
            }
            return new KeyValue(key, value);
        }

        private @Nullable String text(String field) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            require(parser.currentToken() == JsonToken.VALUE_STRING, field, "a text");
            return parser.getText();
        }

        private @Nullable Double decimal(String field) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
                case VALUE_STRING -> LogMetric.decimal(place(field), parser.getText());
                case VALUE_NULL -> null;
                default -> throw misfit(field, "a number");
            };
        }

        private @Nullable Long whole(String field) throws IOException {
            switch (parser.currentToken()) {
                case VALUE_NULL -> {
                    return null;
                }
                case VALUE_NUMBER_INT -> {
                    return parser.getLongValue();
                }
                case VALUE_NUMBER_FLOAT -> {
                    var value = parser.getDoubleValue();
                    require(value == Math.rint(value) && Math.abs(value) < 1L << 53, field, "a whole number");
                    return (long) value;
                }
                case VALUE_STRING -> {
                    try {
                        return Long.valueOf(parser.getText());
                    } catch (NumberFormatException notANumber) {
                        throw misfit(field, "a whole number");
                    }
                }
                default -> throw misfit(field, "a whole number");
            }
        }

        private void require(boolean fits, String field, String rule) throws IOException {
            if (!fits) {
                throw misfit(field, rule);
            }
        }

        private RequestRefused misfit(String field, String rule) throws IOException {
            var value =
                    switch (parser.currentToken()) {
                        case START_OBJECT -> "{...}";
                        case START_ARRAY -> "[...]";
                        case VALUE_STRING -> MlflowJson.quoted(parser.getText());
                        default -> parser.getText();
                    };
            return new RequestRefused(MlflowError.invalid(place(field), value, "it must be " + rule));
        }

        private RequestRefused missing(String field) {
            return new RequestRefused(MlflowError.missing(place(field)));
        }

        /** Made only for messages: a batch has thousands of places. */
        private String place(String field) {
            if (list.isEmpty()) {
                return field;
            }
            var element = list + "[" + index + "]";
            return field.isEmpty() ? element : element + "." + field;
        }

        private static @Nullable String orNull(@Nullable String text) {
            return text == null || text.isEmpty() ? null : text;
        }

        private static void requireFew(String what, int count, int most) {
            if (count > most) {
                throw new RequestRefused(MlflowError.invalid(
                        "A batch logging request can contain at most %d %s. Got %d %s. Please split up %s across multiple requests and try again."
                                .formatted(most, what, count, what, what)));
            }
        }
    }
}
