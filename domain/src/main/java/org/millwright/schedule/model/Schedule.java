package org.millwright.schedule.model;

import java.time.Instant;
import org.millwright.access.PrincipalId;
import org.millwright.experiment.JobSpec;
import org.millwright.schedule.ScheduleChanged;
import org.millwright.schedule.ScheduleDeleted;
import org.millwright.schedule.ScheduleName;
import org.millwright.shared.Change;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * Starts the same job again and again.
 *
 * <p>It is made enabled, may be paused and resumed, changed and deleted. A due time that passed while it was paused is not
 * made up for; one that passed while the server was down is, once.
 *
 * @param owner for whom the jobs run, with the rights that they have then: whoever made it or changed it last
 * @param experiment that the runs belong to
 */
public record Schedule(
        WorkspaceName workspace,
        ScheduleName name,
        String displayName,
        PrincipalId owner,
        Trigger trigger,
        String experiment,
        JobSpec job,
        boolean enabled,
        Instant createdAt,
        Revision revision) {

    public Change<Schedule> announced(Instant now) {
        return Change.of(this, new ScheduleChanged(workspace, name, now));
    }

    public Change<Schedule> enable(boolean whether, Instant now) {
        return whether == enabled
                ? Change.none(this)
                : new Schedule(
                                workspace,
                                name,
                                displayName,
                                owner,
                                trigger,
                                experiment,
                                job,
                                whether,
                                createdAt,
                                revision)
                        .announced(now);
    }

    /** The same schedule with another trigger and job, in the name of whoever changes it: nobody's jobs run as somebody else's. */
    public Schedule revise(
            PrincipalId newOwner, String newDisplayName, Trigger newTrigger, String newExperiment, JobSpec newJob) {
        return new Schedule(
                workspace,
                name,
                newDisplayName,
                newOwner,
                newTrigger,
                newExperiment,
                newJob,
                enabled,
                createdAt,
                revision);
    }

    public Change<Schedule> delete(Instant now) {
        return Change.of(this, new ScheduleDeleted(workspace, name, now));
    }
}
