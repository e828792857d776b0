package org.millwright.data.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.data.StoredFile;
import org.millwright.shared.Problem;
import org.millwright.shared.Sha256;

class FileTransferTest {
    private static final ArtifactPath ROOT = new ArtifactPath("1/run/artifacts");

    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private final FileTransfer files = new FileTransfer(store);

    @Test
    void every_file_below_a_folder_is_told_once() throws IOException {
        write("b.txt", "b", null);
        write("a/c.txt", "c", null);
        var told = new ArrayList<String>();
        files.walk(ROOT, file -> told.add(file.path().value()));
        assertThat(told).containsExactly("1/run/artifacts/a/c.txt", "1/run/artifacts/b.txt");
    }

    @Test
    void content_with_another_digest_is_refused_and_not_kept() throws IOException {
        assertRefused(Problem.Invalid.class, () -> write("a.txt", "abc", Sha256.hex("abd")));
        assertThat(store.find(ROOT.resolve("a.txt"))).isEmpty();
        write("a.txt", "abc", Sha256.hex("abc"));
        assertThat(files.digest(ROOT.resolve("a.txt")).value()).isEqualTo(Sha256.hex("abc"));
    }

    @Test
    void a_store_that_reads_to_the_end_twice_gets_the_same_answer() throws IOException {
        var twice = new InMemoryArtifactStore() {
            @Override
            public StoredFile write(ArtifactPath file, InputStream content) throws IOException {
                var bytes = content.readAllBytes();
                assertThat(content.read(new byte[8])).isNegative();
                return super.write(file, new ByteArrayInputStream(bytes));
            }
        };
        new FileTransfer(twice)
                .write(
                        ROOT.resolve("a.txt"),
                        new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8)),
                        new ContentDigest(Sha256.hex("abc")));
        assertThat(twice.find(ROOT.resolve("a.txt"))).isPresent();
    }

    private void write(String path, String text, String sha256) throws IOException {
        files.write(
                ROOT.resolve(path),
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                sha256 == null ? null : new ContentDigest(sha256));
    }
}
