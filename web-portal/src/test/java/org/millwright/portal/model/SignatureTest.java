package org.millwright.portal.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final String COLUMNS = """
            flavors:
              sklearn: {pickled_model: model.pkl}
              python_function: {loader_module: mlflow.sklearn}
            signature:
              inputs: '[{"type": "double", "name": "mean radius", "required": true}, {"type":
                "string", "name": "site", "required": false}]'
              outputs: '[{"type": "long", "required": true}]'
            """;
    private static final String TENSOR = """
            signature:
              inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]'
              outputs: null
            """;

    @Test
    void columns_are_read_with_their_types() {
        var signature = Signature.parse(COLUMNS);

        assertThat(signature.inputs())
                .containsExactly(
                        new Signature.Column("mean radius", "double", true, 1),
                        new Signature.Column("site", "string", false, 1));
        assertThat(signature.flavors()).containsExactly("python_function", "sklearn");
    }

    @Test
    void a_tensor_shows_its_shape() {
        assertThat(Signature.parse(TENSOR).inputs())
                .containsExactly(new Signature.Column("", "float64[-1,3]", true, 3));
    }

    @Test
    void what_is_not_understood_is_no_error() {
        assertThat(Signature.parse("signature: {inputs: 'no json'}").isKnown()).isFalse();
        assertThat(Signature.parse("{broken")).isEqualTo(Signature.UNKNOWN);
        assertThat(Signature.parse("just text")).isEqualTo(Signature.UNKNOWN);
    }

    @Test
    void a_sample_request_has_one_row_of_the_models_own_example() {
        var example = "{\"columns\": [\"a\", \"b\"], \"data\": [[1.5, 2], [3, 4]]}";

        assertThat(SampleRequest.of(example, Signature.UNKNOWN))
                .isEqualTo("{\"input_data\":{\"columns\":[\"a\",\"b\"],\"index\":[0],\"data\":[[1.5,2]]}}");
    }

    @Test
    void without_an_example_the_signature_says_what_a_row_looks_like() {
        assertThat(SampleRequest.of("", Signature.parse(COLUMNS)))
                .isEqualTo(
                        "{\"input_data\":{\"columns\":[\"mean radius\",\"site\"],\"index\":[0],\"data\":[[0.0,\"\"]]}}");
        assertThat(SampleRequest.of("", Signature.parse(TENSOR))).isEqualTo("{\"input_data\":[[0.0,0.0,0.0]]}");
    }
}
