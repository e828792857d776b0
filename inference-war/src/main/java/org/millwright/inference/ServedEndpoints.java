package org.millwright.inference;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.engine.DeploymentManifest;
import org.millwright.engine.DeploymentStatus;
import org.millwright.engine.LoadedModel;
import org.millwright.engine.ModelLoadFailed;
import org.millwright.engine.ModelRunFailed;
import org.millwright.engine.ScoringEngine;
import org.millwright.engine.ServingFolder;
import org.millwright.engine.ServingFolder.ManifestFile;
import org.millwright.engine.ServingFolder.StatusName;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

/**
 * All endpoints that this server answers for, kept in step with the serving folder.
 *
 * <p>{@link #refresh} compares the folder with what is served. A changed endpoint is built beside the old one, its new
 * models loaded and warmed up, and then takes its place in one step; models that nobody names any more are closed when
 * their last request ends. A manifest that cannot be read leaves its endpoint as it was. A deployment whose new model
 * cannot be loaded goes on with its old one, and its status says so.
 *
 * <p>Requests only read a map; refreshing is for one thread at a time.
 */
final class ServedEndpoints {
    private static final System.Logger LOG = System.getLogger(ServedEndpoints.class.getName());

    private final ServingFolder folder;
    private final ScoringEngine engine;
    private final InstantSource clock;
    private final Map<String, String> unreadable = new HashMap<>();
    private volatile Map<String, ServedEndpoint> byName = Map.of();
    private volatile boolean ready;

    ServedEndpoints(ServingFolder folder, ScoringEngine engine, InstantSource clock) {
        this.folder = folder;
        this.engine = engine;
        this.clock = clock;
    }

    /** Whether the folder has been read once, so that an unknown endpoint is truly not there. */
    boolean isReady() {
        return ready;
    }

    Optional<ServedEndpoint> find(String workspace, String endpoint) {
        return Optional.ofNullable(byName.get(workspace + "." + endpoint));
    }

    /** Brings what is served in step with the folder. Nothing in the folder can make it fail. */
    synchronized void refresh() {
        try {
            var seen = new HashSet<String>();
            for (var file : folder.manifests()) {
                seen.add(file.name());
                switch (file) {
                    case ManifestFile.Readable(var name, var manifest) -> serve(name, manifest);
                    case ManifestFile.Unreadable(var name, var reason) -> keep(name, reason);
                }
            }
            unreadable.keySet().retainAll(seen);
            for (var name : Set.copyOf(byName.keySet())) {
                if (!seen.contains(name)) {
                    withdraw(name);
                }
            }
            if (!ready) {
                removeForgotten(seen);
            }
            ready = true;
        } catch (UncheckedIOException folderAway) {
            LOG.log(
                    WARNING,
                    "The manifests cannot be read; what is served stays as it is: {0}",
                    folderAway.getMessage());
        }
    }

    /** Lets go of all models, at the end of the application. The statuses stay for those who look meanwhile. */
    synchronized void close() {
        for (var name : Set.copyOf(byName.keySet())) {
            replace(name, null);
        }
        ready = false;
    }

    private void serve(String name, DeploymentManifest manifest) {
        var current = byName.get(name);
        var wasUnreadable = unreadable.remove(name) != null;
        if (current == null || !current.manifest().equals(manifest) || canRetry(current)) {
            var next = build(manifest, current);
            replace(name, next);
            report(next, null);
            removeStatuses(current, next);
            LOG.log(INFO, "Serving {0} revision {1}: {2}", name, manifest.revision(), words(next));
        } else if (wasUnreadable) {
            report(current, null);
        }
    }

    private void keep(String name, String reason) {
        if (reason.equals(unreadable.put(name, reason))) {
            return;
        }
        var current = byName.get(name);
        LOG.log(
                WARNING,
                "The manifest of {0} cannot be used: {1}; {2}",
                name,
                reason,
                current == null
                        ? "nothing is served for it"
                        : "revision " + current.manifest().revision() + " goes on being served");
        if (current != null) {
            report(current, "a newer manifest cannot be used: " + reason);
        }
    }

    private void withdraw(String name) {
        var current = byName.get(name);
        replace(name, null);
        removeStatuses(current, null);
        LOG.log(INFO, "No longer serving {0}", name);
    }

    /** Statuses of what was withdrawn while this server was down. Those of a manifest that cannot be read are left. */
    private void removeForgotten(Set<String> seen) {
        for (var status : folder.statuses()) {
            var name = status.workspace() + "." + status.endpoint();
            var endpoint = byName.get(name);
            if (endpoint == null ? !seen.contains(name) : !names(endpoint).contains(status.deployment())) {
                remove(status);
            }
        }
    }

    private void remove(StatusName status) {
        try {
            folder.removeStatus(status.workspace(), status.endpoint(), status.deployment());
        } catch (UncheckedIOException unwritable) {
            LOG.log(WARNING, "The status of {0} cannot be removed: {1}", status, unwritable.getMessage());
        }
    }

    private boolean canRetry(ServedEndpoint endpoint) {
        return endpoint.manifest().deployments().stream().anyMatch(deployment -> {
            var failure = endpoint.failures().get(deployment.name());
            return failure != null && !failure.files().equals(files(deployment));
        });
    }

