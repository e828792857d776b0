package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactUriTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "mlflow-artifacts:", "mlflow-artifacts:/", "mlflow-artifacts:///"})
    void the_servers_own_store_may_be_named(String location) {
        assertThatCode(() -> ArtifactUri.requireOwnStore("artifact_location", location))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket",
                "file:///tmp",
                "/tmp",
                "mlflow-artifacts:/7",
                "mlflow-artifacts://host/",
                "runs:/r"
            })
    void another_place_is_refused_with_what_to_do(String location) {
        assertThatThrownBy(() -> ArtifactUri.requireOwnStore("artifact_location", location))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("for parameter 'artifact_location' supplied")
                .hasMessageContaining("leave it out");
    }
}
