package org.millwright.portal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.registry.model.Signature;
import org.millwright.registry.model.Signature.Column;

class SampleRequestTest {
    @Test
    void it_has_one_row_of_the_models_own_example() {
        var example = "{\"columns\": [\"a\", \"b\"], \"data\": [[1.5, 2], [3, 4]]}";

        assertThat(SampleRequest.of(example, Signature.UNKNOWN))
                .isEqualTo("{\"input_data\":{\"columns\":[\"a\",\"b\"],\"index\":[0],\"data\":[[1.5,2]]}}");
    }

    @Test
    void without_an_example_the_signature_says_what_a_row_looks_like() {
        assertThat(SampleRequest.of(
                        "",
                        taking(new Column("mean radius", "double", true, 1), new Column("site", "string", false, 1))))
                .isEqualTo(
                        "{\"input_data\":{\"columns\":[\"mean radius\",\"site\"],\"index\":[0],\"data\":[[0.0,\"\"]]}}");
        assertThat(SampleRequest.of("", taking(new Column("", "float64[-1,3]", true, 3))))
                .isEqualTo("{\"input_data\":[[0.0,0.0,0.0]]}");
    }

    private static Signature taking(Column... columns) {
        return new Signature(List.of(columns), List.of(), List.of());
    }
}
