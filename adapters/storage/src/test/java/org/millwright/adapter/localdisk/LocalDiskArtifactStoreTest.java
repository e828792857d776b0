package org.millwright.adapter.localdisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ArtifactStoreContract;

class LocalDiskArtifactStoreTest extends ArtifactStoreContract {
    @TempDir
    Path folder;

    private Path root;
    private LocalDiskArtifactStore store;

    @BeforeEach
    void open() {
        root = folder.resolve("data/artifacts");
        store = new LocalDiskArtifactStore(root);
    }

    @Override
    protected ArtifactStore store() {
        return store;
    }

    @Test
    void an_upload_that_breaks_off_leaves_no_file_behind() throws IOException {
        write("a/b", "x");

        assertThatThrownBy(() -> store.write(path("a/c"), breaking())).isInstanceOf(IOException.class);

        try (var all = Files.walk(root)) {
            assertThat(all.filter(Files::isRegularFile)).containsExactly(root.resolve("a/b"));
        }
    }

    @Test
    void what_a_killed_process_left_half_uploaded_is_swept_after_a_day() throws IOException {
        var incoming = Files.createDirectories(root.resolve(".incoming"));
        var old = Files.writeString(incoming.resolve("old"), "half");
        var fresh = Files.writeString(incoming.resolve("fresh"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(90_000)));

        write("a", "x");

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
        assertThat(store.list(ArtifactPath.ROOT)).hasSize(1);
    }

    @Test
    void uploads_in_progress_are_nobodys_files() throws IOException {
        write("a", "x");

        assertThat(store.find(path(".incoming"))).isEmpty();
        assertThat(store.list(path(".incoming"))).isEmpty();
        assertInvalid(() -> write(".incoming/mine", "x"));
    }

    @Test
    void symbolic_links_lead_nowhere() throws IOException {
        var outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        write("a/b", "x");
        Files.createSymbolicLink(root.resolve("a/folder"), outside);
        Files.createSymbolicLink(root.resolve("a/file"), outside.resolve("secret"));

        assertRefusedNotFound(() -> store.read(path("a/file"), 0));
        assertRefusedNotFound(() -> store.read(path("a/folder/secret"), 0));
        assertThat(store.find(path("a/folder/secret"))).isEmpty();
        assertThat(store.list(path("a/folder"))).isEmpty();
        assertThat(store.list(path("a"))).hasSize(1);
        assertInvalid(() -> write("a/folder/new", "x"));
        store.delete(path("a"));
        assertThat(outside.resolve("secret")).hasContent("secret");
    }

    @Test
    void a_name_too_long_for_the_disk_is_refused_and_not_found() throws IOException {
        assertInvalid(() -> write("a/" + "n".repeat(256), "x"));
        assertRefusedNotFound(() -> store.read(path("a/" + "n".repeat(256)), 0));
        assertThat(store.find(path("n".repeat(256)))).isEmpty();
        assertThat(store.list(path("n".repeat(256)))).isEmpty();
    }
}
