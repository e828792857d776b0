package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.engine.DeploymentManifest;
import org.millwright.engine.DeploymentStatus;
import org.millwright.engine.LoadedModel;
import org.millwright.engine.ModelLoadFailed;
import org.millwright.engine.ModelRun;
import org.millwright.engine.ScoringEngine;
import org.millwright.engine.ServingFolder;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

/** What is served follows the folder, and nothing that is wrong there harms those who are being served. */
class ServedEndpointsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    Path temporary;

    private final MemoryEngine engine = new MemoryEngine();
    private ServingFolder folder;
    private ServedEndpoints endpoints;

    @BeforeEach
    void open() {
        folder = new ServingFolder(temporary);
        endpoints = new ServedEndpoints(folder, engine, InstantSource.fixed(NOON));
    }

    private void publish(long revision, Map<String, String> versionByDeployment) {
        var deployments = new ArrayList<DeploymentManifest.Deployment>();
        var traffic = new HashMap<String, Integer>();
        versionByDeployment.forEach((name, version) -> {
            var path = ServingFolder.modelPath("main", "iris", version);
            try {
                Files.createDirectories(folder.resolve(path));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            deployments.add(new DeploymentManifest.Deployment(
                    name, new DeploymentManifest.Model("iris", version), path, 2, 1_000, 10_000));
            traffic.put(name, traffic.isEmpty() ? 100 : 0);
        });
        folder.writeManifest(new DeploymentManifest("main", "iris", revision, List.of(), traffic, deployments));
        endpoints.refresh();
    }

    private ServedDeployment blue() {
        return endpoints.find("main", "iris").orElseThrow().serving().get("blue");
    }

    private DeploymentStatus status(String deployment) {
        return folder.readStatus("main", "iris", deployment).orElseThrow();
    }

    @Test
    void a_published_endpoint_is_served_and_its_status_says_so() {
        assertThat(endpoints.isReady()).isFalse();
        publish(1, Map.of("blue", "1"));

        assertThat(endpoints.isReady()).isTrue();
        assertThat(blue().settings().model().version()).isEqualTo("1");
        assertThat(status("blue")).isEqualTo(DeploymentStatus.ready(1, null, List.of(), List.of(), NOON));
    }

    @Test
    void a_new_version_takes_over_and_the_old_model_is_closed() {
        publish(1, Map.of("blue", "1"));
        publish(2, Map.of("blue", "2"));

        assertThat(blue().settings().model().version()).isEqualTo("2");
        assertThat(engine.open()).containsExactly("2");
        assertThat(status("blue").revision()).isEqualTo(2);
    }

    @Test
    void a_model_is_closed_only_when_its_last_request_has_ended() {
        publish(1, Map.of("blue", "1"));
        var inRequest = blue().model();
        assertThat(inRequest.take()).isTrue();
        publish(2, Map.of("blue", "2"));

        assertThat(engine.open()).containsExactly("1", "2");
        inRequest.release();
        assertThat(engine.open()).containsExactly("2");
        assertThat(inRequest.take()).isFalse();
    }

    @Test
    void a_model_that_stays_is_not_loaded_again() {
        publish(1, Map.of("blue", "1"));
        publish(2, Map.of("blue", "1", "green", "2"));
        publish(3, Map.of("blue", "1"));

        assertThat(engine.loads).containsExactly("1", "2");
        assertThat(engine.open()).containsExactly("1");
        assertThat(status("blue").revision()).isEqualTo(3);
        assertThat(folder.readStatus("main", "iris", "green")).isEmpty();
    }

    @Test
    void looking_again_at_what_has_not_changed_does_nothing() {
        publish(1, Map.of("blue", "1"));
        var before = endpoints.find("main", "iris");
        endpoints.refresh();

        assertThat(endpoints.find("main", "iris")).isEqualTo(before);
        assertThat(engine.loads).hasSize(1);
    }

    @Test
    void a_withdrawn_endpoint_is_gone_with_its_status() {
        publish(1, Map.of("blue", "1"));
        folder.removeManifest("main", "iris");
        endpoints.refresh();

        assertThat(endpoints.find("main", "iris")).isEmpty();
        assertThat(engine.open()).isEmpty();
        assertThat(folder.readStatus("main", "iris", "blue")).isEmpty();
    }

    @Test
    void a_model_that_cannot_be_loaded_fails_alone() {
        engine.broken.put("2", "not an ONNX model");
        publish(1, Map.of("blue", "1", "green", "2"));

        assertThat(status("blue").state()).isEqualTo(DeploymentStatus.State.READY);
        assertThat(status("green")).isEqualTo(DeploymentStatus.failed(1, "not an ONNX model", NOON));
    }

    @Test
    void a_new_version_that_cannot_be_loaded_leaves_the_old_one_serving() {
        publish(1, Map.of("blue", "1"));
        engine.broken.put("2", "not an ONNX model");
        publish(2, Map.of("blue", "2"));

        assertThat(blue().settings().model().version()).isEqualTo("1");
        assertThat(engine.open()).containsExactly("1");
        assertThat(status("blue"))
                .isEqualTo(DeploymentStatus.failed(2, "not an ONNX model; version 1 goes on being served", NOON));
    }

    @Test
    void a_failed_model_is_tried_again_when_its_files_change_and_not_before() throws IOException {
        engine.broken.put("1", "the file is missing");
        publish(1, Map.of("blue", "1"));
        endpoints.refresh();
        assertThat(engine.loads).hasSize(1);

        engine.broken.clear();
        Files.writeString(
                folder.resolve(ServingFolder.modelPath("main", "iris", "1")).resolve("model.onnx"), "whole");
        endpoints.refresh();

        assertThat(status("blue").state()).isEqualTo(DeploymentStatus.State.READY);
        assertThat(blue()).isNotNull();
    }

    @Test
    void a_damaged_manifest_leaves_its_endpoint_as_it_was() throws IOException {
        publish(1, Map.of("blue", "1"));
        var file = folder.manifestFolder().resolve("main.iris.json");
        var sound = Files.readString(file);
        Files.writeString(file, sound.substring(0, sound.length() / 2));
        endpoints.refresh();

        assertThat(blue().settings().model().version()).isEqualTo("1");
        assertThat(status("blue").state()).isEqualTo(DeploymentStatus.State.READY);
        assertThat(status("blue").reason()).contains("a newer manifest cannot be used: Unexpected end-of-input");

        Files.writeString(file, sound);
        endpoints.refresh();
        assertThat(status("blue").reason()).isNull();
    }

    @Test
    void a_damaged_manifest_does_not_keep_others_from_being_served() throws IOException {
        Files.createDirectories(folder.manifestFolder());
        Files.writeString(folder.manifestFolder().resolve("main.broken.json"), "{");
        publish(1, Map.of("blue", "1"));

        assertThat(blue()).isNotNull();
        assertThat(endpoints.isReady()).isTrue();
    }

    @Test
    void an_endpoint_is_served_even_if_its_status_cannot_be_written() throws IOException {
        Files.writeString(folder.statusFolder(), "a file where the folder should be");
        publish(1, Map.of("blue", "1"));

        assertThat(blue()).isNotNull();
    }

    @Test
    void the_status_of_what_was_withdrawn_meanwhile_is_removed_at_the_start() {
        var status = DeploymentStatus.failed(1, "old", NOON);
        folder.writeStatus("main", "gone", "blue", status);
        folder.writeStatus("main", "iris", "green", status);
        publish(1, Map.of("blue", "1"));

        assertThat(folder.statuses()).containsExactly(new ServingFolder.StatusName("main", "iris", "blue"));
    }

    @Test
    void a_defect_in_loading_one_model_does_not_keep_others_from_being_served() {
        engine.broken.put("2", MemoryEngine.DEFECT);
        publish(1, Map.of("blue", "1", "green", "2"));

        assertThat(blue()).isNotNull();
        assertThat(status("green").state()).isEqualTo(DeploymentStatus.State.FAILED);
        assertThat(endpoints.isReady()).isTrue();
    }

    @Test
    void at_the_end_every_model_is_closed() {
        publish(1, Map.of("blue", "1", "green", "2"));
        endpoints.close();

        assertThat(engine.open()).isEmpty();
        assertThat(endpoints.isReady()).isFalse();
    }

    /** Models that are nothing but their version. */
    private static final class MemoryEngine implements ScoringEngine {
        static final String DEFECT = "planted defect";
        final List<String> loads = new ArrayList<>();
        final Map<String, String> broken = new HashMap<>();
        private final List<String> open = new ArrayList<>();

        List<String> open() {
            return open.stream().sorted().toList();
        }

        @Override
        public LoadedModel load(Path modelPath) {
            var version = modelPath.getFileName().toString();
            loads.add(version);
            if (DEFECT.equals(broken.get(version))) {
                throw new IllegalStateException(DEFECT);
            }
            if (broken.containsKey(version)) {
                throw new ModelLoadFailed(broken.get(version));
            }
            open.add(version);
            return new LoadedModel() {
                @Override
                public List<TensorSpec> inputs() {
                    return List.of();
                }

                @Override
                public List<TensorSpec> outputs() {
                    return List.of();
                }

                @Override
                public ModelRun newRun() {
                    return new EmptyRun();
                }

                @Override
                public void close() {
                    open.remove(version);
                }
            };
        }
    }

    private static final class EmptyRun implements ModelRun {
        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            return List.of();
        }

        @Override
        public void stop() {}

        @Override
        public void close() {}
    }
}
