package org.millwright.registry.model;

import java.util.Map;

/** MLflow's clients keep prompts as models whose tag says that they are none; to us they are models like others. */
final class PromptTag {
    private static final String KEY = "mlflow.prompt.is_prompt";

    private PromptTag() {}

    static boolean isIn(Map<String, String> tags) {
        return Boolean.parseBoolean(tags.get(KEY));
    }
}
