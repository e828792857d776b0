package org.millwright.wire.mlflow;

import static org.millwright.shared.Criterion.Subject.ATTRIBUTE;
import static org.millwright.shared.Criterion.Subject.DATASET;
import static org.millwright.shared.Criterion.Subject.METRIC;
import static org.millwright.shared.Criterion.Subject.PARAMETER;
import static org.millwright.shared.Criterion.Subject.TAG;
import static org.millwright.shared.Operator.EQUAL;
import static org.millwright.shared.Operator.GREATER;
import static org.millwright.shared.Operator.GREATER_OR_EQUAL;
import static org.millwright.shared.Operator.ILIKE;
import static org.millwright.shared.Operator.IN;
import static org.millwright.shared.Operator.IS_NOT_NULL;
import static org.millwright.shared.Operator.IS_NULL;
import static org.millwright.shared.Operator.LESS;
import static org.millwright.shared.Operator.LESS_OR_EQUAL;
import static org.millwright.shared.Operator.LIKE;
import static org.millwright.shared.Operator.NOT_EQUAL;
import static org.millwright.shared.Operator.NOT_IN;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;

/** What a filter and an order may speak of in each kind of search, and how it is compared. */
enum SearchDialect {
    RUNS(
            Map.of(
                    METRIC,
                    Comparisons.NUMBERS,
                    PARAMETER,
                    Comparisons.OPTIONAL_TEXTS,
                    TAG,
                    Comparisons.OPTIONAL_TEXTS,
                    DATASET,
                    Comparisons.LISTED_TEXTS),
            attributes()
                    .put("run_id", Comparisons.LISTED_TEXTS)
                    .put("run_name", Comparisons.TEXTS, "Run name", "run name", "Run Name")
                    .put("status", Comparisons.TEXTS)
                    .put("user_id", Comparisons.TEXTS)
                    .put("artifact_uri", Comparisons.TEXTS)
                    .put("start_time", Comparisons.NUMBERS, "created", "Created")
                    .put("end_time", Comparisons.NUMBERS),
            Set.of("name", "digest", "context")),
    EXPERIMENTS(
            Map.of(TAG, Comparisons.OPTIONAL_TEXTS),
            attributes()
                    .put("name", Comparisons.TEXTS)
                    .put("experiment_id", Comparisons.LISTED_TEXTS)
                    .put("creation_time", Comparisons.NUMBERS)
                    .put("last_update_time", Comparisons.NUMBERS),
            Set.of()),
    REGISTERED_MODELS(
            Map.of(TAG, Comparisons.TEXTS),
            attributes()
                    .put("name", Comparisons.LISTED_TEXTS)
                    .orderOnly("creation_timestamp")
                    .orderOnly("last_updated_timestamp", "timestamp"),
            Set.of()),
    MODEL_VERSIONS(
            Map.of(TAG, Comparisons.TEXTS),
            attributes()
                    .put("name", Comparisons.LISTED_TEXTS)
                    .put("version_number", Comparisons.NUMBERS)
                    .put("run_id", Comparisons.LISTED_TEXTS)
                    .put("source_path", Comparisons.TEXTS)
                    .orderOnly("creation_timestamp")
                    .orderOnly("last_updated_timestamp"),
            Set.of()),
    LOGGED_MODELS(
            Map.of(METRIC, Comparisons.NUMBERS, PARAMETER, Comparisons.TEXTS, TAG, Comparisons.TEXTS),
            attributes()
                    .put("name", Comparisons.LISTED_TEXTS)
                    .put("model_id", Comparisons.LISTED_TEXTS)
                    .put("model_type", Comparisons.LISTED_TEXTS)
                    .put("status", Comparisons.LISTED_TEXTS)
                    .put("source_run_id", Comparisons.LISTED_TEXTS)
                    .put("experiment_id", Comparisons.LISTED_TEXTS)
                    .put("creation_timestamp", Comparisons.NUMBERS, "creation_time", "creation_timestamp_ms")
                    .put(
                            "last_updated_timestamp",
                            Comparisons.NUMBERS,
                            "last_updated_time",
                            "last_updated_timestamp_ms"),
            Set.of());

