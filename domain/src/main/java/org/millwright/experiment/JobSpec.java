package org.millwright.experiment;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.Tier;
import org.millwright.data.ContentDigest;
import org.millwright.secret.SecretName;
import org.millwright.shared.Refused;

/**
 * What a job runs, as submitted. The same specification submitted again runs the same again.
 *
 * <p>Azure ML's command job: the command may speak of {@code ${{inputs.name}}} and {@code ${{outputs.name}}}. An output
 * is a folder below {@code outputs/} that becomes part of the run's files.
 *
 * @param code digest of the zipped code folder; null when the command needs none
 * @param inputs by name, in the order given
 * @param outputs names of output folders
 * @param variables environment variables of the process, beside the ones the server sets
 * @param secrets the secrets of the workspace that it asks for, each with the environment variable that it becomes
 * @param resources what it takes of the compute target
 * @param type how its nodes work together
 * @param retries when it is tried again after a failure
 * @param tier null for the one of its compute target
 * @param timeLimit after which the run is ended; null for none
 * @param priority 1 to 1000, higher goes first
 */
public record JobSpec(
        @Nullable ContentDigest code,
        String command,
        EnvironmentSpec environment,
        Map<String, JobInput> inputs,
        List<String> outputs,
        Map<String, String> variables,
        Map<SecretName, String> secrets,
        ComputeName compute,
        JobResources resources,
        JobType type,
        RetryPolicy retries,
        @Nullable Tier tier,
        @Nullable Duration timeLimit,
        int priority) {
    private static final int LONGEST_COMMAND = 65_536;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{\\{\\s*(.*?)\\s*}}");

    public static final int LOW_PRIORITY = 200;
    public static final int USUAL_PRIORITY = 500;
    public static final int HIGH_PRIORITY = 800;

    public JobSpec {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        outputs = List.copyOf(outputs);
        variables = Map.copyOf(variables);
        secrets = Collections.unmodifiableMap(new TreeMap<>(secrets));
        if (command.isBlank() || command.length() > LONGEST_COMMAND) {
            throw Refused.invalid("command", "1 to %d characters".formatted(LONGEST_COMMAND));
        }
        inputs.keySet().forEach(name -> requireName("inputs", name));
        outputs.forEach(name -> requireName("outputs", name));
        variables.keySet().forEach(name -> requireName("environment_variables", name));
        requireOwnVariables(secrets, variables);
        if (timeLimit != null && !timeLimit.isPositive()) {
            throw Refused.invalid("limits.timeout", "more than zero seconds");
        }
        if (priority < 1 || priority > 1000) {
            throw Refused.invalid("priority", "1 to 1000");
        }
        var names = PLACEHOLDER.matcher(command);
        while (names.find()) {
            requireKnown(names.group(1), inputs, outputs);
        }
    }

    /** A command on one node. */
    public JobSpec(
            @Nullable ContentDigest code,
            String command,
            EnvironmentSpec environment,
            Map<String, JobInput> inputs,
            List<String> outputs,
            Map<String, String> variables,
            Map<SecretName, String> secrets,
            ComputeName compute,
            @Nullable Duration timeLimit,
            int priority) {
        this(
                code,
                command,
                environment,
                inputs,
                outputs,
                variables,
                secrets,
                compute,
                JobResources.ONE_NODE,
                new JobType.Command(),
                RetryPolicy.USUAL,
                null,
                timeLimit,
                priority);
    }

    /** A command on one node that asks for no secrets. */
    public JobSpec(
            @Nullable ContentDigest code,
            String command,
            EnvironmentSpec environment,
            Map<String, JobInput> inputs,
            List<String> outputs,
            Map<String, String> variables,
            ComputeName compute,
            @Nullable Duration timeLimit,
            int priority) {
        this(code, command, environment, inputs, outputs, variables, Map.of(), compute, timeLimit, priority);
    }

    /** Whether it was given that content, as its code or as the files of an input. */
    public boolean isGiven(ContentDigest snapshot) {
        return snapshot.equals(code)
                || inputs.values().stream()
                        .anyMatch(input -> input instanceof JobInput.Files files && snapshot.equals(files.snapshot()));
    }

    /** The same job with another command, on another compute target. */
    public JobSpec commanded(String otherCommand, ComputeName otherCompute) {
        return new JobSpec(
                code,
                otherCommand,
                environment,
                inputs,
                outputs,
                variables,
                secrets,
                otherCompute,
                resources,
                type,
                retries,
                tier,
                timeLimit,
                priority);
    }

    /** The same job on other nodes, as another type, retried and held in another way. */
    public JobSpec running(JobResources on, JobType as, RetryPolicy retried, @Nullable Tier held) {
        return new JobSpec(
                code,
                command,
                environment,
                inputs,
                outputs,
                variables,
                secrets,
                compute,
                on,
                as,
                retried,
                held,
                timeLimit,
                priority);
    }

    /** How many processes it has on all nodes together; each has a log of its own. */
    public int processes() {
        return resources.instances() * type.processesPerNode();
    }

    /** The same job in another environment. */
    public JobSpec in(EnvironmentSpec other) {
        return new JobSpec(
                code, command, other, inputs, outputs, variables, secrets, compute, resources, type, retries, tier,
                timeLimit, priority);
    }

    /** The command with each placeholder replaced: literals by their text, files and outputs by their paths. */
    public String resolvedCommand() {
        return PLACEHOLDER.matcher(command).replaceAll(found -> Matcher.quoteReplacement(value(found.group(1))));
    }

    /** Where an input's files lie in the working folder. */
    public static String inputFolder(String name) {
        return "inputs/" + name;
    }

    private String value(String placeholder) {
        var name = placeholder.substring(placeholder.indexOf('.') + 1);
        if (placeholder.startsWith("outputs.")) {
            return "outputs/" + name;
        }
        return switch (inputs.get(name)) {
            case JobInput.Literal(var text) -> text;
            case JobInput.Files(var _, var file) -> file.isEmpty() ? inputFolder(name) : inputFolder(name) + "/" + file;
            case null -> throw new IllegalStateException("The constructor lets no unknown placeholder through");
        };
    }

    private static void requireKnown(String placeholder, Map<String, JobInput> inputs, List<String> outputs) {
        var known = placeholder.startsWith("inputs.") && inputs.containsKey(placeholder.substring(7))
                || placeholder.startsWith("outputs.") && outputs.contains(placeholder.substring(8));
        if (!known) {
            throw Refused.invalid(
                    "command",
                    "${{%s}} is not declared; there are %s and %s"
                            .formatted(placeholder, "inputs " + inputs.keySet(), "outputs " + outputs));
        }
    }

    private static void requireOwnVariables(Map<SecretName, String> secrets, Map<String, String> variables) {
        var taken = new HashSet<String>();
        secrets.forEach((secret, variable) -> {
            requireName("secrets", variable);
            if (variables.containsKey(variable) || !taken.add(variable)) {
                throw Refused.invalid(
                        "secrets." + secret, "the variable '%s' is given something else as well".formatted(variable));
            }
        });
    }

    private static void requireName(String field, String name) {
        if (!NAME.matcher(name).matches()) {
            throw Refused.invalid(field + "." + name, "letters, digits and '_', not starting with a digit");
        }
    }
}
