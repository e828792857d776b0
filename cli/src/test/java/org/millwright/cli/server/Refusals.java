package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;

/** What tests ask of a command that cannot do what it was asked. */
final class Refusals {
    private Refusals() {}

    /** Checks the exit code and that there is advice. @return the sentence */
    static String refusal(ExitCode exit, ThrowingCallable action) {
        var failure = catchThrowableOfType(CommandFailed.class, action);
        assertThat(failure).as("the refusal").isNotNull();
        assertThat(failure.exit()).isEqualTo(exit);
        assertThat(failure.advice()).as("the advice").isNotEmpty();
        return failure.sentence();
    }
}
