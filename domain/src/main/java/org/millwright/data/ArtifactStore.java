package org.millwright.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Keeps files: what runs write, the code of jobs, models. Whether a folder or a cloud container is behind it is the
 * adapter's matter.
 */
public interface ArtifactStore {

    /** What lies directly in a folder, by name; empty when there is no such folder. */
    List<StoredFile> list(ArtifactPath folder) throws IOException;

    Optional<StoredFile> find(ArtifactPath path) throws IOException;

    /**
     * Opens a file for reading from a byte offset; the caller closes it.
     *
     * @throws org.millwright.shared.Refused with NotFound when there is no such file
     */
    InputStream read(ArtifactPath file, long offset) throws IOException;

    /** Writes a whole file, replacing one of that name. Readers see the old file or the new one, never a part. */
    StoredFile write(ArtifactPath file, InputStream content) throws IOException;

    /** Deletes a file or a folder with all in it; does nothing when there is none. */
    void delete(ArtifactPath path) throws IOException;
}
