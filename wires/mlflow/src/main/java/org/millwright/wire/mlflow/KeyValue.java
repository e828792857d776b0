package org.millwright.wire.mlflow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tag or a parameter. */
record KeyValue(@Nullable String key, @Nullable String value) {

    /** In the order sent; of a key sent twice the last value counts. @param field where the list stands */
    static Map<String, String> toMap(String field, @Nullable List<KeyValue> pairs) {
        var map = new LinkedHashMap<String, String>();
        var list = Required.orEmpty(pairs);
        for (var index = 0; index < list.size(); index++) {
            var pair = list.get(index);
            map.put(Required.text("%s[%d].key".formatted(field, index), pair.key()), Required.orEmpty(pair.value()));
        }
        return map;
    }

    static List<KeyValue> of(Map<String, String> map) {
        return map.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new KeyValue(entry.getKey(), entry.getValue()))
                .toList();
    }
}
