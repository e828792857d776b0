package org.millwright.adapter.localprocess;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.JobResources;
import org.millwright.compute.VmSize;

/**
 * What one node of a job may take of this machine.
 *
 * @param memory bytes; null for as much as there is @param processes with their threads @param cpus null for all
 */
record JobLimits(
        @Nullable Long memory, int processes, @Nullable Double cpus) {
    static final String MEMORY = "MILLWRIGHT_JOB_MEMORY";
    static final String PROCESSES = "MILLWRIGHT_JOB_PROCESSES";
    static final String CPUS = "MILLWRIGHT_JOB_CPUS";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([MG])");
    private static final Pattern COUNT = Pattern.compile("\\d{1,6}");
    private static final Pattern SHARE = Pattern.compile("\\d{1,4}(\\.\\d{1,2})?");
    private static final int USUAL_PROCESSES = 4096;
    /** An interpreter, its shell and who watches over them need some themselves. */
    private static final int FEWEST_PROCESSES = 16;

    private static final long LEAST_MEMORY = 64L << 20;
    private static final double LEAST_CPUS = 0.05;

    /** @throws IllegalArgumentException that names the variable which cannot be understood */
    static JobLimits of(Map<String, String> variables) {
        return new JobLimits(memory(variables), processes(variables), cpus(variables));
    }

    /** The tightest of these, of what a node of the pool is, and of what the job wants of it. */
    JobLimits within(@Nullable VmSize node, JobResources wanted) {
        return new JobLimits(
                least(memory, node == null ? null : node.memoryBytes(), wanted.memoryBytes()),
                processes,
                least(cpus, node == null ? null : node.cpus(), wanted.cpus()));
    }

    @SafeVarargs
    private static <N extends Comparable<N>> @Nullable N least(@Nullable N... limits) {
        return Stream.of(limits)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** So that every kind of limit is tried, whether or not somebody wants it. */
    JobLimits complete() {
        return new JobLimits(memory == null ? LEAST_MEMORY : memory, processes, cpus == null ? 1 : cpus);
    }

    /** As the runner reads them; what is not limited is absent. */
    Map<String, Object> instructions() {
        var instructions = new HashMap<String, Object>(Map.of("processes", processes));
        if (memory != null) {
            instructions.put("memory", memory);
        }
        if (cpus != null) {
            instructions.put("cpus", cpus);
        }
        return instructions;
    }

    /** The limits that hold: CPUs by control groups alone, processes also by a user or a sandbox of the job's own. */
    String inWords(Set<String> controllers, boolean isolated) {
        var words = new ArrayList<String>();
        if (memory != null) {
            words.add(
                    memory >= 1 << 30
                            ? "%s GiB of memory".formatted(plain(memory / (double) (1 << 30)))
                            : "%d MiB of memory".formatted(memory >> 20));
        }
        if (cpus != null && controllers.contains("cpu")) {
            words.add("the time of %s CPUs".formatted(plain(cpus)));
        }
        if (isolated || controllers.contains("pids")) {
            words.add("%d processes and threads".formatted(processes));
        }
        return String.join(", ", words);
    }

    private static @Nullable Long memory(Map<String, String> variables) {
        var text = value(variables, MEMORY);
        if (text == null) {
            return null;
        }
        var size = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            throw wrong(MEMORY, text, "a size such as 512M or 8G");
        }
        var bytes = Long.parseLong(size.group(1)) << (size.group(2).equals("G") ? 30 : 20);
        if (bytes < LEAST_MEMORY) {
            throw wrong(MEMORY, text, "64M or more");
        }
        return bytes;
    }

    private static int processes(Map<String, String> variables) {
        var text = value(variables, PROCESSES);
        if (text == null) {
            return USUAL_PROCESSES;
        }
        if (!COUNT.matcher(text).matches() || Integer.parseInt(text) < FEWEST_PROCESSES) {
            throw wrong(PROCESSES, text, "a number from 16 to 999999");
        }
        return Integer.parseInt(text);
    }

    private static @Nullable Double cpus(Map<String, String> variables) {
        var text = value(variables, CPUS);
        if (text == null) {
            return null;
        }
        if (!SHARE.matcher(text).matches() || Double.parseDouble(text) < LEAST_CPUS) {
            throw wrong(CPUS, text, "a number such as 2 or 0.5");
        }
        return Double.valueOf(text);
    }

    private static @Nullable String value(Map<String, String> variables, String name) {
        var text = variables.getOrDefault(name, "").strip();
        return text.isEmpty() ? null : text;
    }

    private static IllegalArgumentException wrong(String name, String text, String wanted) {
        return new IllegalArgumentException("%s is '%s', and has to be %s".formatted(name, text, wanted));
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : "%.1f".formatted(number);
    }
}
