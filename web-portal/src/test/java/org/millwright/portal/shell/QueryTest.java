package org.millwright.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryTest {
    private final Query query = Query.of(Map.of("state", "failed", "q", "a&b=c", "after", ""));

    @Test
    void the_same_state_has_one_address() {
        assertThat(query).hasToString("?q=a%26b%3Dc&state=failed");
    }

    @Test
    void fields_of_forms_and_of_faces_are_no_state() {
        var request =
                Map.of("tab", "logs", "jakarta.faces.ViewState", "stateless", "do:target", "x", "form_SUBMIT", "1");

        assertThat(Query.of(request)).hasToString("?tab=logs");
    }

    @Test
    void an_empty_value_takes_a_parameter_out() {
        assertThat(query.with("q", "").with("tab", "files")).hasToString("?state=failed&tab=files");
    }

    @Test
    void a_parameter_that_is_not_there_is_empty() {
        assertThat(query.text("experiment")).isEmpty();
    }
}
