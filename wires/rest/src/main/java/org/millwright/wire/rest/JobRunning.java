package org.millwright.wire.rest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.FailureCause;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.Tier;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RetryPolicy;
import org.millwright.shared.Refused;

/** How a job is to run, in the words of Azure ML's command line where it has any. */
final class JobRunning {
    private static final String EXIT = "exit:";

    private JobRunning() {}

    /** @param instanceCount nodes; the rest is of each node, and what a node has when it is left out */
    @Schema(name = "JobResources")
    record Resources(
            @Nullable Integer instanceCount,
            @Nullable Double cpus,
            @Nullable Long memoryBytes,
            @Nullable Integer gpus) {
        static @Nullable Resources of(JobResources given) {
            return given.equals(JobResources.ONE_NODE)
                    ? null
                    : new Resources(
                            given.instances(),
                            given.cpus(),
                            given.memoryBytes(),
                            given.gpus() == 0 ? null : given.gpus());
        }

        JobResources toResources() {
            return new JobResources(
                    instanceCount == null ? 1 : instanceCount, cpus, memoryBytes, gpus == null ? 0 : gpus);
        }
    }

    /** @param type pytorch, mpi, tensorflow or plain */
    @Schema(name = "JobDistribution")
    record Distribution(@Nullable String type, @Nullable Integer processCountPerInstance) {
        static @Nullable Distribution of(JobType type) {
            return type instanceof JobType.Distributed(var framework, var processes)
                    ? new Distribution(framework.name().toLowerCase(Locale.ROOT), processes)
                    : null;
        }

        JobType toType() {
            return new JobType.Distributed(
                    named(JobType.Framework.class, "distribution.type", Bodies.needed("distribution.type", type)),
                    processCountPerInstance == null ? 1 : processCountPerInstance);
        }
    }

    /** @param on causes such as node_lost, out_of_memory, time_out, exit_code; and exit codes, such as exit:137 */
    @Schema(name = "JobRetrySettings")
    record RetrySettings(
            @Nullable Integer maxRetries,
            @Nullable List<String> on,
            @Nullable Long waitSeconds) {
        static @Nullable RetrySettings of(RetryPolicy given) {
            if (given.equals(RetryPolicy.USUAL)) {
                return null;
            }
            var on = new ArrayList<>(
                    given.causes().stream().map(FailureCause::label).sorted().toList());
            given.exitCodes().stream().sorted().forEach(code -> on.add(EXIT + code));
            return new RetrySettings(given.most(), on, given.pause().toSeconds());
        }

        RetryPolicy toPolicy() {
            var causes = new HashSet<FailureCause>();
            var codes = new HashSet<Integer>();
            for (var each : on == null ? List.of(FailureCause.NODE_LOST.label()) : on) {
                if (each.startsWith(EXIT)) {
                    codes.add(code(each.substring(EXIT.length())));
                } else {
                    causes.add(named(FailureCause.class, "retry_settings.on", each));
                }
            }
            return new RetryPolicy(
                    maxRetries == null ? RetryPolicy.USUAL.most() : maxRetries,
                    causes,
                    codes,
                    Duration.ofSeconds(waitSeconds == null ? 0 : waitSeconds));
        }

        private static int code(String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException no) {
                throw Refused.invalid("retry_settings.on", "'%s' is no exit code".formatted(text));
            }
        }
    }

    /** @param jobTier spot may be preempted by other work; basic, standard and premium may not */
    @Schema(name = "JobQueueSettings")
    record QueueSettings(@Nullable String jobTier, @Nullable String priority) {
        static @Nullable QueueSettings of(@Nullable Tier tier) {
            return tier == null ? null : new QueueSettings(tier == Tier.LOW_PRIORITY ? "spot" : "standard", null);
        }

        @Nullable
        Tier tier() {
            return switch (jobTier == null ? "null" : jobTier.toLowerCase(Locale.ROOT)) {
                case "null" -> null;
                case "spot" -> Tier.LOW_PRIORITY;
                case "basic", "standard", "premium" -> Tier.DEDICATED;
                default -> throw Refused.invalid("queue_settings.job_tier", "spot, basic, standard or premium");
            };
        }

        @Nullable
        Integer number() {
            return priority == null
                    ? null
                    : switch (priority.toLowerCase(Locale.ROOT)) {
                        case "low" -> JobSpec.LOW_PRIORITY;
                        case "medium" -> JobSpec.USUAL_PRIORITY;
                        case "high" -> JobSpec.HIGH_PRIORITY;
                        default -> throw Refused.invalid("queue_settings.priority", "low, medium or high");
                    };
        }
    }

    private static <E extends Enum<E>> E named(Class<E> type, String field, String text) {
        for (var value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(text)) {
                return value;
            }
        }
        var known = new ArrayList<String>();
        for (var value : type.getEnumConstants()) {
            known.add(value.name().toLowerCase(Locale.ROOT));
        }
        throw Refused.invalid(field, "'%s' is none of %s".formatted(text, String.join(", ", known)));
    }

    /**
     * What a Spark application is made of; for jobs of type spark, instead of command.
     *
     * @param entry the Python script, by its path in the code folder
     * @param args of the script, as a shell reads them
     */
    @Schema(name = "JobSpark", requiredProperties = "entry")
    record Spark(
            @Nullable String entry,
            @Nullable String args,
            @Nullable List<String> pyFiles,
            @Nullable List<String> jars,
            @Nullable List<String> files,
            @Nullable List<String> archives,
            @Nullable Map<String, String> conf) {
        static @Nullable Spark of(JobSpec job) {
            return job.type() instanceof JobType.Spark given
                    ? new Spark(
                            given.entry(),
                            given.arguments(job.command()),
                            given.pyFiles(),
                            given.jars(),
                            given.files(),
                            given.archives(),
                            given.conf())
                    : null;
        }

        JobType.Spark toType() {
            return new JobType.Spark(
                    Bodies.needed("spark.entry", entry),
                    Bodies.orEmpty(pyFiles),
                    Bodies.orEmpty(jars),
                    Bodies.orEmpty(files),
                    Bodies.orEmpty(archives),
                    Bodies.orEmpty(conf));
        }
    }
}
