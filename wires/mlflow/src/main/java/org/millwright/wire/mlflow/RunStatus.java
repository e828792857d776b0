package org.millwright.wire.mlflow;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunState;

/** MLflow's words for our states. This package alone knows them. */
enum RunStatus {
    SCHEDULED("Queued", "Preparing"),
    RUNNING("Running", "CancelRequested", "Finalizing"),
    FINISHED("Completed"),
    FAILED("Failed"),
    KILLED("Canceled");

    private static final Map<String, RunStatus> BY_NAME =
            Arrays.stream(values()).collect(toMap(RunStatus::name, status -> status));

    /** In the order of the protocol's definition, which is not ours. */
    private static final List<String> NUMBERED = List.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");

    private final List<String> labels;

    RunStatus(String... labels) {
        this.labels = List.of(labels);
    }

    /** The labels of our states that go by this word. */
    List<String> labels() {
        return labels;
    }

    static RunStatus of(RunState state) {
        return switch (state) {
            case RunState.Queued _, RunState.Preparing _ -> SCHEDULED;
            case RunState.Running _, RunState.CancelRequested _, RunState.Finalizing _ -> RUNNING;
            case RunState.Completed _ -> FINISHED;
            case RunState.Failed _ -> FAILED;
            case RunState.Canceled _ -> KILLED;
        };
    }

    /** What a client says of a run that it tracks; null when it says nothing. @throws RequestRefused when it is none of the words */
    static Run.@Nullable Reported reported(@Nullable JsonNode sent) {
        var text = EnumWord.of(sent, NUMBERED);
        if (text == null || text.isEmpty()) {
            return null;
        }
        var status = BY_NAME.get(text);
        if (status == null) {
            throw new RequestRefused(MlflowError.invalid(
                    "status", MlflowJson.quoted(text), "one of SCHEDULED, RUNNING, FINISHED, FAILED, KILLED"));
        }
        return Run.Reported.valueOf(status.name());
    }
}
