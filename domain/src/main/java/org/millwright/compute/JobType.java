package org.millwright.compute;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.millwright.shared.Refused;

/**
 * How the nodes of a job work together. It is stored under the names of these components, as {@link ComputeKind} is.
 */
public sealed interface JobType {

    /** How many processes it has on each node. */
    default int processesPerNode() {
        return 1;
    }

    /** One process on one node; on more nodes, the same process on each. */
    record Command() implements JobType {}

    /**
     * Processes that work on one thing and find each other.
     *
     * @param processesPerInstance on each node
     */
    record Distributed(Framework framework, int processesPerInstance) implements JobType {
        public Distributed {
            if (processesPerInstance < 1 || processesPerInstance > 256) {
                throw Refused.invalid("distribution.process_count_per_instance", "1 to 256");
            }
        }

        @Override
        public int processesPerNode() {
            return processesPerInstance;
        }
    }

    /** By what the processes of a distributed job know their rank, their number and where to meet. */
    enum Framework {
        PYTORCH,
        MPI,
        TENSORFLOW,
        PLAIN
    }

    /** Mini-batches of files or rows, spread over processes. */
    record Parallel() implements JobType {}

    /**
     * A Spark application. Its command is {@link #command}; what is in the code folder is named by its path there, what the
     * cluster reaches itself by an address or an absolute path.
     *
     * @param entry the Python script, in the code folder
     * @param pyFiles modules for driver and executors: {@code .py}, {@code .zip}, {@code .whl}
     * @param files for the working folder of each executor
     * @param archives unpacked into the working folder of each executor; {@code #name} after one names the folder
     * @param conf settings of Spark, the sizes of driver and executors among them
     */
    record Spark(
            String entry,
            List<String> pyFiles,
            List<String> jars,
            List<String> files,
            List<String> archives,
            Map<String, String> conf)
            implements JobType {
        private static final Pattern ENTRY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9._-]+)*\\.py");
        private static final Pattern SETTING = Pattern.compile("spark\\.[A-Za-z0-9._-]{1,250}");
        private static final Pattern MEMORY = Pattern.compile("[1-9]\\d{0,8}[kKmMgGtT][bB]?");
        private static final Pattern COUNT = Pattern.compile("\\d{1,5}");
        private static final Set<String> OURS = Set.of("spark.master", "spark.submit.deployMode", "spark.app.name");
        private static final Set<String> MEMORIES = Set.of("spark.driver.memory", "spark.executor.memory");
        private static final Set<String> COUNTS = Set.of(
                "spark.driver.cores",
                "spark.executor.cores",
                "spark.executor.instances",
                "spark.dynamicAllocation.minExecutors",
                "spark.dynamicAllocation.maxExecutors");
        private static final int MOST = 1000;

        public Spark {
            pyFiles = dependencies("py_files", pyFiles);
            jars = dependencies("jars", jars);
            files = dependencies("files", files);
            archives = dependencies("archives", archives);
            conf = Collections.unmodifiableMap(new TreeMap<>(conf));
            if (!ENTRY.matcher(entry).matches() || entry.contains("..")) {
                throw Refused.invalid("entry.file", "a Python script of the code folder, such as src/train.py");
            }
            if (conf.size() > MOST) {
                throw Refused.invalid("conf", "at most %d settings".formatted(MOST));
            }
            conf.forEach(Spark::requireSetting);
            requireOrder(conf);
        }

        /** The command line that runs the entry. @param arguments as a shell reads them; may be empty */
        public String command(String arguments) {
            return arguments.isBlank() ? "python " + entry : "python " + entry + " " + arguments.strip();
        }

        /** What follows the entry in a command line of {@link #command}. */
        public String arguments(String command) {
            var start = "python " + entry;
            return command.startsWith(start) ? command.substring(start.length()).strip() : command;
        }

        private static List<String> dependencies(String field, List<String> given) {
            if (given.size() > MOST) {
                throw Refused.invalid(field, "at most %d".formatted(MOST));
            }
            for (var each : given) {
                if (each.isBlank() || each.length() > 2048 || each.chars().anyMatch(c -> c < ' ' || c == ',')) {
                    throw Refused.invalid(field, "each 1 to 2048 characters, without commas");
                }
            }
            return List.copyOf(given);
        }

        private static void requireSetting(String name, String value) {
            if (!SETTING.matcher(name).matches() || value.length() > 65_536 || value.indexOf('\0') >= 0) {
                throw Refused.invalid("conf." + name, "a setting of Spark, such as spark.executor.memory");
            }
            if (OURS.contains(name) || name.startsWith("spark.millwright.")) {
                throw Refused.invalid("conf." + name, "the compute target says this; leave it out");
            }
            if (MEMORIES.contains(name) && !MEMORY.matcher(value).matches()) {
                throw Refused.invalid("conf." + name, "a size such as 512m or 2g");
            }
            if (COUNTS.contains(name) && !COUNT.matcher(value).matches()) {
                throw Refused.invalid("conf." + name, "a number");
            }
        }

        private static void requireOrder(Map<String, String> conf) {
            var least = conf.get("spark.dynamicAllocation.minExecutors");
            var most = conf.get("spark.dynamicAllocation.maxExecutors");
            if (least != null && most != null && Integer.parseInt(least) > Integer.parseInt(most)) {
                throw Refused.invalid(
                        "conf.spark.dynamicAllocation.minExecutors", "at most the maxExecutors, %s".formatted(most));
            }
        }
    }
}
