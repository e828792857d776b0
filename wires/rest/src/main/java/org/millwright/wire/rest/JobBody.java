package org.millwright.wire.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.Waiting;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RetryPolicy;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.Refused;
import org.millwright.wire.rest.JobRunning.Distribution;
import org.millwright.wire.rest.JobRunning.QueueSettings;
import org.millwright.wire.rest.JobRunning.Resources;
import org.millwright.wire.rest.JobRunning.RetrySettings;
import org.millwright.wire.rest.JobRunning.Spark;

/** The shape of jobs in our API. It changes only with the API's version, whatever the domain does. */
final class JobBody {
    private JobBody() {}

    /**
     * @param image for compute targets that run containers
     * @param name of a registered environment, such as sklearn:1 or sklearn@latest; it goes without the others
     */
    @Schema(name = "JobEnvironment")
    record Environment(
            @Nullable String python,
            @Nullable List<String> packages,
            @Nullable String image,
            @Nullable String name) {
        static final Environment NONE = new Environment(null, null, null, null);

        static Environment of(EnvironmentSpec spec) {
            return new Environment(spec.pythonVersion(), spec.packages(), spec.image(), spec.name());
        }

        EnvironmentSpec toSpec() {
            // With a name the rest is looked up again; what a job answers has both, and can be sent back.
            return new EnvironmentSpec(python, Bodies.orEmpty(packages), image, name);
        }
    }

    /** Either a value, or a snapshot with perhaps one file in it. */
    @Schema(name = "JobInput")
    record Input(
            @Nullable String value,
            @Nullable String snapshot,
            @Nullable String file) {}

    /** A job as it is submitted. */
    @Schema(name = "NewJob", examples = """
            {"display_name": "Train on the cleaned data", "experiment_name": "churn",
            "command": "python -c 'print(${{inputs.rate}})'", "environment": {"python": "3.11",
            "packages": ["scikit-learn==1.7.2"]}, "inputs": {"rate": {"value": "0.1"}}, "compute": "local",
            "timeout_seconds": 3600}""")
    record Submission(
            @Nullable String name,
            @Nullable String displayName,
            @Nullable String experimentName,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable String code,
            @Nullable String command,
            @Nullable Environment environment,
            @Nullable Map<String, Input> inputs,
            @Nullable List<String> outputs,
            @Nullable Map<String, String> environmentVariables,
            @Nullable Map<String, String> secrets,
            @Nullable String compute,
            @Nullable Long timeoutSeconds,
            @Nullable Integer priority,
            @Nullable String type,
            @Nullable Resources resources,
            @Nullable Distribution distribution,
            @Nullable RetrySettings retrySettings,
            @Nullable QueueSettings queueSettings,
            @Nullable Spark spark) {

        JobSpec toSpec() {
            var given = new LinkedHashMap<String, JobInput>();
            Bodies.orEmpty(inputs).forEach((name, input) -> given.put(name, toInput(name, input)));
            var kind = jobType();
            return new JobSpec(
                    code == null ? null : new ContentDigest(code),
                    commandLine(kind),
                    (environment == null ? Environment.NONE : environment).toSpec(),
                    given,
                    Bodies.orEmpty(outputs),
                    Bodies.orEmpty(environmentVariables),
                    AskedSecrets.named(secrets),
                    compute == null ? ComputeName.LOCAL : new ComputeName(compute),
                    resources == null ? JobResources.ONE_NODE : resources.toResources(),
                    kind,
                    retrySettings == null ? RetryPolicy.USUAL : retrySettings.toPolicy(),
                    queueSettings == null ? null : queueSettings.tier(),
                    timeLimit(),
                    place());
        }

        private JobType jobType() {
            return switch (type == null ? "command" : type) {
                case "command" -> distribution == null ? new JobType.Command() : distribution.toType();
                case "spark" -> sparkType();
                default ->
                    throw Refused.invalid("type", "'%s' is not supported; 'command' and 'spark' are".formatted(type));
            };
        }

        private JobType.Spark sparkType() {
            if (distribution != null) {
                throw Refused.invalid("distribution", "is for command jobs; Spark distributes by itself");
            }
            if (code == null) {
                throw Refused.invalid("code", "is needed: the entry lies in it");
            }
            return Bodies.needed("spark", spark).toType();
        }

        /** Of a Spark job, its entry with its arguments. */
        private String commandLine(JobType type) {
            if (type instanceof JobType.Spark application) {
                if (command != null) {
                    throw Refused.invalid("command", "a Spark job has spark.entry and spark.args instead");
                }
                return application.command(spark == null ? "" : Bodies.orEmpty(spark.args()));
            }
            return Bodies.needed("command", command);
        }

        private int place() {
            if (priority != null) {
                return priority;
            }
            var named = queueSettings == null ? null : queueSettings.number();
            return named == null ? JobSpec.USUAL_PRIORITY : named;
        }

        String experiment() {
            return experimentName == null ? "Default" : experimentName;
        }

        private @Nullable Duration timeLimit() {
            if (timeoutSeconds == null) {
                return null;
            }
            if (timeoutSeconds < 1 || timeoutSeconds > Duration.ofDays(365).toSeconds()) {
                throw Refused.invalid("timeout_seconds", "1 second to 365 days");
            }
            return Duration.ofSeconds(timeoutSeconds);
        }

        private static JobInput toInput(String name, Input input) {
            if (input.value() != null && input.snapshot() == null && input.file() == null) {
                return new JobInput.Literal(input.value());
            }
            if (input.snapshot() != null && input.value() == null) {
                return new JobInput.Files(new ContentDigest(input.snapshot()), Bodies.orEmpty(input.file()));
            }
            throw Refused.invalid("inputs." + name, "either a value, or a snapshot and perhaps a file in it");
        }
    }

