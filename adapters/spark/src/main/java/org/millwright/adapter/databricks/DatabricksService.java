package org.millwright.adapter.databricks;

import com.databricks.sdk.core.ApiClient;
import com.databricks.sdk.core.DatabricksConfig;
import com.databricks.sdk.core.DatabricksError;
import com.databricks.sdk.core.DatabricksException;
import com.databricks.sdk.core.PatCredentialsProvider;
import com.databricks.sdk.core.retry.NoRetryStrategyPicker;
import com.databricks.sdk.service.compute.AutoScale;
import com.databricks.sdk.service.compute.ClusterSpec;
import com.databricks.sdk.service.compute.ClustersAPI;
import com.databricks.sdk.service.compute.Environment;
import com.databricks.sdk.service.compute.Library;
import com.databricks.sdk.service.jobs.JobEnvironment;
import com.databricks.sdk.service.jobs.JobsAPI;
import com.databricks.sdk.service.jobs.Run;
import com.databricks.sdk.service.jobs.RunLifeCycleState;
import com.databricks.sdk.service.jobs.RunResultState;
import com.databricks.sdk.service.jobs.SparkPythonTask;
import com.databricks.sdk.service.jobs.SubmitRun;
import com.databricks.sdk.service.jobs.SubmitTask;
import com.databricks.sdk.service.workspace.Import;
import com.databricks.sdk.service.workspace.ImportFormat;
import com.databricks.sdk.service.workspace.WorkspaceAPI;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.spark.Application;
import org.millwright.adapter.spark.ClusterHttp;
import org.millwright.adapter.spark.SparkService;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.shared.Sha256;

/** One-time runs of one Databricks workspace. */
final class DatabricksService implements SparkService {
    private static final String TASK = "millwright";
    private static final String SERVERLESS = "default";
    private static final String USUAL_FOLDER = "/Shared/millwright";
    /** What a run may take beyond the job's own time: a cluster of its own is made first. */
    private static final long TIME_FOR_CLUSTER_SECONDS = 1800;

    private final URI address;
    private final ComputeKind.Databricks target;
    private final JobsAPI jobs;
    private final WorkspaceAPI workspace;
    private final ClustersAPI clusters;

    /** @param token a personal token, or one of a service principal */
    DatabricksService(ClusterHttp http, URI address, String token, ComputeKind.Databricks target) {
        this.address = address;
        this.target = target;
        var config = new DatabricksConfig()
                .setHost(address.toString())
                .setToken(token)
                .setAuthType("pat")
                .setCredentialsProvider(new PatCredentialsProvider())
                .setHttpClient(new SdkTransport(http));
        // The driver asks again by itself, and knows better how long.
        var client = new ApiClient.Builder()
                .withDatabricksConfig(config)
                .withRetryStrategyPicker(new NoRetryStrategyPicker())
                .build();
        this.jobs = new JobsAPI(client);
        this.workspace = new WorkspaceAPI(client);
        this.clusters = new ClustersAPI(client);
    }

    @Override
    public String name() {
        return "Databricks at " + address;
    }

    /** Submitting again under the same token finds the run of the first time. */
    @Override
    public Optional<String> find(String name) {
        return Optional.empty();
    }

    @Override
    public String submit(Application application) throws LaunchFailed, IOException {
        var script = layLauncher();
        var task = new SubmitTask()
                .setTaskKey(TASK)
                .setSparkPythonTask(new SparkPythonTask()
                        .setPythonFile(script)
                        .setParameters(List.of("--ticket=" + application.ticket())))
                .setLibraries(libraries(application));
        var run = new SubmitRun()
                .setRunName(application.name())
                .setIdempotencyToken(Sha256.hex(application.name()))
                .setTasks(List.of(task));
        if (target.cluster() != null) {
            task.setExistingClusterId(target.cluster());
        } else if (target.sparkVersion() != null) {
            task.setNewCluster(newCluster(application));
        } else {
            task.setEnvironmentKey(SERVERLESS);
            run.setEnvironments(List.of(new JobEnvironment()
                    .setEnvironmentKey(SERVERLESS)
                    .setSpec(new Environment().setEnvironmentVersion("2"))));
        }
        var limit = application.timeLimit();
        if (limit != null) {
            run.setTimeoutSeconds(limit.toSeconds() + TIME_FOR_CLUSTER_SECONDS);
        }
        return accepted(() -> jobs.submit(run).getResponse().getRunId().toString());
    }

