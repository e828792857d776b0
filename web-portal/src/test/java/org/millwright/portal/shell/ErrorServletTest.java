package org.millwright.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;

class ErrorServletTest {

    @Test
    void the_sentence_of_a_refusal_cannot_bring_markup_into_the_page() {
        var page = ErrorServlet.page("/studio", "dark", 404, "No run '<script>alert(1)</script>'", null, false);

        assertThat(page)
                .contains("No run '&lt;script&gt;alert(1)&lt;/script&gt;'.")
                .doesNotContain("<script");
    }

    @Test
    void a_refusal_leads_to_its_reason_and_names_who_can_help() {
        var advice = new RefusalAdvice.Advice("why.xhtml?in=main&permission=AUDIT_READ", "Ask <b>Ada</b>.");

        var page = ErrorServlet.page("/studio", "auto", 403, "You may not", advice, false);

        assertThat(page)
                .contains(
                        "href=\"/studio/why.xhtml?in=main&amp;permission=AUDIT_READ\"", "Ask &lt;b&gt;Ada&lt;/b&gt;.");
    }

    @Test
    void a_refused_home_page_does_not_lead_to_itself() {
        assertThat(ErrorServlet.page("/studio", "auto", 403, "You may not", null, true))
                .doesNotContain("index.xhtml");
        assertThat(ErrorServlet.page("/studio", "auto", 403, "You may not", null, false))
                .contains("href=\"/studio/index.xhtml\"");
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
