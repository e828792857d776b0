package org.millwright.schedule.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a schedule's due times are accounted for: each of them up to there has its firing, or was left out.
 *
 * @param nextDue the first after that; null when there is none, or the schedule is paused
 */
public record Progress(Instant accountedUntil, @Nullable Instant nextDue) {}
