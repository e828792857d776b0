package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.ExperimentId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.LoggedModel;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

class RegisteredVersionsTest {
    private static final String TAG = "mlflow.modelVersions";
    private static final ModelRef SECOND = new ModelRef(new ModelName("churn"), 2);

    @Test
    void a_version_is_added_to_those_before() {
        assertThat(RegisteredVersions.with(model(Map.of()), SECOND))
                .containsExactly(Map.entry(TAG, "[{\"name\":\"churn\",\"version\":2}]"));
        assertThat(RegisteredVersions.with(model(Map.of(TAG, "[{\"name\":\"a\",\"version\":1}]")), SECOND))
                .containsExactly(Map.entry(TAG, "[{\"name\":\"a\",\"version\":1},{\"name\":\"churn\",\"version\":2}]"));
    }

    @Test
    void one_that_is_there_is_not_added_again_and_what_is_no_list_is_replaced() {
        var once = Map.of(TAG, "[{\"name\":\"churn\",\"version\":2}]");
        assertThat(RegisteredVersions.with(model(once), SECOND)).isEqualTo(once);
        assertThat(RegisteredVersions.with(model(Map.of(TAG, "{broken")), SECOND))
                .isEqualTo(once);
    }

    private static LoggedModel model(Map<String, String> tags) {
        var noon = Instant.parse("2026-03-01T12:00:00Z");
        return new LoggedModel(
                new LoggedModelId("m-" + "a".repeat(32)),
                WorkspaceName.MAIN,
                ExperimentId.DEFAULT,
                "model",
                "",
                null,
                LoggedModel.Status.READY,
                Map.of(),
                tags,
                noon,
                noon,
                null,
                Revision.UNSAVED);
    }
}
