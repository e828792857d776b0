package org.millwright.data.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ContentDigest;
import org.millwright.data.StoredFile;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/**
 * Moves all the files below a folder in or out, whoever they belong to: whoever calls has found the folder and asked for
 * the permission. Deleted owners count, because a workspace is moved whole.
 */
@ApplicationScoped
public class FileTransfer {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ArtifactStore files;

    @Inject
    public FileTransfer(ArtifactStore files) {
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected FileTransfer() {
        this(null);
    }

    /** Takes one file after another. */
    @FunctionalInterface
    public interface Taker {
        void take(StoredFile file) throws IOException;
    }

    /** Every file below the folder, folder by folder, by name. */
    public void walk(ArtifactPath folder, Taker taker) throws IOException {
        for (var child : files.list(folder)) {
            if (child.folder()) {
                walk(child.path(), taker);
            } else {
                taker.take(child);
            }
        }
    }

    /** @throws Refused with NotFound when there is no such file */
    public StoredFile find(ArtifactPath path) throws IOException {
        return files.find(path).filter(file -> !file.folder()).orElseThrow(() -> Refused.notFound("file", path));
    }

    /** Opens a file; the caller closes it. */
    public InputStream read(ArtifactPath file) throws IOException {
        return files.read(file, 0);
    }

    public ContentDigest digest(ArtifactPath file) throws IOException {
        var digest = Sha256.newDigest();
        try (var content = files.read(file, 0)) {
            var buffer = new byte[BUFFER_BYTES];
            for (var count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return new ContentDigest(Sha256.hex(digest.digest()));
    }

    /**
     * Writes a file, replacing one of that name.
     *
     * @param expected what the content's digest must be; null to take it as it comes
     * @throws Refused with Invalid when it is another; nothing is kept then
     */
    public StoredFile write(ArtifactPath file, InputStream content, @Nullable ContentDigest expected)
            throws IOException {
        return files.write(file, expected == null ? content : new Checked(content, expected));
    }

    /** Refuses to come to its end when the content was not the one expected; so a store never makes it a file. */
    private static final class Checked extends FilterInputStream {
        private final MessageDigest digest = Sha256.newDigest();
        private final ContentDigest expected;
        private boolean asExpected;

        Checked(InputStream content, ContentDigest expected) {
            super(content);
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var count = super.read(bytes, offset, length);
            if (count > 0) {
                digest.update(bytes, offset, count);
            } else if (count < 0) {
                requireExpected();
            }
            return count;
        }

        /** Asked once: a reader may come to the end several times, and the digest can be taken once only. */
        private void requireExpected() {
            if (asExpected) {
                return;
            }
            var actual = Sha256.hex(digest.digest());
            if (!actual.equals(expected.value())) {
                throw Refused.invalid("digest", "the content has %s, not %s".formatted(actual, expected));
            }
            asExpected = true;
        }
    }
}
