package org.millwright.experiment;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ContentDigest;
import org.millwright.workspace.WorkspaceName;

/** What other contexts may ask about what runs read and measured. */
public interface RunRecords {

    /** What a run logged. @param metrics the last value of each */
    record Logged(Map<String, Double> metrics, Map<String, String> parameters) {
        public static final Logged NOTHING = new Logged(Map.of(), Map.of());

        public Logged {
            metrics = Map.copyOf(metrics);
            parameters = Map.copyOf(parameters);
        }
    }

    /**
     * Data that a run read: a data set that its script logged, or files that it was submitted with.
     *
     * @param digest the client's own, or the digest of the uploaded files
     * @param source where it came from, as the client says; "upload" for files that a job was given
     */
    record ReadData(String name, String digest, String source) {}

    /**
     * Where a run came from.
     *
     * @param code digest of its code; null for one that its client tracks
     * @param environment digest of the Python environment that a job asked for; null for one that its client tracks
     * @param models ids of the logged models that it read
     */
    record Origin(
            RunId run,
            String name,
            String state,
            boolean job,
            @Nullable ContentDigest code,
            @Nullable ContentDigest environment,
            List<ReadData> data,
            List<String> models) {
        public Origin {
            data = List.copyOf(data);
            models = List.copyOf(models);
        }
    }

    /** Runs that logged nothing have {@link Logged#NOTHING}. */
    Map<RunId, Logged> logged(Collection<RunId> runs);

    /** The last value of each metric that was measured on a logged model. */
    Map<String, Double> measuredOn(String loggedModel);

    Optional<Origin> origin(WorkspaceName workspace, RunId run);

    /** Runs of the workspace that read data of this digest, the newest first. */
    List<RunId> readersOf(WorkspaceName workspace, String digest, int most);

    /** Runs of the workspace that read this logged model, the newest first. */
    List<RunId> readersOfModel(WorkspaceName workspace, String loggedModel, int most);
}
