package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunState;

class RunStatusTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    static Stream<Arguments> states() {
        return Stream.of(
                Arguments.of(new RunState.Queued(), "SCHEDULED"),
                Arguments.of(new RunState.Preparing(), "SCHEDULED"),
                Arguments.of(new RunState.Running(NOON), "RUNNING"),
                Arguments.of(new RunState.CancelRequested(NOON), "RUNNING"),
                Arguments.of(new RunState.Finalizing(NOON, 0), "RUNNING"),
                Arguments.of(new RunState.Completed(NOON, NOON), "FINISHED"),
                Arguments.of(new RunState.Failed(NOON, NOON, "broken", 1), "FAILED"),
                Arguments.of(new RunState.Canceled(NOON, NOON), "KILLED"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void every_state_has_mlflows_word_and_is_found_by_it(RunState state, String word) {
        assertThat(RunStatus.of(state)).hasToString(word);
        assertThat(RunStatus.valueOf(word).labels()).contains(state.label());
    }

    @Test
    void no_label_goes_by_two_words() {
        assertThat(Stream.of(RunStatus.values()).map(RunStatus::labels).flatMap(List::stream))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_client_reports_in_mlflows_words_only() {
        assertThat(RunStatus.reported(TextNode.valueOf("KILLED"))).isEqualTo(Run.Reported.KILLED);
        assertThat(RunStatus.reported(IntNode.valueOf(3))).isEqualTo(Run.Reported.FINISHED);
        assertThat(RunStatus.reported(null)).isNull();
        assertThatThrownBy(() -> RunStatus.reported(TextNode.valueOf("Completed")))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("Invalid value \"Completed\" for parameter 'status' supplied");
    }
}
