package org.millwright.cli.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says in this server's words what an MLflow server says of its experiments, runs and models. */
final class MlflowRecords {
    private static final String FAILURE = "Its client reported a failure";

    private MlflowRecords() {}

    static ObjectNode experiment(JsonNode experiment) {
        var record = TransferClient.JSON.createObjectNode();
        var created = millis(experiment.path("creation_time"));
        var updated = millis(experiment.path("last_update_time"));
        record.put("name", experiment.path("name").asText());
        record.set("tags", map(experiment.path("tags")));
        record.put("created_at", created.toString());
        record.put("updated_at", (updated.equals(Instant.EPOCH) ? created : updated).toString());
        if (isDeleted(experiment)) {
            // Deleting an experiment is its last change.
            record.put("deleted_at", record.path("updated_at").asText());
        }
        return record;
    }

    /** @param deletedAt when it is deleted; MLflow does not tell when it was */
    static ObjectNode run(JsonNode run, String experiment, Instant deletedAt) {
        var info = run.path("info");
        var data = run.path("data");
        var record = TransferClient.JSON.createObjectNode();
        var started = millis(info.path("start_time"));
        record.put("id", runId(run));
        record.put("experiment", experiment);
        record.put("name", info.path("run_name").asText(""));
        record.put("user", info.path("user_id").asText(""));
        record.put("created_at", started.toString());
        state(record, info, started);
        if (isDeleted(info)) {
            record.put("deleted_at", deletedAt.toString());
        }
        record.set("parameters", map(data.path("params")));
        record.set("tags", map(data.path("tags")));
        var datasets = record.putArray("datasets");
        for (var input : run.path("inputs").path("dataset_inputs")) {
            var dataset = input.path("dataset");
            var one = datasets.addObject();
            for (var field : new String[] {"name", "digest", "source_type", "source", "schema", "profile"}) {
                if (dataset.hasNonNull(field)) {
                    one.put(field, dataset.path(field).asText());
                }
            }
            one.set("tags", map(input.path("tags")));
        }
        var inputs = record.putArray("inputs");
        for (var input : run.path("inputs").path("model_inputs")) {
            inputs.add(input.path("model_id").asText());
        }
        var outputs = record.putArray("outputs");
        for (var output : run.path("outputs").path("model_outputs")) {
            outputs.addObject()
                    .put("model", output.path("model_id").asText())
                    .put("step", output.path("step").asLong());
        }
        return record;
    }

    /** The run while it is being copied: it goes on until everything is there. */
    static ObjectNode begun(ObjectNode run) {
        var begun = run.deepCopy();
        begun.put("status", "Running");
        begun.put("started_at", run.path("created_at").asText());
        begun.remove("ended_at");
        begun.remove("deleted_at");
        return begun;
    }

    static ObjectNode loggedModel(JsonNode model, String experiment) {
        var info = model.path("info");
        var record = TransferClient.JSON.createObjectNode();
        record.put("id", info.path("model_id").asText());
        record.put("experiment", experiment);
        record.put("name", info.path("name").asText());
        record.put("model_type", info.path("model_type").asText(""));
        if (!info.path("source_run_id").asText("").isEmpty()) {
            record.put("run", info.path("source_run_id").asText());
        }
        record.put("status", status(info.path("status")));
        record.set("parameters", map(model.path("data").path("params")));
        record.set("tags", map(info.path("tags")));
        record.put("created_at", millis(info.path("creation_timestamp_ms")).toString());
        record.put("updated_at", millis(info.path("last_updated_timestamp_ms")).toString());
        return record;
    }

    /** Without aliases: they name versions, which come later. */
    static ObjectNode model(JsonNode model) {
        var record = TransferClient.JSON.createObjectNode();
        record.put("name", model.path("name").asText());
        record.put("description", model.path("description").asText(""));
        record.set("tags", map(model.path("tags")));
        record.put("created_at", millis(model.path("creation_timestamp")).toString());
        record.put("updated_at", millis(model.path("last_updated_timestamp")).toString());
        return record;
    }

