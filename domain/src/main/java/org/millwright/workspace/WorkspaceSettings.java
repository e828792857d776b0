package org.millwright.workspace;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * What the people of a workspace decided about it.
 *
 * @param retentionDays after how many days deleted things are purged, which cannot be undone; null for never
 * @param freezeRegisteredRuns whether a run can no longer be changed once a model version was made from it. MLflow's
 *     clients go on logging after they register, so it is off unless somebody wants it
 */
public record WorkspaceSettings(@Nullable Integer retentionDays, boolean freezeRegisteredRuns) {
    private static final int LONGEST_RETENTION = 36_500;

    public static final WorkspaceSettings USUAL = new WorkspaceSettings(30, false);

    public WorkspaceSettings {
        if (retentionDays != null && (retentionDays < 1 || retentionDays > LONGEST_RETENTION)) {
            throw Refused.invalid("retention_days", "1 to %d, or never".formatted(LONGEST_RETENTION));
        }
    }

    public WorkspaceSettings withRetentionDays(@Nullable Integer days) {
        return new WorkspaceSettings(days, freezeRegisteredRuns);
    }

    public WorkspaceSettings withFreezeRegisteredRuns(boolean freeze) {
        return new WorkspaceSettings(retentionDays, freeze);
    }

    /** When something that was deleted then is purged; empty for never. */
    public Optional<Instant> purgeTime(Instant deletedAt) {
        return Optional.ofNullable(retentionDays).map(days -> deletedAt.plus(Duration.ofDays(days)));
    }

    /** What was deleted before this time is due to be purged; empty when nothing ever is. */
    public Optional<Instant> dueBefore(Instant now) {
        return Optional.ofNullable(retentionDays).map(days -> now.minus(Duration.ofDays(days)));
    }
}
