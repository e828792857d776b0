package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.SnapshotFiles;
import org.millwright.shared.IdSource;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/** Keeps the code of jobs by its content: the same folder submitted a hundred times is uploaded and kept once. */
@ApplicationScoped
public class Snapshots {
    private final ArtifactStore files;
    private final IdSource ids;

    @Inject
    public Snapshots(ArtifactStore files, IdSource ids) {
        this.files = files;
        this.ids = ids;
    }

    @SuppressWarnings("NullAway")
    protected Snapshots() {
        this(null, null);
    }

    /** Where the zip with that digest lies, if it is there. */
    public static ArtifactPath path(ContentDigest digest) {
        return SnapshotFiles.path(digest);
    }

    public boolean exists(ContentDigest digest) throws IOException {
        return files.find(path(digest)).isPresent();
    }

    /** @throws Refused with Invalid when the content has another digest; nothing is kept then */
    public void put(ContentDigest digest, InputStream zip) throws IOException {
        // Written aside first: a name that promises a content must never hold another, not even for a moment.
        var upload = new ArtifactPath("snapshots/uploads/" + ids.nextHexId());
        try (var digesting = new DigestInputStream(zip, Sha256.newDigest())) {
            files.write(upload, digesting);
            var actual = Sha256.hex(digesting.getMessageDigest().digest());
            if (!actual.equals(digest.value())) {
                throw Refused.invalid("digest", "the uploaded content has %s, not %s".formatted(actual, digest));
            }
            try (var verified = files.read(upload, 0)) {
                files.write(path(digest), verified);
            }
        } finally {
            files.delete(upload);
        }
    }

    /** Opens the zip; the caller closes it. @throws Refused with NotFound when there is none of that digest */
    public InputStream read(ContentDigest digest) throws IOException {
        return files.read(path(digest), 0);
    }
}
