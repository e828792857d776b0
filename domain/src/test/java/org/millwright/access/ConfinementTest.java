package org.millwright.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

class ConfinementTest {
    private static final WorkspaceName OTHER = new WorkspaceName("other");
    private static final Confinement READING_IN_MAIN =
            new Confinement(Set.of(Permission.MODEL_READ, Permission.EXPERIMENT_READ), WorkspaceName.MAIN, NOON);

    @Test
    void what_both_allow_is_left() {
        var both = READING_IN_MAIN.and(
                new Confinement(Set.of(Permission.MODEL_READ, Permission.MODEL_WRITE), null, NOON.minusSeconds(1)));
        assertThat(both)
                .isEqualTo(new Confinement(Set.of(Permission.MODEL_READ), WorkspaceName.MAIN, NOON.minusSeconds(1)));
        assertThat(READING_IN_MAIN.and(Confinement.NONE)).isEqualTo(READING_IN_MAIN);
        assertThat(Confinement.NONE.and(READING_IN_MAIN)).isEqualTo(READING_IN_MAIN);
    }

    @Test
    void two_workspaces_leave_nothing() {
        assertThat(READING_IN_MAIN
                        .and(new Confinement(Confinement.NONE.permissions(), OTHER))
                        .permissions())
                .isEmpty();
    }

    @Test
    void who_asks_for_all_gets_what_there_is_to_pass_on() {
        assertThat(READING_IN_MAIN.passOn(Confinement.NONE)).isEqualTo(READING_IN_MAIN);
        assertThat(Confinement.NONE.passOn(READING_IN_MAIN)).isEqualTo(READING_IN_MAIN);
    }

    @Test
    void nothing_is_passed_on_that_is_not_there() {
        assertRefused(
                Problem.Forbidden.class,
                () -> READING_IN_MAIN.passOn(new Confinement(Set.of(Permission.MODEL_WRITE), null)));
        assertRefused(
                Problem.Forbidden.class,
                () -> READING_IN_MAIN.passOn(new Confinement(Set.of(Permission.MODEL_READ), OTHER)));
    }
}
