package org.millwright.compute.spi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.data.ArtifactPath;

/**
 * All that a driver needs to run one attempt of a job.
 *
 * @param code the zip of the code folder in the artifact store; null when the command needs none
 * @param files further files to lay into the working folder before the start, by their path there; a zip is unpacked into
 *     that path, unless the path ends in {@code .zip} too
 * @param folders of the working folder that must be there before the start
 * @param command a shell command line, run in the working folder
 * @param variables environment variables of the process; may hold secrets, so they are never logged
 * @param outputs where in the artifact store the files go that the process leaves in {@code outputs/} and {@code logs/}
 * @param timeLimit null for none
 */
public record Launch(
        AttemptId attempt,
        @Nullable ArtifactPath code,
        Map<String, ArtifactPath> files,
        List<String> folders,
        String command,
        EnvironmentSpec environment,
        Map<String, String> variables,
        ArtifactPath outputs,
        @Nullable Duration timeLimit) {

    public Launch {
        files = Map.copyOf(files);
        folders = List.copyOf(folders);
        variables = Map.copyOf(variables);
    }
}
