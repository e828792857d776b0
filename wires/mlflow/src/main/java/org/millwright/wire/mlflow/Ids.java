package org.millwright.wire.mlflow;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Refused;

/** Reads the ids in requests. What no id of ours can look like is not there, and MLflow's clients look for that answer. */
final class Ids {
    private Ids() {}

    /** @param uuid what old clients send instead of the id */
    static RunId run(@Nullable String id, @Nullable String uuid) {
        return run(id == null || id.isEmpty() ? uuid : id);
    }

    static RunId run(@Nullable String id) {
        return orNotFound("run", Required.text("run_id", id), RunId::new);
    }

    static ExperimentId experiment(@Nullable String id) {
        var text = Required.text("experiment_id", id);
        if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new RequestRefused(
                    MlflowError.invalid("Invalid experiment ID '%s'. Experiment ID must be a valid integer."
                            .formatted(MlflowJson.shortened(text))));
        }
        return ExperimentId.parse(text);
    }

    static LoggedModelId loggedModel(@Nullable String id) {
        return orNotFound("logged model", Required.text("model_id", id), LoggedModelId::new);
    }

    static ModelName model(@Nullable String name) {
        return new ModelName(Required.text("name", name));
    }

    static ModelRef version(@Nullable String name, @Nullable String version) {
        var model = model(name);
        var number = Required.text("version", version);
        try {
            return new ModelRef(model, Integer.parseInt(number));
        } catch (NumberFormatException notANumber) {
            throw new RequestRefused(MlflowError.invalid(
                    "Parameter 'version' must be an integer, got %s.".formatted(MlflowJson.quoted(number))));
        }
    }

    private static <T> T orNotFound(String kind, String text, Function<String, T> id) {
        try {
            return id.apply(text);
        } catch (Refused illFormed) {
            throw Refused.notFound(kind, MlflowJson.shortened(text));
        }
    }
}
