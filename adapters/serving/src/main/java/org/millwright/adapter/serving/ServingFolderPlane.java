package org.millwright.adapter.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.StoredFile;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.EndpointKeys;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.endpoint.spi.ServingPlane;
import org.millwright.endpoint.spi.UnusableModel;
import org.millwright.engine.DeploymentManifest;
import org.millwright.engine.ModelLoadFailed;
import org.millwright.engine.ModelLocator;
import org.millwright.engine.ServingFolder;
import org.millwright.registry.ModelRef;
import org.millwright.shared.IdSource;
import org.millwright.shared.ServerSettings;
import org.millwright.shared.Sha256;
import org.millwright.workspace.WorkspaceName;

/**
 * Serves by the inference server that reads the serving folder: inside this server, or alone on the same disk.
 *
 * <p>Nothing is sent to it: it watches the folder, so it can be restarted, or be down, without this side knowing.
 */
@ApplicationScoped
public class ServingFolderPlane implements ServingPlane {
    private static final long MOST_REQUEST_BYTES = 16L * 1024 * 1024;

    private final ServingFolder folder;
    private final ArtifactStore files;
    private final IdSource ids;

    @Inject
    public ServingFolderPlane(ServerSettings settings, ArtifactStore files, IdSource ids) {
        this.folder = new ServingFolder(settings.servingFolder());
        this.files = files;
        this.ids = ids;
    }

    @SuppressWarnings("NullAway")
    protected ServingFolderPlane() {
        this.folder = null;
        this.files = null;
        this.ids = null;
    }

    @Override
    public void stage(WorkspaceName workspace, ModelRef model, ArtifactPath source) throws IOException, UnusableModel {
        var target = folder.resolve(modelPath(workspace, model));
        if (!Files.isDirectory(target)) {
            copyAside(source, target);
        }
        try {
            ModelLocator.onnxFile(target);
        } catch (ModelLoadFailed unusable) {
            throw new UnusableModel(Objects.requireNonNullElse(unusable.getMessage(), "the model cannot be read"));
        }
    }

    @Override
    public void publish(OnlineEndpoint endpoint, EndpointKeys keys) {
        var serving = endpoint.deployments().stream()
                .filter(deployment -> !(deployment.state() instanceof DeploymentState.Failed))
                .toList();
        var traffic = new HashMap<String, Integer>();
        endpoint.traffic().forEach((deployment, percent) -> traffic.put(deployment.value(), percent));
        folder.writeManifest(new DeploymentManifest(
                endpoint.workspace().value(),
                endpoint.name().value(),
                endpoint.revision().value(),
                List.of(Sha256.hex(keys.primary()), Sha256.hex(keys.secondary())),
                Map.copyOf(traffic),
                serving.stream()
                        .map(deployment -> described(endpoint.workspace(), deployment))
                        .toList()));
    }

    @Override
    public void withdraw(WorkspaceName workspace, EndpointName endpoint) {
        folder.removeManifest(workspace.value(), endpoint.value());
    }

    @Override
    public Readiness readiness(OnlineEndpoint endpoint, DeploymentName deployment) {
        return folder.readStatus(endpoint.workspace().value(), endpoint.name().value(), deployment.value())
                .filter(status -> status.revision() >= endpoint.revision().value())
                .<Readiness>map(status -> switch (status.state()) {
                    case READY -> new Readiness.Ready();
                    case FAILED ->
                        new Readiness.Failed(
                                Objects.requireNonNullElse(status.reason(), "the model could not be loaded"));
                })
                .orElseGet(Readiness.Pending::new);
    }

    private static DeploymentManifest.Deployment described(WorkspaceName workspace, Deployment deployment) {
        var model = deployment.model();
        return new DeploymentManifest.Deployment(
                deployment.name().value(),
                new DeploymentManifest.Model(model.name().value(), Integer.toString(model.version())),
                modelPath(workspace, model),
                deployment.maxConcurrentRequests(),
                deployment.requestTimeout().toMillis(),
                MOST_REQUEST_BYTES);
    }

    private static String modelPath(WorkspaceName workspace, ModelRef model) {
        return ServingFolder.modelPath(workspace.value(), model.name().value(), Integer.toString(model.version()));
    }

    /** Copies under another name first: a folder that stands in its place is whole. */
    private void copyAside(ArtifactPath source, Path target) throws IOException, UnusableModel {
        var parent = Objects.requireNonNull(target.getParent());
        Files.createDirectories(parent);
        var draft = parent.resolve("." + target.getFileName() + "." + ids.nextHexId());
        try {
            var root = files.find(source);
            if (root.isEmpty()) {
                throw new UnusableModel("the model's files are gone from the artifact store");
            }
            Files.createDirectories(draft);
            if (root.get().folder()) {
                copyFolder(source, draft);
            } else {
                copyFile(root.get(), draft);
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteTree(draft);
        }
    }

    private void copyFolder(ArtifactPath source, Path target) throws IOException {
        for (var entry : files.list(source)) {
            if (entry.folder()) {
                copyFolder(
                        entry.path(),
                        Files.createDirectories(target.resolve(entry.path().name())));
            } else {
                copyFile(entry, target);
            }
        }
    }

    private void copyFile(StoredFile file, Path folder) throws IOException {
        try (var content = files.read(file.path(), 0)) {
            Files.copy(content, folder.resolve(file.path().name()));
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (var tree = Files.walk(root)) {
            for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
