package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Says in tests what is refused. */
public final class Refusals {
    private Refusals() {}

    public static void assertRefused(Class<? extends Problem> why, ThrowingCallable attempt) {
        assertThatThrownBy(attempt)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> org.assertj.core.api.Assertions.assertThat(refused.problem())
                                .isInstanceOf(why));
    }
}
