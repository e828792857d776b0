package org.millwright.registry;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.workspace.WorkspaceName;

/** What other contexts may ask about where models come from and what became of them. */
public interface ModelOrigins {

    /** A version with what it was made from. @param stage in MLflow's words */
    record Version(
            ModelRef id,
            String stage,
            List<String> aliases,
            String source,
            @Nullable RunId run,
            @Nullable LoggedModelId loggedModel) {
        public Version {
            aliases = List.copyOf(aliases);
        }
    }

    /** A model that a run wrote. @param run null when no run is known to have written it */
    record Logged(LoggedModelId id, String name, @Nullable RunId run) {}

    Optional<Version> version(WorkspaceName workspace, ModelRef id);

    /** Versions that were made from files of a run, or from a logged model of it. */
    List<Version> versionsOf(WorkspaceName workspace, RunId run);

    List<Version> versionsOf(WorkspaceName workspace, LoggedModelId model);

    Optional<Logged> logged(WorkspaceName workspace, LoggedModelId id);

    /** Models that a run wrote. */
    List<Logged> loggedBy(WorkspaceName workspace, RunId run);
}