    private ServedEndpoint build(DeploymentManifest manifest, @Nullable ServedEndpoint current) {
        var serving = new HashMap<String, ServedDeployment>();
        var failures = new HashMap<String, ServedEndpoint.Failure>();
        for (var deployment : manifest.deployments()) {
            var name = deployment.name();
            var before = current == null ? null : current.serving().get(name);
            if (before != null && before.settings().path().equals(deployment.path())) {
                serving.put(name, renew(before, deployment));
                continue;
            }
            var files = files(deployment);
            try {
                serving.put(name, new ServedDeployment(deployment, new SharedModel(load(deployment))));
            } catch (ModelLoadFailed failed) {
                failures.put(name, new ServedEndpoint.Failure(String.valueOf(failed.getMessage()), files));
            } catch (RuntimeException defect) {
                // Of one model; the others are served all the same.
                LOG.log(WARNING, "The model of deployment " + name + " could not be loaded", defect);
                failures.put(name, new ServedEndpoint.Failure("the server could not load the model: " + defect, files));
            }
            if (before != null) {
                serving.putIfAbsent(name, before);
            }
        }
        return new ServedEndpoint(
                manifest, new KeyRing(manifest.keyDigests()), new TrafficSplit(manifest.traffic()), serving, failures);
    }

    private static ServedDeployment renew(ServedDeployment before, DeploymentManifest.Deployment deployment) {
        return before.settings().equals(deployment) ? before : new ServedDeployment(deployment, before.model());
    }

    private LoadedModel load(DeploymentManifest.Deployment deployment) {
        var model = engine.load(folder.resolve(deployment.path()));
        try {
            warmUp(deployment, model);
            return model;
        } catch (RuntimeException defect) {
            model.close();
            throw defect;
        }
    }

    /** The first run allocates and optimizes; better now than in a request. What it answers is of no interest. */
    private static void warmUp(DeploymentManifest.Deployment deployment, LoadedModel model) {
        try (var run = model.newRun()) {
            run.run(model.inputs().stream().map(ServedEndpoints::zeros).toList());
        } catch (ModelRunFailed | ArithmeticException noAnswerForZeros) {
            LOG.log(DEBUG, "{0} was not warmed up: {1}", deployment.name(), noAnswerForZeros.getMessage());
        }
    }

    private static Tensor zeros(TensorSpec input) {
        return Tensor.zeros(
                input.datatype(),
                input.shape().stream().mapToLong(size -> size < 0 ? 1 : size).toArray());
    }

    private void replace(String name, @Nullable ServedEndpoint next) {
        var table = new HashMap<>(byName);
        var before = next == null ? table.remove(name) : table.put(name, next);
        byName = Map.copyOf(table);
        if (before != null) {
            var kept = models(next);
            models(before).stream().filter(model -> !kept.contains(model)).forEach(SharedModel::release);
        }
    }

    private static Set<SharedModel> models(@Nullable ServedEndpoint endpoint) {
        Set<SharedModel> models = Collections.newSetFromMap(new IdentityHashMap<>());
        if (endpoint != null) {
            endpoint.serving().values().forEach(deployment -> models.add(deployment.model()));
        }
        return models;
    }

    private void report(ServedEndpoint endpoint, @Nullable String remark) {
        var manifest = endpoint.manifest();
        for (var deployment : manifest.deployments()) {
            var name = deployment.name();
            try {
                folder.writeStatus(manifest.workspace(), manifest.endpoint(), name, status(endpoint, name, remark));
            } catch (UncheckedIOException unwritable) {
                LOG.log(WARNING, "The status of {0} cannot be written: {1}", name, unwritable.getMessage());
            }
        }
    }

    private DeploymentStatus status(ServedEndpoint endpoint, String name, @Nullable String remark) {
        var revision = endpoint.manifest().revision();
        var failure = endpoint.failures().get(name);
        var serving = endpoint.serving().get(name);
        if (failure != null) {
            var stays = serving == null
                    ? ""
                    : "; version %s goes on being served"
                            .formatted(serving.settings().model().version());
            return DeploymentStatus.failed(revision, failure.reason() + stays, clock.instant());
        }
        if (serving == null) {
            throw new IllegalStateException(name + " neither serves nor failed");
        }
        return DeploymentStatus.ready(revision, remark, serving.inputs(), serving.outputs(), clock.instant());
    }

    private void removeStatuses(@Nullable ServedEndpoint before, @Nullable ServedEndpoint next) {
        if (before == null) {
            return;
        }
        var manifest = before.manifest();
        var gone = names(before);
        gone.removeAll(names(next));
        gone.forEach(name -> remove(new StatusName(manifest.workspace(), manifest.endpoint(), name)));
    }

    private static Set<String> names(@Nullable ServedEndpoint endpoint) {
        return endpoint == null
                ? Set.of()
                : endpoint.manifest().deployments().stream()
                        .map(DeploymentManifest.Deployment::name)
                        .collect(Collectors.toCollection(HashSet::new));
    }

    private static String words(ServedEndpoint endpoint) {
        return endpoint.manifest().deployments().stream()
                .map(deployment -> {
                    var failure = endpoint.failures().get(deployment.name());
                    var model = deployment.model();
                    return "%s (%s %s%s)"
                            .formatted(
                                    deployment.name(),
                                    model.name(),
                                    model.version(),
                                    failure == null ? "" : " failed: " + failure.reason());
                })
                .collect(Collectors.joining(", "));
    }

    /** Names, sizes and times of the model's files: cheap to compare, and changed whenever a new try makes sense. */
    private String files(DeploymentManifest.Deployment deployment) {
        try (var files = Files.walk(folder.resolve(deployment.path()))) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(ServedEndpoints::look)
                    .collect(Collectors.joining(";"));
        } catch (IOException | UncheckedIOException missing) {
            return "missing";
        }
    }

    private static String look(Path file) {
        try {
            return "%s %d %s".formatted(file, Files.size(file), Files.getLastModifiedTime(file));
        } catch (IOException vanished) {
            return file + " vanished";
        }
    }
}
