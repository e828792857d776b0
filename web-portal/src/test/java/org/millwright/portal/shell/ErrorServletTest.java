package org.millwright.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;

class ErrorServletTest {

    @Test
    void the_sentence_of_a_refusal_cannot_bring_markup_into_the_page() {
        var page = ErrorServlet.page("/studio", "dark", 404, "No run '<script>alert(1)</script>'");

        assertThat(page)
                .contains("No run '&lt;script&gt;alert(1)&lt;/script&gt;'.")
                .doesNotContain("<script");
    }

    @Test
    void what_is_refused_has_the_status_that_says_so() {
        assertThat(RefusalHandler.status(new Problem.NotFound("run", "x"))).isEqualTo(404);
        assertThat(RefusalHandler.status(new Problem.Forbidden("read", "no role")))
                .isEqualTo(403);
        assertThat(RefusalHandler.status(new Problem.Invalid("id", "rule"))).isEqualTo(400);
        assertThat(RefusalHandler.status(new Problem.Stale("run", "x"))).isEqualTo(409);
        assertThat(RefusalHandler.status(null)).isEqualTo(500);
    }
}
