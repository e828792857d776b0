package org.millwright.cli.yaml;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how a job is to run: {@code resources}, {@code distribution}, {@code retry_settings} and {@code queue_settings}. */
final class JobRunningReader {
    private static final int MOST_NODES = 1000;
    private static final Section.Keys RESOURCES = Section.Keys.of("instance_count", "cpus", "memory", "gpus")
            .without(Map.of(
                    "instance_type", "the compute target says what its nodes are; write cpus, memory and gpus",
                    "shm_size", "a job has the shared memory of its node; leave it out",
                    "docker_args", "jobs do not run in Docker; leave it out",
                    "locations", "the compute target says where its nodes are; leave it out"));
    private static final Section.Keys DISTRIBUTION = Section.Keys.of("type", "process_count_per_instance");
    private static final Section.Keys RETRIES = Section.Keys.of("max_retries", "on", "wait_seconds");
    private static final Section.Keys ENTRY =
            Section.Keys.of("file").without(Map.of("class_name", "only Python scripts are run; write 'file'"));
    private static final Section.Keys QUEUE = Section.Keys.of("job_tier", "priority");
    private static final Pattern MEMORY = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,3})?)\\s*(|[KMGT]i?B?|[KMGT]i?)");
    private static final Pattern RETRIED = Pattern.compile(
            "node_lost|out_of_memory|time_out|exit_code|not_started|server|exit:([1-9]|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])");

    private final Problems problems;

    JobRunningReader(Problems problems) {
        this.problems = problems;
    }

    JobRunning read(Section job) {
        return new JobRunning(
                job.section("resources", RESOURCES).map(this::resources).orElse(null),
                job.section("distribution", DISTRIBUTION)
                        .map(this::distribution)
                        .orElse(null),
                job.section("retry_settings", RETRIES).map(this::retries).orElse(null),
                job.section("queue_settings", QUEUE).map(this::queue).orElse(null),
                isSpark(job) ? "spark" : null,
                isSpark(job) ? spark(job) : null);
    }

    static boolean isSpark(Section job) {
        return "spark".equals(job.text("type"));
    }

    private JobRunning.Spark spark(Section job) {
        var entry = job.section("entry", ENTRY).map(section -> section.requiredText("file"));
        if (entry.isEmpty()) {
            problems.add(job.place("type"), "a Spark job has 'entry: {file: SCRIPT}'; there is none");
        }
        return new JobRunning.Spark(
                entry.orElse(""),
                job.text("args"),
                texts(job, "py_files"),
                texts(job, "jars"),
                texts(job, "files"),
                texts(job, "archives"),
                job.texts("conf"));
    }

    private static List<String> texts(Section job, String key) {
        return job.has(key)
                ? job.scalars(key).stream().map(YamlValue.Scalar::text).toList()
                : List.of();
    }

    private JobRunning.Resources resources(Section section) {
        return new JobRunning.Resources(
                section.integer("instance_count", 1, MOST_NODES),
                cpus(section),
                memory(section),
                section.integer("gpus", 0, 64));
    }

    private @Nullable Double cpus(Section section) {
        var text = section.text("cpus");
        if (text == null) {
            return null;
        }
        try {
            var number = Double.parseDouble(text);
            if (number > 0 && number <= 1024) {
                return number;
            }
        } catch (NumberFormatException no) {
            // told of below
        }
        problems.add(section.place("cpus"), "'%s' is no number of CPUs, more than 0 and at most 1024".formatted(text));
        return null;
    }

    private @Nullable Long memory(Section section) {
        var text = section.text("memory");
        if (text == null) {
            return null;
        }
        var found = MEMORY.matcher(text);
        if (!found.matches()) {
            problems.add(section.place("memory"), "'%s' is no size such as 512Mi or 4Gi".formatted(text));
            return null;
        }
        return (long) (Double.parseDouble(found.group(1)) * unit(found.group(2)));
    }

    private static double unit(String name) {
        var base = name.contains("i") ? 1024 : 1000;
        var power = name.isEmpty() ? 0 : 1 + "KMGT".indexOf(name.charAt(0));
        return Math.pow(base, power);
    }

    private JobRunning.Distribution distribution(Section section) {
        return new JobRunning.Distribution(
                oneOf(section, "type", Set.of("pytorch", "mpi", "tensorflow", "plain"), true),
                section.integer("process_count_per_instance", 1, 256));
    }

    private JobRunning.RetrySettings retries(Section section) {
        var on = section.has("on")
                ? section.scalars("on").stream().map(YamlValue.Scalar::text).toList()
                : null;
        Optional.ofNullable(on).orElse(List.of()).stream()
                .filter(each -> !RETRIED.matcher(each).matches())
                .forEach(each -> problems.add(
                        section.place("on"),
                        "'%s' is none of node_lost, out_of_memory, time_out, exit_code, exit:1 to exit:255"
                                .formatted(each)));
        return new JobRunning.RetrySettings(
                section.integer("max_retries", 0, 100), on, section.integer("wait_seconds", 0, 86_400));
    }

    private JobRunning.QueueSettings queue(Section section) {
        return new JobRunning.QueueSettings(
                oneOf(section, "job_tier", Set.of("spot", "basic", "standard", "premium", "null"), false),
                oneOf(section, "priority", Set.of("low", "medium", "high"), false));
    }

    private @Nullable String oneOf(Section section, String key, Set<String> known, boolean needed) {
        var text = needed ? section.requiredText(key) : section.text(key);
        if (text == null || text.isBlank()) {
            return null;
        }
        var word = text.toLowerCase(Locale.ROOT);
        if (!known.contains(word)) {
            problems.add(
                    section.place(key),
                    "'%s' is none of %s"
                            .formatted(
                                    text,
                                    String.join(", ", known.stream().sorted().toList())));
            return null;
        }
        return word;
    }
}
