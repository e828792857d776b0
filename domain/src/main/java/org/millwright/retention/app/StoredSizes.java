package org.millwright.retention.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.retention.model.DeletedItem;

/** Measures how many bytes a purge would free. It looks at every file, so it is only done when somebody asks. */
@ApplicationScoped
public class StoredSizes {
    private final ArtifactStore files;

    @Inject
    public StoredSizes(ArtifactStore files) {
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected StoredSizes() {
        this(null);
    }

    /** In bytes; 0 for what has no files of its own. */
    public long of(DeletedItem item) throws IOException {
        return item.files() == null ? 0 : below(item.files());
    }

    private long below(ArtifactPath folder) throws IOException {
        var bytes = 0L;
        for (var file : files.list(folder)) {
            bytes += file.folder() ? below(file.path()) : file.size();
        }
        return bytes;
    }
}
