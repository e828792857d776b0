package org.millwright.portal.shell;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The parameters of an address, in the order of their names, so that the same state has one address. */
public record Query(Map<String, String> parameters) {

    /** One parameter, as a hidden field of a form repeats it. */
    public record Parameter(String name, String value) {}

    public Query {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    /** The parameters that say what a page shows; those of forms and of Faces itself have names that ours never have. */
    public static Query of(Map<String, String> request) {
        return new Query(request.entrySet().stream()
                .filter(parameter -> parameter.getKey().matches("[a-z]{1,20}"))
                .filter(parameter -> !parameter.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    public String text(String name) {
        return parameters.getOrDefault(name, "");
    }

    public Query with(String name, String value) {
        var next = new TreeMap<>(parameters);
        if (value.isEmpty()) {
            next.remove(name);
        } else {
            next.put(name, value);
        }
        return new Query(next);
    }

    public List<Parameter> list() {
        return parameters.entrySet().stream()
                .map(entry -> new Parameter(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** As a link relative to the page: {@code ?a=1&b=2}, or {@code ?} for no parameters. */
    @Override
    public String toString() {
        return parameters.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&", "?", ""));
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
