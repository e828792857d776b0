package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.monitoring.model.WebhookEvent;

class WebhookEventBodyTest {
    @Test
    void events_are_read_and_written_in_mlflows_capitals() {
        var bodies = List.of(
                new WebhookEventBody("MODEL_VERSION_ALIAS", "DELETED"), new WebhookEventBody("PROMPT_TAG", "SET"));
        var events = WebhookEventBody.parse(bodies);
        assertThat(events).containsExactly(WebhookEvent.MODEL_VERSION_ALIAS_DELETED, WebhookEvent.PROMPT_TAG_SET);
        assertThat(WebhookEventBody.of(events)).isEqualTo(bodies);
    }

    @Test
    void events_that_its_clients_do_not_know_are_not_shown() {
        assertThat(WebhookEventBody.of(List.of(
                        WebhookEvent.RUN_FAILED,
                        WebhookEvent.MODEL_VERSION_CREATED,
                        WebhookEvent.REGISTERED_MODEL_UPDATED)))
                .containsExactly(new WebhookEventBody("MODEL_VERSION", "CREATED"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MODEL_VERSION   | SET      | Invalid action 'set' for entity 'model_version'. Valid actions are: ['created']
            REGISTERED_MODEL| UPDATED  | Invalid action 'updated' for entity 'registered_model'. Valid actions are: ['created']
            RUN             | FAILED   | Invalid value "RUN" for parameter 'events[0].entity' supplied
            BUDGET_POLICY   | EXCEEDED | no budgets
                            | CREATED  | Missing value for required parameter 'events[0].entity'
            PROMPT          |          | Missing value for required parameter 'events[0].action'
            """)
    void an_event_that_is_none_of_its_own_is_refused_in_its_words(String entity, String action, String said) {
        assertThatThrownBy(() -> WebhookEventBody.parse(List.of(new WebhookEventBody(entity, action))))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining(said);
    }
}
