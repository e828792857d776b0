package org.millwright.schedule.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleName;
import org.millwright.workspace.WorkspaceName;

/**
 * One time that a schedule was due. There is one row for each schedule and due time, so a schedule that is told twice
 * starts one job.
 *
 * @param run that it started; null when the job was refused
 * @param refusal why it was refused, or null
 */
public record Firing(
        WorkspaceName workspace,
        ScheduleName schedule,
        Instant dueAt,
        Instant firedAt,
        @Nullable RunId run,
        @Nullable String refusal) {}
