package org.millwright.experiment;

import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;

/** Where the code and the input files of jobs lie: one zip for each content, shared by all jobs that were given it. */
public final class SnapshotFiles {
    private SnapshotFiles() {}

    public static ArtifactPath path(ContentDigest digest) {
        return new ArtifactPath("snapshots/" + digest + ".zip");
    }
}
