package org.millwright.experiment;

import org.millwright.data.ContentDigest;

/** A value or some files that a job is given. */
public sealed interface JobInput {

    /** Text that takes the place of {@code ${{inputs.name}}} in the command. */
    record Literal(String text) implements JobInput {}

    /**
     * Files that were uploaded as a snapshot; the command gets the path where they lie.
     *
     * @param file the one file in the snapshot, for {@code uri_file}; empty for a whole folder
     */
    record Files(ContentDigest snapshot, String file) implements JobInput {}
}