    private final Map<Subject, Set<Operator>> operators;
    private final Attributes attributes;
    private final Set<String> datasetKeys;

    SearchDialect(Map<Subject, Set<Operator>> operators, Attributes attributes, Set<String> datasetKeys) {
        this.operators = new EnumMap<>(operators);
        this.attributes = attributes;
        this.datasetKeys = datasetKeys;
    }

    /** Whether a number may stand in quotes: so do MLflow's clients write version numbers. */
    boolean quotesNumbers() {
        return this == MODEL_VERSIONS;
    }

    /** @param entity what stands before the dot */
    Subject subject(String entity) {
        var subject =
                switch (entity) {
                    case "metric", "metrics" -> METRIC;
                    case "param", "params", "parameter", "parameters" -> PARAMETER;
                    case "tag", "tags" -> TAG;
                    case "attribute", "attributes", "attr", "run" -> ATTRIBUTE;
                    case "dataset", "datasets" -> DATASET;
                    default -> null;
                };
        if (subject == null || (subject != ATTRIBUTE && !operators.containsKey(subject))) {
            throw refused("Invalid entity type '%s'. Valid values are %s".formatted(entity, entities()));
        }
        return subject;
    }

    /** The attribute's own name for one of its aliases; other subjects' keys are as they are. */
    String filterKey(Subject subject, String key) {
        if (subject == DATASET && !datasetKeys.contains(key)) {
            throw refused(
                    "Invalid dataset key '%s' specified. Valid keys are %s".formatted(key, new TreeSet<>(datasetKeys)));
        }
        if (subject != ATTRIBUTE) {
            return key;
        }
        var name = attributes.names.get(key);
        if (name == null || !attributes.operators.containsKey(name)) {
            throw refused("Invalid attribute key '%s' specified. Valid keys are %s"
                    .formatted(key, new TreeSet<>(attributes.operators.keySet())));
        }
        return name;
    }

    String orderKey(Subject subject, String key) {
        if (subject == DATASET) {
            throw refused("Invalid order_by entity 'dataset'");
        }
        if (subject != ATTRIBUTE) {
            return key;
        }
        var name = attributes.names.get(key);
        if (name == null) {
            throw refused("Invalid attribute key '%s' specified in order_by. Valid keys are %s"
                    .formatted(key, new TreeSet<>(attributes.names.values())));
        }
        return name;
    }

    Set<Operator> operators(Subject subject, String key) {
        var known = subject == ATTRIBUTE ? attributes.operators.get(key) : operators.get(subject);
        return known == null ? Set.of() : known;
    }

    private Set<String> entities() {
        var names = new TreeSet<String>(Set.of("attribute"));
        operators.keySet().forEach(subject -> names.add(subject.name().toLowerCase(java.util.Locale.ROOT)));
        return names;
    }

    private static RequestRefused refused(String message) {
        return new RequestRefused(MlflowError.invalid(message));
    }

    private static Attributes attributes() {
        return new Attributes();
    }

    /** The attributes of one kind of search, by every name they go by. */
    private static final class Attributes {
        private final Map<String, String> names = new LinkedHashMap<>();
        private final Map<String, Set<Operator>> operators = new LinkedHashMap<>();

        Attributes put(String name, Set<Operator> comparedBy, String... aliases) {
            operators.put(name, comparedBy);
            return orderOnly(name, aliases);
        }

        Attributes orderOnly(String name, String... aliases) {
            names.put(name, name);
            for (var alias : aliases) {
                names.put(alias, name);
            }
            return this;
        }
    }

    /** Which operators suit which values. */
    private static final class Comparisons {
        static final Set<Operator> NUMBERS =
                EnumSet.of(EQUAL, NOT_EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL);
        static final Set<Operator> TEXTS = EnumSet.of(EQUAL, NOT_EQUAL, LIKE, ILIKE);
        static final Set<Operator> LISTED_TEXTS = EnumSet.of(EQUAL, NOT_EQUAL, LIKE, ILIKE, IN, NOT_IN);
        static final Set<Operator> OPTIONAL_TEXTS = EnumSet.of(EQUAL, NOT_EQUAL, LIKE, ILIKE, IS_NULL, IS_NOT_NULL);
    }
}
