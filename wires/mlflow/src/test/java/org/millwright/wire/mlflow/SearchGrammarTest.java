package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;

class SearchGrammarTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            RUNS              | metrics.loss > 0.5                          | METRIC loss > [0.5]
            RUNS              | metric.loss>=-1e3                           | METRIC loss >= [-1000.0]
            RUNS              | metrics.loss <= .5 and metrics.`a b/c` != 3 | METRIC loss <= [0.5]; METRIC a b/c != [3.0]
            RUNS              | params.size = 'it is'                       | PARAMETER size = [it is]
            RUNS              | parameters."x.y" = "it's"                   | PARAMETER x.y = [it's]
            RUNS              | tags.mlflow.runName LIKE '%fox%'            | TAG mlflow.runName LIKE [%fox%]
            RUNS              | tag.`mlflow.user` ilike 'ADA'               | TAG mlflow.user ILIKE [ADA]
            RUNS              | tags.absent IS NULL                         | TAG absent IS NULL []
            RUNS              | params.depth is not null                    | PARAMETER depth IS NOT NULL []
            RUNS              | run_id IN ('a', 'b')                        | ATTRIBUTE run_id IN [a, b]
            RUNS              | attributes.run_id NOT IN ('a')              | ATTRIBUTE run_id NOT IN [a]
            RUNS              | attr.`Run name` = 'x' AND Created > 12      | ATTRIBUTE run_name = [x]; ATTRIBUTE start_time > [12.0]
            RUNS              | run.status = 'FINISHED'                     | ATTRIBUTE status = [FINISHED]
            RUNS              | datasets.name IN ('d')                      | DATASET name IN [d]
            RUNS              | params.order = 'AND' AND params.likes = ''  | PARAMETER order = [AND]; PARAMETER likes = []
            RUNS              | tags.a = 'it''s' AND tags.b = "a ""b"" c" | TAG a = [it's]; TAG b = [a "b" c]
            RUNS              | parameter.a != 'x' AND param.b LIKE '_'     | PARAMETER a != [x]; PARAMETER b LIKE [_]
            RUNS              | metrics.a = 1 AND metrics.b < 2             | METRIC a = [1.0]; METRIC b < [2.0]
            RUNS              | `Run name` = 'x' AND created <= 3           | ATTRIBUTE run_name = [x]; ATTRIBUTE start_time <= [3.0]
            RUNS              | attribute.`Run Name` LIKE 'x%'              | ATTRIBUTE run_name LIKE [x%]
            RUNS              | user_id != 'ada' AND artifact_uri ILIKE '%' | ATTRIBUTE user_id != [ada]; ATTRIBUTE artifact_uri ILIKE [%]
            RUNS              | start_time != 1 AND end_time = 2.5          | ATTRIBUTE start_time != [1.0]; ATTRIBUTE end_time = [2.5]
            RUNS              | dataset.digest = 'd' AND datasets.context NOT IN ('a', 'b') | DATASET digest = [d]; DATASET context NOT IN [a, b]
            EXPERIMENTS       | experiment_id IN ('1') AND tags.`a b` IS NULL | ATTRIBUTE experiment_id IN [1]; TAG a b IS NULL []
            EXPERIMENTS       | attribute.last_update_time < 9              | ATTRIBUTE last_update_time < [9.0]
            REGISTERED_MODELS | name NOT IN ('a','b') AND tag.x != 'y'      | ATTRIBUTE name NOT IN [a, b]; TAG x != [y]
            MODEL_VERSIONS    | version_number > '2' AND run_id IN ('r')    | ATTRIBUTE version_number > [2.0]; ATTRIBUTE run_id IN [r]
            LOGGED_MODELS     | attributes.model_id = 'm' AND status != 'READY' | ATTRIBUTE model_id = [m]; ATTRIBUTE status != [READY]
            LOGGED_MODELS     | source_run_id IN ('r') AND params.a LIKE 'b' | ATTRIBUTE source_run_id IN [r]; PARAMETER a LIKE [b]
            LOGGED_MODELS     | experiment_id = '1' AND last_updated_timestamp_ms > 5 | ATTRIBUTE experiment_id = [1]; ATTRIBUTE last_updated_timestamp > [5.0]
            EXPERIMENTS       | name ILIKE '%x%' AND tags.team = 'forge'    | ATTRIBUTE name ILIKE [%x%]; TAG team = [forge]
            EXPERIMENTS       | creation_time >= 1700000000000              | ATTRIBUTE creation_time >= [1.7E12]
            REGISTERED_MODELS | name = 'm'                                  | ATTRIBUTE name = [m]
            MODEL_VERSIONS    | name='m' and version_number = 3             | ATTRIBUTE name = [m]; ATTRIBUTE version_number = [3.0]
            MODEL_VERSIONS    | source_path LIKE 'runs:/%'                  | ATTRIBUTE source_path LIKE [runs:/%]
            LOGGED_MODELS     | creation_time > 1 AND metrics.late > 1.5    | ATTRIBUTE creation_timestamp > [1.0]; METRIC late > [1.5]
            """)
    void reads_what_mlflow_users_write(SearchDialect dialect, String filter, String expected) {
        assertThat(SearchGrammar.filter(dialect, filter).stream()
                        .map(SearchGrammarTest::spelled)
                        .collect(Collectors.joining("; ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            RUNS              | metrics.a > 1 OR metrics.a < 0 | Invalid clause(s) in filter string: 'OR' (at position 15; expected AND or the end)
            RUNS              | metrics.a > 'x'                | Expected numeric value type for 'a'. Found 'x' (at position 13)
            RUNS              | metrics.a = NaN                | Expected numeric value type for 'a'. Found NaN (at position 13)
            RUNS              | params.a = 1                   | Expected a quoted string value for 'a' (e.g. 'my-value'). Got value 1 (at position 12)
            RUNS              | params.a = 'open               | Invalid clause(s) in filter string: 'open (at position 12; the quote is not closed)
            RUNS              | params.a > 'x'                 | Invalid comparator '>' for 'a', not one of [=, !=, LIKE, ILIKE, IS NULL, IS NOT NULL] (at position 10)
            RUNS              | user_id IN ('a')               | Invalid comparator 'IN' for 'user_id', not one of [=, !=, LIKE, ILIKE] (at position 9)
            RUNS              | metrics.a >                    | Expected numeric value type for 'a'. Found  (at position 12)
            RUNS              | metrics.a                      | Invalid clause(s) in filter string: '' (at position 10; expected a comparison)
            RUNS              | (metrics.a > 1)                | Invalid clause(s) in filter string: '(metrics.a' (at position 1; expected a key)
            RUNS              | tags.a = 'x' AND               | Invalid clause(s) in filter string: '' (at position 17; expected a key)
            RUNS              | run_id IN ('a'                 | Expected a list of quoted string values for 'run_id' (at position 15; expected ')')
            RUNS              | run_id IN ()                   | Expected a quoted string value for 'run_id' (e.g. 'my-value'). Got value ) (at position 12)
            RUNS              | other.a = 'x'                  | Invalid entity type 'other'. Valid values are [attribute, dataset, metric, parameter, tag] (at position 1)
            EXPERIMENTS       | metrics.a > 1                  | Invalid entity type 'metrics'. Valid values are [attribute, tag] (at position 1)
            REGISTERED_MODELS | size = 'x'                     | Invalid attribute key 'size' specified. Valid keys are [name] (at position 1)
            RUNS              | datasets.size = 'x'            | Invalid dataset key 'size' specified. Valid keys are [context, digest, name] (at position 1)
            """)
    void refuses_the_rest_and_says_where(SearchDialect dialect, String filter, String message) {
        assertThatThrownBy(() -> SearchGrammar.filter(dialect, filter))
                .isInstanceOf(RequestRefused.class)
                .hasMessage(message);
    }

    @Test
    void an_empty_filter_asks_for_everything() {
        assertThat(SearchGrammar.filter(SearchDialect.RUNS, null)).isEmpty();
        assertThat(SearchGrammar.filter(SearchDialect.RUNS, "  ")).isEmpty();
    }

    @Test
    void an_order_is_ascending_unless_it_says_otherwise() {
        assertThat(SearchGrammar.order(
                        SearchDialect.RUNS, List.of("metrics.`a b` DESC", "Created", "params.size asc", "run_name")))
                .containsExactly(
                        new Ordering(Subject.METRIC, "a b", false),
                        new Ordering(Subject.ATTRIBUTE, "start_time", true),
                        new Ordering(Subject.PARAMETER, "size", true),
                        new Ordering(Subject.ATTRIBUTE, "run_name", true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            metrics.a down     | expected ASC, DESC or the end
            metrics.a, b       | expected ASC, DESC or the end
            absent             | Invalid attribute key 'absent'
            datasets.name      | Invalid order_by entity 'dataset'
            """)
    void an_order_that_is_none_is_refused(String clause, String message) {
        assertThatThrownBy(() -> SearchGrammar.order(SearchDialect.RUNS, List.of(clause)))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_field_is_ordered_by_once() {
        assertThatThrownBy(() -> SearchGrammar.order(SearchDialect.RUNS, List.of("start_time", "Created DESC")))
                .hasMessageContaining("duplicate fields");
    }

    @ParameterizedTest(name = "status {0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            EQUAL     | FINISHED  | Completed
            EQUAL     | RUNNING   | Running, CancelRequested, Finalizing
            NOT_EQUAL | SCHEDULED | Running, CancelRequested, Finalizing, Completed, Failed, Canceled
            LIKE      | F%        | Completed, Failed
            ILIKE     | kill__    | Canceled
            EQUAL     | Completed | ''
            """)
    void a_status_stands_for_the_labels_that_it_covers(Operator operator, String word, String labels) {
        var translated = RunCriteria.of(List.of(new Criterion(Subject.ATTRIBUTE, "status", operator, List.of(word))));
        assertThat(translated.getFirst().operator()).isEqualTo(Operator.IN);
        assertThat(translated.getFirst().values().stream().map(Object::toString).collect(Collectors.joining(", ")))
                .isEqualTo(labels);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', delimiter = '|', textBlock = """
            name = 'm'                                             | ATTRIBUTE name = [m]; TAG mlflow.prompt.is_prompt IS NULL []
            name = 'm' AND tag.`mlflow.prompt.is_prompt` = 'false' | ATTRIBUTE name = [m]; TAG mlflow.prompt.is_prompt IS NULL []
            tags.`mlflow.prompt.is_prompt` != 'true'               | TAG mlflow.prompt.is_prompt IS NULL []
            tags.`mlflow.prompt.is_prompt` = 'true'                | TAG mlflow.prompt.is_prompt = [true]
            """)
    void a_model_is_what_has_no_prompt_tag(String filter, String expected) {
        assertThat(RegistryCriteria.of(SearchGrammar.filter(SearchDialect.REGISTERED_MODELS, filter)).stream()
                        .map(SearchGrammarTest::spelled)
                        .collect(Collectors.joining("; ")))
                .isEqualTo(expected);
    }

    private static String spelled(Criterion criterion) {
        return "%s %s %s %s"
                .formatted(
                        criterion.subject(),
                        criterion.key(),
                        criterion.operator().text(),
                        criterion.values());
    }
}
