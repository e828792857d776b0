package org.millwright.schedule.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
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
 * <p>It is made enabled, may be paused and resumed, changed and deleted. What becomes of due times that nobody could keep is
 * said by its {@link CatchUp}. Those that pass while it is paused are not made up for, unless whoever resumes it wants that.
 * How far its due times are accounted for is its {@link Progress}, and what came of each is its {@link Firing}.
 *
 * @param label what people read of it
 * @param owner for whom the jobs run, with the rights that they have then: whoever made it, or last changed its trigger or job
 * @param experiment that the runs belong to
 */
public record Schedule(
        WorkspaceName workspace,
        ScheduleName name,
        Label label,
        PrincipalId owner,
        Trigger trigger,
        CatchUp catchUp,
        String experiment,
        JobSpec job,
        boolean enabled,
        Instant createdAt,
        Revision revision) {

    /** What people read of a schedule. */
    public record Label(String displayName, String description, Map<String, String> tags) {
        public Label {
            tags = Collections.unmodifiableMap(new TreeMap<>(tags));
        }

        public static Label of(String displayName) {
            return new Label(displayName, "", Map.of());
        }
    }

    public Change<Schedule> announced(Instant now) {
        return Change.of(this, new ScheduleChanged(workspace, name, now));
    }

    public Change<Schedule> enable(boolean whether, Instant now) {
        return whether == enabled
                ? Change.none(this)
                : new Schedule(
                                workspace,
                                name,
                                label,
                                owner,
                                trigger,
                                catchUp,
                                experiment,
                                job,
                                whether,
                                createdAt,
                                revision)
                        .announced(now);
    }

    /** The same schedule with another trigger and job, in the name of whoever changes it: nobody's jobs run as somebody else's. */
    public Schedule revise(
            PrincipalId newOwner,
            Label newLabel,
            Trigger newTrigger,
            CatchUp newCatchUp,
            String newExperiment,
            JobSpec newJob) {
        return new Schedule(
                workspace,
                name,
                newLabel,
                newOwner,
                newTrigger,
                newCatchUp,
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
