package org.millwright.portal.settings;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.workspace.app.Workspaces;
import org.millwright.workspace.model.Workspace;

/** The settings of the workspace. */
@Named
@RequestScoped
@Requires(Permission.WORKSPACE_READ)
public class SettingsPage {
    private final CurrentCaller caller;
    private final Workspaces workspaces;
    private final Notices notices;
    private @Nullable Workspace workspace;
    private @Nullable String days;
    private @Nullable Boolean freeze;
    private @Nullable Boolean keepForever;

    @Inject
    public SettingsPage(CurrentCaller caller, Workspaces workspaces, Notices notices) {
        this.caller = caller;
        this.workspaces = workspaces;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected SettingsPage() {
        this(null, null, null);
    }

    private Workspace loaded() {
        if (workspace == null) {
            workspace = workspaces.get(caller.workspace());
        }
        return workspace;
    }

    @Requires(Permission.WORKSPACE_WRITE)
    public void save() {
        notices.attempt(
                () -> workspace = workspaces.decide(caller.workspace(), settings -> settings.withRetentionDays(
                                isKeepForever() ? null : wantedDays())
                        .withFreezeRegisteredRuns(isFreeze())),
                "The settings are saved and hold at once");
    }

    private int wantedDays() {
        try {
            return Integer.parseInt(getDays().strip());
        } catch (NumberFormatException notANumber) {
            throw Refused.invalid("retention_days", "'%s' is not a number of days".formatted(getDays()));
        }
    }

    public boolean isChangeable() {
        return caller.get().may(Permission.WORKSPACE_WRITE, caller.workspace());
    }

    public String getName() {
        return loaded().name().value();
    }

    public String getDescription() {
        return loaded().description();
    }

    public String getDays() {
        if (days != null) {
            return days;
        }
        var kept = loaded().settings().retentionDays();
        return kept == null ? "30" : kept.toString();
    }

    public void setDays(@Nullable String days) {
        this.days = days == null ? "" : days;
    }

    public boolean isKeepForever() {
        return keepForever == null ? loaded().settings().retentionDays() == null : keepForever;
    }

    public void setKeepForever(boolean keepForever) {
        this.keepForever = keepForever;
    }

    public boolean isFreeze() {
        return freeze == null ? loaded().settings().freezeRegisteredRuns() : freeze;
    }

    public void setFreeze(boolean freeze) {
        this.freeze = freeze;
    }

    /** The command that does the same. */
    public String getCommand() {
        var settings = loaded().settings();
        return "millwright workspace update --workspace %s --retention-days %s --freeze-registered-runs %s"
                .formatted(
                        getName(),
                        settings.retentionDays() == null ? "never" : settings.retentionDays(),
                        settings.freezeRegisteredRuns());
    }
}
