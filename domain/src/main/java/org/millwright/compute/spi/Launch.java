package org.millwright.compute.spi;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.data.ArtifactPath;

/**
 * All that a driver needs to run one attempt of a job.
 *
 * @param resources what each of its nodes takes
 * @param type how its nodes work together
 * @param code the zip of the code folder in the artifact store; null when the command needs none
 * @param files further files to lay into the working folder before the start, by their path there; a zip is unpacked into
 *     that path, unless the path ends in {@code .zip} too
 * @param folders of the working folder that must be there before the start
 * @param command a shell command line, run in the working folder
 * @param variables environment variables of the process; may hold secrets, so they are never logged
 * @param masked what must not stand in the log of the attempt, longest first: instead of each it says {@code ***}
 * @param outputs where in the artifact store the files go that the process leaves in {@code outputs/} and {@code logs/}
 * @param timeLimit null for none
 */
public record Launch(
        Placement placement,
        JobResources resources,
        JobType type,
        @Nullable ArtifactPath code,
        Map<String, ArtifactPath> files,
        List<String> folders,
        String command,
        EnvironmentSpec environment,
        Map<String, String> variables,
        List<String> masked,
        ArtifactPath outputs,
        @Nullable Duration timeLimit) {

    public Launch {
        files = Map.copyOf(files);
        folders = List.copyOf(folders);
        variables = Map.copyOf(variables);
        masked = masked.stream()
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** Of a command on one node. */
    public Launch(
            Placement placement,
            @Nullable ArtifactPath code,
            Map<String, ArtifactPath> files,
            List<String> folders,
            String command,
            EnvironmentSpec environment,
            Map<String, String> variables,
            List<String> masked,
            ArtifactPath outputs,
            @Nullable Duration timeLimit) {
        this(
                placement,
                JobResources.ONE_NODE,
                new JobType.Command(),
                code,
                files,
                folders,
                command,
                environment,
                variables,
                masked,
                outputs,
                timeLimit);
    }

    /** Of a command on one node that has no secrets. */
    public Launch(
            Placement placement,
            @Nullable ArtifactPath code,
            Map<String, ArtifactPath> files,
            List<String> folders,
            String command,
            EnvironmentSpec environment,
            Map<String, String> variables,
            ArtifactPath outputs,
            @Nullable Duration timeLimit) {
        this(placement, code, files, folders, command, environment, variables, List.of(), outputs, timeLimit);
    }

    public AttemptId attempt() {
        return placement.attempt();
    }

    /** Names only the attempt: what is printed ends in logs. */
    @Override
    public String toString() {
        return "Launch of " + attempt();
    }
}