    /** Each version of the launcher has a name of its own, so that none changes under a run. */
    private String layLauncher() throws LaunchFailed, IOException {
        var script = AttemptExchange.launcher();
        var digest = Sha256.hex(Sha256.newDigest().digest(script)).substring(0, 12);
        var folder = target.folder() == null ? USUAL_FOLDER : target.folder();
        var path = "%s/launcher-%s.py".formatted(folder, digest);
        var there = asked(() -> {
            try {
                workspace.getStatus(path);
                return true;
            } catch (DatabricksError absent) {
                if (absent.getStatusCode() == 404) {
                    return false;
                }
                throw absent;
            }
        });
        if (!there) {
            accepted(() -> {
                workspace.mkdirs(folder);
                workspace.importContent(new Import()
                        .setPath(path)
                        .setFormat(ImportFormat.AUTO)
                        .setOverwrite(true)
                        .setContent(Base64.getEncoder().encodeToString(script)));
                return path;
            });
        }
        return path;
    }

    private ClusterSpec newCluster(Application application) {
        var conf = application.conf();
        var cluster = new ClusterSpec()
                .setSparkVersion(target.sparkVersion())
                .setNodeTypeId(target.nodeType())
                .setCustomTags(Map.of("millwright", application.name()));
        var least = conf.remove("spark.dynamicAllocation.minExecutors");
        var most = conf.remove("spark.dynamicAllocation.maxExecutors");
        var executors = conf.remove("spark.executor.instances");
        if (Boolean.parseBoolean(conf.remove("spark.dynamicAllocation.enabled")) && most != null) {
            cluster.setAutoscale(new AutoScale()
                    .setMinWorkers(least == null ? 1L : Math.max(1, Long.parseLong(least)))
                    .setMaxWorkers(Long.parseLong(most)));
        } else {
            cluster.setNumWorkers(executors == null ? 1L : Long.parseLong(executors));
        }
        return cluster.setSparkConf(conf);
    }

    private static List<Library> libraries(Application application) throws LaunchFailed {
        var libraries = new ArrayList<Library>();
        application.remoteJars().forEach(jar -> libraries.add(new Library().setJar(jar)));
        for (var python : application.remotePyFiles()) {
            if (!python.endsWith(".whl")) {
                throw new LaunchFailed("py_files: Databricks takes wheels from elsewhere, and all other Python from the"
                        + " code folder; '%s' is neither".formatted(python));
            }
            libraries.add(new Library().setWhl(python));
        }
        for (var other : Stream.concat(application.remoteFiles().stream(), application.remoteArchives().stream())
                .toList()) {
            throw new LaunchFailed(
                    "files, archives: Databricks takes them from the code folder only; '%s' lies elsewhere"
                            .formatted(other));
        }
        return libraries;
    }

    @Override
    public Seen look(String id) throws IOException {
        Run run;
        try {
            run = asked(() -> jobs.getRun(Long.parseLong(id)));
        } catch (Absent absent) {
            return new Seen(State.UNKNOWN, String.valueOf(absent.getMessage()));
        }
        var state = run.getState();
        if (state == null || state.getLifeCycleState() == null) {
            throw new IOException("%s tells no state of run %s".formatted(name(), id));
        }
        var said = Objects.requireNonNullElse(state.getStateMessage(), "");
        return new Seen(state(state.getLifeCycleState(), state.getResultState()), said);
    }

