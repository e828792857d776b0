package org.millwright.experiment.app;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.RunQueue;
import org.millwright.experiment.model.Run;

/** Says to the queue what a job needs. */
final class QueueRequests {
    private QueueRequests() {}

    /** @param notBefore null for at once */
    static RunQueue.Request of(Run run, @Nullable Instant notBefore) {
        var job = Objects.requireNonNull(run.job(), "Only jobs are queued");
        var submitter = Objects.requireNonNull(run.submitter(), "A job has a submitter");
        return new RunQueue.Request(
                run.id().value(),
                run.workspace(),
                job.compute(),
                submitter.value(),
                job.resources(),
                job.tier(),
                job.priority(),
                job.timeLimit(),
                run.createdAt(),
                notBefore);
    }
}
