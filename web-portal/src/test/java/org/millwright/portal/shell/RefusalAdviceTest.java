package org.millwright.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Principal;

class RefusalAdviceTest {
    private static final Principal ADA = person("ada", "Ada", "ada@example.org");
    private static final Principal GRACE = person("grace", "Grace", null);

    @Test
    void those_who_can_give_the_role_are_named() {
        assertThat(RefusalAdvice.sentence("", List.of(GRACE))).isEqualTo("Grace can give you a role.");
        assertThat(RefusalAdvice.sentence("", List.of(ADA, GRACE, GRACE)))
                .isEqualTo("Ada (ada@example.org), Grace or Grace can give you a role.");
    }

    @Test
    void whom_the_operator_named_is_asked_instead() {
        assertThat(RefusalAdvice.sentence("#ml-help", List.of(ADA))).isEqualTo("For a role, ask #ml-help.");
    }

    @Test
    void somebody_can_always_be_asked() {
        assertThat(RefusalAdvice.sentence("", List.of())).isNotEmpty();
    }

    private static Principal person(String id, String name, String email) {
        return new Principal(
                new PrincipalId(id), PrincipalKind.USER, name, null, email, null, Instant.EPOCH, null, null);
    }
}
