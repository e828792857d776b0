package org.millwright.adapter.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.EndpointKeys;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.endpoint.spi.ServingPlane.Readiness;
import org.millwright.endpoint.spi.UnusableModel;
import org.millwright.engine.DeploymentStatus;
import org.millwright.engine.ServingFolder;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Revision;
import org.millwright.shared.ServerSettings;
import org.millwright.shared.Sha256;
import org.millwright.shared.fake.Ids;
import org.millwright.workspace.WorkspaceName;

class ServingFolderPlaneTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final ModelRef MODEL = new ModelRef(new ModelName("churn"), 3);
    private static final ArtifactPath FILES = new ArtifactPath("1/models/m-0/artifacts");
    private static final DeploymentName BLUE = new DeploymentName("blue");
    private static final DeploymentName GREEN = new DeploymentName("green");
    private static final EndpointKeys KEYS = new EndpointKeys("first", "second");

    @TempDir
    Path data;

    private final InMemoryArtifactStore files = new InMemoryArtifactStore();
    private ServingFolder folder;
    private ServingFolderPlane plane;

    @BeforeEach
    void onAFreshFolder() {
        var settings = new ServerSettings(data, URI.create("https://127.0.0.1:1"), data.resolve("ca"), "server-1", 1);
        folder = new ServingFolder(settings.servingFolder());
        plane = new ServingFolderPlane(settings, files, new Ids());
    }

    @Test
    void a_model_is_laid_out_with_all_its_folders() throws Exception {
        write("MLmodel", "flavors:\n  onnx:\n    data: inner/model.onnx\n");
        write("inner/model.onnx", "bytes");

        plane.stage(WorkspaceName.MAIN, MODEL, FILES);

        var staged = folder.resolve("models/main/churn/3");
        assertThat(staged.resolve("MLmodel")).exists();
        assertThat(staged.resolve("inner/model.onnx")).hasContent("bytes");
    }

    @Test
    void a_model_without_onnx_is_refused_in_words() throws Exception {
        write("MLmodel", "flavors:\n  sklearn:\n    pickled_model: model.pkl\n");
        assertThatThrownBy(() -> plane.stage(WorkspaceName.MAIN, MODEL, FILES))
                .isInstanceOf(UnusableModel.class)
                .hasMessageContaining("no 'onnx' flavor");
    }

    @Test
    void files_that_are_gone_are_named_as_the_reason_and_nothing_half_made_stays() throws Exception {
        assertThatThrownBy(() -> plane.stage(WorkspaceName.MAIN, MODEL, FILES))
                .isInstanceOf(UnusableModel.class)
                .hasMessageContaining("gone from the artifact store");
        try (var left = Files.list(folder.resolve("models/main/churn"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_manifest_names_keys_by_digest_and_leaves_out_what_failed() {
        var failed = deployment(GREEN, new DeploymentState.Failed(NOON, "no ONNX"));

        plane.publish(endpoint(7, deployment(BLUE, new DeploymentState.Succeeded(NOON)), failed), KEYS);

        var manifest = folder.readManifest("main", "churn-api").orElseThrow();
        assertThat(manifest.revision()).isEqualTo(7);
        assertThat(manifest.keyDigests()).containsExactly(Sha256.hex("first"), Sha256.hex("second"));
        assertThat(manifest.deployments()).extracting(each -> each.name()).containsExactly("blue");
        assertThat(manifest.traffic()).isEqualTo(Map.of("blue", 100));
    }

    @Test
    void a_status_of_an_older_manifest_says_nothing_about_this_one() {
        var endpoint = endpoint(7, deployment(BLUE, new DeploymentState.Creating()));
        folder.writeStatus("main", "churn-api", "blue", DeploymentStatus.ready(6, null, List.of(), List.of(), NOON));
        assertThat(plane.readiness(endpoint, BLUE)).isEqualTo(new Readiness.Pending());

        folder.writeStatus("main", "churn-api", "blue", DeploymentStatus.ready(7, null, List.of(), List.of(), NOON));
        assertThat(plane.readiness(endpoint, BLUE)).isEqualTo(new Readiness.Ready());

        folder.writeStatus("main", "churn-api", "blue", DeploymentStatus.failed(8, "truncated", NOON));
        assertThat(plane.readiness(endpoint, BLUE)).isEqualTo(new Readiness.Failed("truncated"));
    }

    @Test
    void a_withdrawn_endpoint_has_no_manifest() {
        plane.publish(endpoint(1, deployment(BLUE, new DeploymentState.Succeeded(NOON))), KEYS);
        plane.withdraw(WorkspaceName.MAIN, new EndpointName("churn-api"));
        assertThat(folder.manifests()).isEmpty();
    }

    private void write(String path, String text) throws IOException {
        files.write(FILES.resolve(path), new ByteArrayInputStream(text.getBytes()));
    }

    private static Deployment deployment(DeploymentName name, DeploymentState state) {
        return new Deployment(name, MODEL, 4, Duration.ofSeconds(5), false, state, NOON);
    }

    private static OnlineEndpoint endpoint(long revision, Deployment... deployments) {
        return new OnlineEndpoint(
                WorkspaceName.MAIN,
                new EndpointName("churn-api"),
                "",
                Map.of(),
                List.of(deployments),
                Map.of(BLUE, 100),
                "sealed",
                "sealed",
                NOON,
                NOON,
                new Revision(revision));
    }
}
