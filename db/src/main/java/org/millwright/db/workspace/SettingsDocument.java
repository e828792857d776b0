package org.millwright.db.workspace;

import org.jspecify.annotations.Nullable;
import org.millwright.workspace.WorkspaceSettings;

/**
 * A workspace's settings as they are stored. What was never decided is absent; SQL elsewhere reads
 * {@code freezeRegisteredRuns} by this name.
 *
 * @param retentionDays 0 for never
 */
record SettingsDocument(
        @Nullable Integer retentionDays, @Nullable Boolean freezeRegisteredRuns) {

    static SettingsDocument of(WorkspaceSettings settings) {
        var days = settings.retentionDays();
        return new SettingsDocument(days == null ? 0 : days, settings.freezeRegisteredRuns());
    }

    WorkspaceSettings toSettings() {
        var settings = WorkspaceSettings.USUAL;
        if (retentionDays != null) {
            settings = settings.withRetentionDays(retentionDays == 0 ? null : retentionDays);
        }
        return freezeRegisteredRuns == null ? settings : settings.withFreezeRegisteredRuns(freezeRegisteredRuns);
    }
}
