package org.millwright.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** What every artifact store does alike; an adapter's test extends it. */
public abstract class ArtifactStoreContract {

    /** An empty store, the same one throughout a test. */
    protected abstract ArtifactStore store();

    @Test
    void what_was_written_is_read_again_from_any_offset() throws IOException {
        var written = write("1/run/artifacts/model/data.bin", "0123456789");

        assertThat(written.size()).isEqualTo(10);
        assertThat(written.folder()).isFalse();
        assertThat(text("1/run/artifacts/model/data.bin", 0)).isEqualTo("0123456789");
        assertThat(text("1/run/artifacts/model/data.bin", 7)).isEqualTo("789");
        assertThat(text("1/run/artifacts/model/data.bin", 10)).isEmpty();
        assertThat(text("1/run/artifacts/model/data.bin", 999)).isEmpty();
    }

    @Test
    void a_second_write_replaces_the_first() throws IOException {
        write("a/b", "long first content");
        write("a/b", "second");

        assertThat(text("a/b", 0)).isEqualTo("second");
        assertThat(store().list(path("a"))).hasSize(1);
    }

    @Test
    void an_empty_file_is_a_file() throws IOException {
        write("a/empty", "");

        assertThat(store().find(path("a/empty")))
                .get()
                .extracting(StoredFile::size)
                .isEqualTo(0L);
        assertThat(text("a/empty", 0)).isEmpty();
    }

    @Test
    void a_listing_has_the_direct_children_only_and_is_sorted() throws IOException {
        write("top/b.txt", "b");
        write("top/a/deep/file", "x");
        write("top/c", "cc");
        write("topping/no", "no");

        var listed = store().list(path("top"));

        assertThat(listed).extracting(file -> file.path().value()).containsExactly("top/a", "top/b.txt", "top/c");
        assertThat(listed).extracting(StoredFile::folder).containsExactly(true, false, false);
        assertThat(listed).extracting(StoredFile::size).containsExactly(0L, 1L, 2L);
        assertThat(store().list(ArtifactPath.ROOT))
                .extracting(file -> file.path().value())
                .containsExactly("top", "topping");
    }

    @Test
    void a_folder_that_is_not_there_is_empty_and_so_is_a_file() throws IOException {
        write("a/file", "x");

        assertThat(store().list(path("nowhere"))).isEmpty();
        assertThat(store().list(path("a/file"))).isEmpty();
        assertThat(store().find(path("nowhere/at/all"))).isEmpty();
        assertThat(store().find(path("a/file/below"))).isEmpty();
        assertThat(store().find(path("a"))).get().extracting(StoredFile::folder).isEqualTo(true);
    }

    @Test
    void reading_what_is_not_a_file_is_refused_as_not_found() throws IOException {
        write("a/b/c", "x");

        assertRefusedNotFound(() -> store().read(path("a/b/nothing"), 0));
        assertRefusedNotFound(() -> store().read(path("a/b"), 0));
        assertRefusedNotFound(() -> store().read(path("a/b/c/d"), 0));
    }

    @Test
    void a_file_cannot_take_the_place_of_a_folder_nor_lie_below_a_file() throws IOException {
        write("a/b/c", "x");

        assertInvalid(() -> write("a/b", "no"));
        assertInvalid(() -> write("a/b/c/d", "no"));
        assertThat(text("a/b/c", 0)).isEqualTo("x");
    }

    @Test
    void deleting_a_folder_takes_all_in_it_and_nothing_beside_it() throws IOException {
        write("a/b/c", "x");
        write("a/b/d/e", "x");
        write("a/bb", "stays");

        store().delete(path("a/b"));
        store().delete(path("a/b"));

        assertThat(store().find(path("a/b/d/e"))).isEmpty();
        assertThat(store().list(path("a")))
                .extracting(file -> file.path().value())
                .containsExactly("a/bb");
    }

    @Test
    void a_folder_is_gone_with_its_last_file() throws IOException {
        write("a/b/c", "x");

        store().delete(path("a/b/c"));

        assertThat(store().find(path("a"))).isEmpty();
        assertThat(store().list(ArtifactPath.ROOT)).isEmpty();
    }

    @Test
    void an_upload_that_breaks_off_leaves_the_old_file() throws IOException {
        write("a/kept", "old");

        assertThatThrownBy(() -> store().write(path("a/kept"), breaking())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store().write(path("a/never"), breaking())).isInstanceOf(IOException.class);

        assertThat(text("a/kept", 0)).isEqualTo("old");
        assertThat(store().list(path("a"))).hasSize(1);
        assertThat(store().list(ArtifactPath.ROOT)).hasSize(1);
    }

    @Test
    void names_may_have_spaces_and_letters_of_any_language() throws IOException {
        write("a/Übersicht der Läufe (1).txt", "x");

        assertThat(store().list(path("a")))
                .extracting(file -> file.path().name())
                .containsExactly("Übersicht der Läufe (1).txt");
    }

    @Test
    void readers_see_one_whole_content_while_writers_race() throws Exception {
        write("hot/file", "0".repeat(100_000));
        try (var threads = Executors.newFixedThreadPool(4)) {
            var writers = new ArrayList<Future<?>>();
            for (var digit : new String[] {"1", "2", "3"}) {
                writers.add(threads.submit((Callable<?>) () -> {
                    for (var i = 0; i < 20; i++) {
                        write("hot/file", digit.repeat(100_000));
                    }
                    return null;
                }));
            }
            for (var i = 0; i < 100; i++) {
                var seen = text("hot/file", 0);
                assertThat(seen).hasSize(100_000);
                assertThat(seen.chars().distinct().count()).isEqualTo(1);
            }
            for (var writer : writers) {
                writer.get();
            }
        }
    }

    @Test
    void writing_and_deleting_in_one_folder_at_once_loses_no_write() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            var other = threads.submit((Callable<?>) () -> {
                for (var i = 0; i < 50; i++) {
                    write("shared/other", "x");
                    store().delete(path("shared/other"));
                }
                return null;
            });
            for (var i = 0; i < 50; i++) {
                write("shared/mine", "x");
                assertThat(text("shared/mine", 0)).isEqualTo("x");
                store().delete(path("shared/mine"));
            }
            other.get();
        }
    }

    protected StoredFile write(String path, String content) throws IOException {
        return store().write(path(path), new ByteArrayInputStream(content.getBytes(UTF_8)));
    }

    protected String text(String path, long offset) throws IOException {
        try (var in = store().read(path(path), offset)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    protected static ArtifactPath path(String value) {
        return new ArtifactPath(value);
    }

    protected static InputStream breaking() {
        return new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                if (left == 0) {
                    throw new IOException("the client went away");
                }
                left--;
                return 'x';
            }
        };
    }

    protected static void assertRefusedNotFound(Callable<?> action) {
        assertThatThrownBy(action::call).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problem())
                .isInstanceOf(Problem.NotFound.class));
    }

    protected static void assertInvalid(Callable<?> action) {
        assertThatThrownBy(action::call).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problem())
                .isInstanceOf(Problem.Invalid.class));
    }
}