    private static State state(RunLifeCycleState life, @Nullable RunResultState result) {
        return switch (life) {
            case PENDING, QUEUED, BLOCKED, WAITING_FOR_RETRY -> State.WAITING;
            case RUNNING, TERMINATING -> State.RUNNING;
            case SKIPPED, INTERNAL_ERROR -> State.FAILED;
            case TERMINATED ->
                result == null
                        ? State.FAILED
                        : switch (result) {
                            case SUCCESS, SUCCESS_WITH_FAILURES -> State.SUCCEEDED;
                            case TIMEDOUT -> State.TIMED_OUT;
                            case CANCELED, UPSTREAM_CANCELED -> State.KILLED;
                            case FAILED, DISABLED, EXCLUDED, MAXIMUM_CONCURRENT_RUNS_REACHED, UPSTREAM_FAILED ->
                                State.FAILED;
                        };
        };
    }

    /** There is one when the run has ended. */
    @Override
    public List<String> log(String id, int from) throws IOException {
        try {
            var run = asked(() -> jobs.getRun(Long.parseLong(id)));
            var tasks = run.getTasks() == null
                    ? List.of(run.getRunId())
                    : run.getTasks().stream().map(task -> task.getRunId()).toList();
            var output = asked(() -> jobs.getRunOutput(tasks.iterator().next()));
            var lines = Stream.of(output.getLogs(), output.getError(), output.getErrorTrace())
                    .filter(Objects::nonNull)
                    .flatMap(String::lines)
                    .toList();
            return lines.subList(Math.min(from, lines.size()), lines.size());
        } catch (Absent none) {
            return List.of();
        }
    }

    @Override
    public void kill(String id) throws IOException {
        try {
            asked(() -> jobs.cancelRun(Long.parseLong(id)));
        } catch (Absent gone) {
            // It is to be over, and it is.
        }
    }

    @Override
    public void check() throws LaunchFailed, IOException {
        var cluster = target.cluster();
        if (cluster == null && target.sparkVersion() == null) {
            accepted(() -> workspace.getStatus("/"));
        } else if (cluster == null) {
            var versions = accepted(clusters::sparkVersions).getVersions();
            if (versions != null
                    && versions.stream().noneMatch(version -> version.getKey().equals(target.sparkVersion()))) {
                throw new LaunchFailed("%s has no Spark version '%s'".formatted(name(), target.sparkVersion()));
            }
        } else {
            accepted(() -> clusters.get(cluster));
        }
    }

    /** What we ask for is not there. */
    private static final class Absent extends IOException {
        private static final long serialVersionUID = 1L;

        Absent(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** @throws LaunchFailed when it is refused for a reason that asking again does not mend */
    private <T> T accepted(Supplier<T> call) throws LaunchFailed, IOException {
        try {
            return call.get();
        } catch (DatabricksError refused) {
            if (refused.getStatusCode() == 401 || refused.getStatusCode() == 403) {
                throw new LaunchFailed("%s does not let us in (%d); its credential is a token: %s"
                        .formatted(name(), refused.getStatusCode(), refused.getMessage()));
            }
            if (refused.getStatusCode() >= 400 && refused.getStatusCode() < 500 && refused.getStatusCode() != 429) {
                throw new LaunchFailed("%s refuses: %s".formatted(name(), refused.getMessage()));
            }
            throw trouble(refused);
        } catch (DatabricksException unreachable) {
            throw trouble(unreachable);
        }
    }

    private <T> T asked(Supplier<T> call) throws IOException {
        try {
            return call.get();
        } catch (DatabricksError refused) {
            if (refused.getStatusCode() == 404
                    || "RESOURCE_DOES_NOT_EXIST".equals(refused.getErrorCode())
                    || refused.getStatusCode() == 400
                            && String.valueOf(refused.getMessage()).contains("does not exist")) {
                throw new Absent(String.valueOf(refused.getMessage()), refused);
            }
            throw trouble(refused);
        } catch (DatabricksException unreachable) {
            throw trouble(unreachable);
        }
    }

    private IOException trouble(DatabricksException trouble) {
        return new IOException("%s: %s".formatted(name(), trouble.getMessage()), trouble);
    }
}
