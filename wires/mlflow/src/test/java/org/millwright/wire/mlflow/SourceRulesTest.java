package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceRulesTest {
    private static final String LOGGED = "m-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    @ParameterizedTest(name = "{0} of run {1} and model {2}")
    @CsvSource({
        "runs:/r1/model, r1, ''",
        "runs:/r1, r1, ''",
        "models:/" + LOGGED + ", '', " + LOGGED,
        "models:/" + LOGGED + ", r1, " + LOGGED,
        "models:/churn/3, '', ''",
        "mlflow-artifacts:/1/r1/artifacts/model, r1, ''",
        "mlflow-artifacts:/1/models/" + LOGGED + "/artifacts, '', " + LOGGED,
        "s3://bucket/model, '', ''"
    })
    void a_request_that_names_where_the_source_lies_passes(String source, String run, String model) {
        assertThatCode(() -> SourceRules.require(source, run, model)).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0} of run {1} and model {2} lacks {3}")
    @CsvSource({
        "runs:/r1/model, '', '', run_id",
        "runs:/r1/model, r2, '', run_id",
        "runs:/r1/model, r1, " + LOGGED + ", model_id",
        "runs://r1/model, '', '', run_id",
        "models:/" + LOGGED + ", '', '', model_id",
        "models:/" + LOGGED + ", r1, '', model_id",
        "models:/" + LOGGED + ", '', m-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, model_id",
        "mlflow-artifacts:/1/models/" + LOGGED + "/artifacts, r1, '', run_id"
    })
    void one_that_does_not_is_refused_in_mlflows_words(String source, String run, String model, String lacking) {
        assertThatThrownBy(() -> SourceRules.require(source, run, model))
                .hasMessage(
                        "Invalid model version source: '%s'. The %s request parameter must identify the resource that contains the source."
                                .formatted(source, lacking));
    }
}