    record WaitingBody(String reason, int position, String explanation) {
        static @Nullable WaitingBody of(@Nullable Waiting waiting) {
            return waiting == null
                    ? null
                    : new WaitingBody(waiting.reason().name(), waiting.position(), waiting.explanation());
        }
    }

    /** A job, or a run that its client tracks, as it is answered. */
    @Schema(name = "Job", examples = """
            {"name": "calm_river_7kx2", "display_name": "Train on the cleaned data", "type": "command",
            "experiment_name": "churn", "experiment_id": "4", "status": "Queued", "user": "ada",
            "compute": "local", "command": "python -c 'print(${{inputs.rate}})'",
            "environment": {"python": "3.11", "packages": ["scikit-learn==1.7.2"]},
            "inputs": {"rate": {"value": "0.1"}}, "created_at": "2026-01-31T08:00:00Z", "attempt": 0,
            "tags": {}, "waiting": {"reason": "NO_FREE_SLOT", "position": 2,
            "explanation": "Both slots of local are busy"},
            "studio_url": "https://ml.example.com/studio/run.xhtml?id=calm_river_7kx2"}""")
    record Answer(
            String name,
            String displayName,
            String type,
            String experimentName,
            String experimentId,
            String status,
            @Nullable String reason,
            @Nullable Integer exitCode,
            String user,
            @Nullable String compute,
            @Nullable String command,
            @Nullable String code,
            @Nullable Environment environment,
            @Nullable Map<String, Input> inputs,
            @Nullable Map<String, String> secrets,
            @Nullable Resources resources,
            @Nullable Distribution distribution,
            @Nullable RetrySettings retrySettings,
            @Nullable QueueSettings queueSettings,
            @Nullable Spark spark,
            @Nullable Integer priority,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            int attempt,
            Map<String, String> tags,
            @Nullable WaitingBody waiting,
            String studioUrl) {

        static Answer of(
                Run run, String experiment, Map<String, String> tags, @Nullable Waiting waiting, String studio) {
            var job = run.job();
            return new Answer(
                    run.id().value(),
                    run.name(),
                    typeOf(run),
                    experiment,
                    run.experiment().toString(),
                    run.state().label(),
                    run.state() instanceof RunState.Failed failed ? failed.reason() : null,
                    exitCodeOf(run.state()),
                    run.user(),
                    job == null ? null : job.compute().value(),
                    job == null ? null : job.command(),
                    job == null || job.code() == null ? null : job.code().value(),
                    job == null ? null : Environment.of(job.environment()),
                    job == null ? null : inputsOf(job),
                    job == null ? null : AskedSecrets.of(job),
                    job == null ? null : Resources.of(job.resources()),
                    job == null ? null : Distribution.of(job.type()),
                    job == null ? null : RetrySettings.of(job.retries()),
                    job == null ? null : QueueSettings.of(job.tier()),
                    job == null ? null : Spark.of(job),
                    job == null ? null : job.priority(),
                    run.createdAt(),
                    run.startedAt(),
                    run.endedAt(),
                    run.attempt(),
                    tags,
                    WaitingBody.of(waiting),
                    studio + "/run.xhtml?id=" + run.id());
        }
    }

    /** The specification as it would be submitted, for schedules. */
    static Submission submission(JobSpec job, String experiment) {
        return new Submission(
                null,
                null,
                experiment,
                null,
                null,
                job.code() == null ? null : job.code().value(),
                job.type() instanceof JobType.Spark ? null : job.command(),
                Environment.of(job.environment()),
                inputsOf(job),
                job.outputs(),
                job.variables(),
                AskedSecrets.of(job),
                job.compute().value(),
                job.timeLimit() == null ? null : job.timeLimit().toSeconds(),
                job.priority(),
                job.type() instanceof JobType.Spark ? "spark" : null,
                Resources.of(job.resources()),
                Distribution.of(job.type()),
                RetrySettings.of(job.retries()),
                QueueSettings.of(job.tier()),
                Spark.of(job));
    }

    private static String typeOf(Run run) {
        var job = run.job();
        if (!run.isJob() || job == null) {
            return "tracked";
        }
        return job.type() instanceof JobType.Spark ? "spark" : "command";
    }

    private static @Nullable Integer exitCodeOf(RunState state) {
        return switch (state) {
            case RunState.Completed _ -> 0;
            case RunState.Failed failed -> failed.exitCode();
            case RunState.Finalizing(var _, var code) -> code;
            case RunState.Queued _,
                    RunState.Preparing _,
                    RunState.Running _,
                    RunState.CancelRequested _,
                    RunState.Canceled _ -> null;
        };
    }

    private static Map<String, Input> inputsOf(JobSpec job) {
        var bodies = new LinkedHashMap<String, Input>();
        job.inputs()
                .forEach((name, input) -> bodies.put(
                        name,
                        switch (input) {
                            case JobInput.Literal(var text) -> new Input(text, null, null);
                            case JobInput.Files(var snapshot, var file) -> new Input(null, snapshot.value(), file);
                        }));
        return bodies;
    }
}
