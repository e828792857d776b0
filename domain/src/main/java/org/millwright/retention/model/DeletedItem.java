package org.millwright.retention.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ArtifactPath;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.PurgeOrdered;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;

/**
 * Something that lies in the bin.
 *
 * @param id of the run, experiment or logged model, or of the deletion of something in the registry
 * @param name as people know it
 * @param place the name of the experiment that it is in; empty where there is none
 * @param files where its files lie; null when it has none of its own, because a version only points at files of a run or
 *     of a logged model
 * @param beingPurged whether its purge was ordered
 */
public record DeletedItem(
        WorkspaceName workspace,
        DeletedKind kind,
        String id,
        String name,
        String place,
        Instant deletedAt,
        @Nullable ArtifactPath files,
        boolean beingPurged) {

    /** Orders its purge. @param by who wants it */
    public Change<Purge> purge(String by, Instant now) {
        return Change.of(new Purge(workspace, kind, id, files), new PurgeOrdered(workspace, kind, id, name, by, now));
    }
}
