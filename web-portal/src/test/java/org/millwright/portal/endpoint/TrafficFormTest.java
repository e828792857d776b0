package org.millwright.portal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.endpoint.DeploymentName;
import org.millwright.shared.Refused;

class TrafficFormTest {

    @Test
    void shares_are_read_and_other_fields_passed_over() {
        assertThat(TrafficForm.read(Map.of("traffic:blue", "80", "traffic:green", " 20 ", "name", "churn")))
                .isEqualTo(Map.of(new DeploymentName("blue"), 80, new DeploymentName("green"), 20));
    }

    @Test
    void a_share_that_is_no_whole_number_is_refused_by_its_name() {
        assertThatThrownBy(() -> TrafficForm.read(Map.of("traffic:blue", "half")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("traffic.blue");
    }
}
