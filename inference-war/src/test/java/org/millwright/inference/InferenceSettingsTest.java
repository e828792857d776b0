package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferenceSettingsTest {
    @Test
    void the_folder_is_named_or_lies_in_the_data_folder() {
        assertThat(InferenceSettings.from(Map.of("MILLWRIGHT_DATA", "/data")))
                .isEqualTo(new InferenceSettings(Path.of("/data/serving"), Duration.ofSeconds(10)));
        assertThat(InferenceSettings.from(Map.of(
                        "MILLWRIGHT_DATA", "/data",
                        "MILLWRIGHT_SERVING_FOLDER", "/models",
                        "MILLWRIGHT_SERVING_RESCAN_SECONDS", "3")))
                .isEqualTo(new InferenceSettings(Path.of("/models"), Duration.ofSeconds(3)));
    }

    @Test
    void what_is_missing_or_wrong_is_named() {
        assertThatThrownBy(() -> InferenceSettings.from(Map.of()))
                .hasMessageContaining("MILLWRIGHT_SERVING_FOLDER")
                .hasMessageContaining("MILLWRIGHT_DATA");
        assertThatThrownBy(() -> InferenceSettings.from(
                        Map.of("MILLWRIGHT_DATA", "/data", "MILLWRIGHT_SERVING_RESCAN_SECONDS", "soon")))
                .hasMessageContaining("at least 1: 'soon'");
    }
}
