package org.millwright.portal.model;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;

class DeploymentNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "churn",
                "Breast cancer (v2)",
                "7 days",
                "x",
                "ünïcode",
                "a_very_long_name_that_goes_on_and_on_and_on",
                "--"
            })
    void whatever_a_model_is_called_the_names_proposed_are_taken(String model) {
        assertThatCode(() -> new EndpointName(DeploymentNames.endpointFor(model)))
                .doesNotThrowAnyException();
        assertThatCode(() -> new DeploymentName(DeploymentNames.deploymentFor(new ModelRef(new ModelName(model), 12))))
                .doesNotThrowAnyException();
    }
}
