package org.millwright.portal.job;

import java.time.Duration;
import java.time.Instant;
import org.millwright.experiment.model.Run;
import org.millwright.portal.shell.Wording;

/** How long a run took, or has been running. */
public final class RunDuration {
    private RunDuration() {}

    /** Empty before its process has started. */
    public static String of(Run run, Instant now) {
        var start = run.startedAt();
        if (start == null) {
            return "";
        }
        var end = run.endedAt();
        return Wording.duration(Duration.between(start, end == null ? now : end));
    }
}