    /** Aliases of a registered model with the numbers that they name. */
    static ObjectNode aliases(JsonNode model) {
        var aliases = TransferClient.JSON.createObjectNode();
        for (var alias : model.path("aliases")) {
            aliases.put(alias.path("alias").asText(), alias.path("version").asInt());
        }
        return aliases;
    }

    /** @param source where its files are here @param loggedModel that it was registered from, or null */
    static ObjectNode version(JsonNode version, String source, @Nullable String loggedModel) {
        var record = TransferClient.JSON.createObjectNode();
        record.put("name", version.path("name").asText());
        record.put("version", version.path("version").asInt());
        record.put("source", source);
        if (!version.path("run_id").asText("").isEmpty()) {
            record.put("run", version.path("run_id").asText());
        }
        if (loggedModel != null) {
            record.put("logged_model", loggedModel);
        }
        record.put("run_link", version.path("run_link").asText(""));
        record.put("user", version.path("user_id").asText(""));
        record.put("description", version.path("description").asText(""));
        record.set("tags", map(version.path("tags")));
        record.put("stage", version.path("current_stage").asText("None"));
        record.put("created_at", millis(version.path("creation_timestamp")).toString());
        record.put("updated_at", millis(version.path("last_updated_timestamp")).toString());
        return record;
    }

    /** Whether everything that is said of it is so there already; what there is more stays. */
    static boolean covers(@Nullable JsonNode there, JsonNode record) throws JsonProcessingException {
        if (there == null) {
            return false;
        }
        // Read as the other one was read, so that equal numbers are equal.
        var said = TransferClient.JSON.readTree(record.toString());
        for (var field : said.properties()) {
            var known = there.path(field.getKey());
            var same =
                    switch (field.getKey()) {
                        case "deleted_at" -> known.isTextual();
                        case "tags", "parameters", "aliases" -> contains(known, field.getValue());
                        default -> known.equals(field.getValue()) || isEmpty(known) && isEmpty(field.getValue());
                    };
            if (!same) {
                return false;
            }
        }
        return true;
    }

    static String runId(JsonNode run) {
        return run.path("info")
                .path("run_id")
                .asText(run.path("info").path("run_uuid").asText());
    }

    static boolean isDeleted(JsonNode info) {
        return info.path("lifecycle_stage").asText().equals("deleted");
    }

    private static void state(ObjectNode record, JsonNode info, Instant started) {
        var ended = info.path("end_time").asLong(0) > 0 ? millis(info.path("end_time")) : started;
        var status =
                switch (info.path("status").asText()) {
                    case "SCHEDULED" -> "Queued";
                    case "FINISHED" -> "Completed";
                    case "FAILED" -> "Failed";
                    case "KILLED" -> "Canceled";
                    default -> "Running";
                };
        record.put("status", status);
        if (!status.equals("Queued")) {
            record.put("started_at", started.toString());
        }
        if (!status.equals("Queued") && !status.equals("Running")) {
            record.put("ended_at", ended.toString());
        }
        if (status.equals("Failed")) {
            record.put("failure", FAILURE);
        }
    }

    private static String status(JsonNode status) {
        return switch (status.asText()) {
            case "LOGGED_MODEL_READY", "2" -> "READY";
            case "LOGGED_MODEL_UPLOAD_FAILED", "3" -> "UPLOAD_FAILED";
            default -> "PENDING";
        };
    }

    private static boolean contains(JsonNode there, JsonNode said) {
        return said.propertyStream().allMatch(entry -> entry.getValue().equals(there.path(entry.getKey())));
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isMissingNode()
                || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.asText().isEmpty();
    }

    private static Instant millis(JsonNode millis) {
        return Instant.ofEpochMilli(millis.asLong(0));
    }

    private static ObjectNode map(JsonNode pairs) {
        var map = TransferClient.JSON.createObjectNode();
        for (var pair : pairs) {
            map.put(pair.path("key").asText(), pair.path("value").asText(""));
        }
        return map;
    }
}
