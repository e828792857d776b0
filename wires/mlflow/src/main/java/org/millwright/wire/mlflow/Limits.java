package org.millwright.wire.mlflow;

import java.util.Map;
import java.util.regex.Pattern;

/** How long names and values may be, and what names are made of. What is longer is refused in MLflow's words. */
final class Limits {
    private static final int LONGEST_KEY = 250;
    private static final int LONGEST_EXPERIMENT_TAG = 20_000;
    private static final int LONGEST_REGISTRY_TAG = 100_000;
    private static final int LONGEST_DESCRIPTION = 5000;
    private static final int LONGEST_INPUT_TAG_KEY = 255;
    private static final int LONGEST_INPUT_TAG = 500;
    private static final Pattern KEY = Pattern.compile("[/\\w.\\- :]+", Pattern.UNICODE_CHARACTER_CLASS);

    private Limits() {}

    static String experimentTagKey(String key) {
        return within("key", wellFormed(key), LONGEST_KEY);
    }

    static String experimentTag(String value) {
        return within("value", value, LONGEST_EXPERIMENT_TAG);
    }

    static Map<String, String> experimentTags(Map<String, String> tags) {
        tags.forEach((key, value) -> {
            experimentTagKey(key);
            experimentTag(value);
        });
        return tags;
    }

    /** Of registered models and their versions. */
    static String registryTagKey(String key) {
        return within("key", wellFormed(key), LONGEST_KEY);
    }

    static String registryTag(String value) {
        return within("value", value, LONGEST_REGISTRY_TAG);
    }

    static Map<String, String> registryTags(Map<String, String> tags) {
        tags.forEach((key, value) -> {
            registryTagKey(key);
            registryTag(value);
        });
        return tags;
    }

    static String description(String text) {
        return within("description", text, LONGEST_DESCRIPTION);
    }

    /** Of data sets that a run read. */
    static Map<String, String> inputTags(Map<String, String> tags) {
        tags.forEach((key, value) -> {
            within("key", key, LONGEST_INPUT_TAG_KEY);
            within("value", value, LONGEST_INPUT_TAG);
        });
        return tags;
    }

    static String within(String name, String text, int longest) {
        if (text.length() > longest) {
            throw new RequestRefused(
                    MlflowError.invalid("'%s' exceeds the maximum length of %d characters".formatted(name, longest)));
        }
        return text;
    }

    private static String wellFormed(String key) {
        if (!KEY.matcher(key).matches()) {
            throw refused(
                    key,
                    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
        }
        for (var part : key.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw refused(
                        key,
                        "Names may be treated as files in certain cases, and must not resolve to other names when treated as such.");
            }
        }
        return key;
    }

    private static RequestRefused refused(String key, String rule) {
        return new RequestRefused(MlflowError.invalid(
                "Invalid value %s for parameter 'key' supplied: %s".formatted(MlflowJson.quoted(key), rule)));
    }
}
