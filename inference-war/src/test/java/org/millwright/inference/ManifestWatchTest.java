package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestWatchTest {
    @TempDir
    Path folder;

    private final LinkedBlockingQueue<Boolean> looks = new LinkedBlockingQueue<>();

    private void assertLooked() throws InterruptedException {
        assertThat(looks.poll(60, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void it_looks_at_the_start_and_whenever_a_file_comes_or_goes() throws Exception {
        var manifests = folder.resolve("not-there-yet");
        try (var watch = new ManifestWatch(manifests, Duration.ofHours(1), () -> looks.add(true))) {
            watch.start();
            assertLooked();
            Files.writeString(manifests.resolve("one.json"), "{}");
            assertLooked();
            looks.clear();
            Files.delete(manifests.resolve("one.json"));
            assertLooked();
        }
    }

    @Test
    void it_looks_now_and_then_without_a_reason() throws Exception {
        try (var watch = new ManifestWatch(folder, Duration.ofMillis(20), () -> looks.add(true))) {
            watch.start();
            assertLooked();
            assertLooked();
        }
    }

    @Test
    void a_failed_look_is_not_the_last_one() throws Exception {
        try (var watch = new ManifestWatch(folder, Duration.ofMillis(20), () -> {
            looks.add(true);
            throw new IllegalStateException("planted");
        })) {
            watch.start();
            assertLooked();
            assertLooked();
        }
    }

    @Test
    void after_closing_it_looks_no_more() throws IOException {
        var watch = new ManifestWatch(folder, Duration.ofMillis(20), () -> looks.add(true));
        watch.start();
        watch.close();
        looks.clear();
        Files.writeString(folder.resolve("one.json"), "{}");

        assertThat(looks).isEmpty();
    }
}
