package org.millwright.adapter.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.JobType;
import org.millwright.compute.spi.Launch;
import org.millwright.data.ArtifactPath;

/**
 * What a launcher is to do, as it reads it: {@code millwright_launcher.py} is the other half.
 *
 * @param inside whether the script runs in the launcher's own process, because only that has the Spark session
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Order(
        String attempt,
        String command,
        List<File> files,
        List<String> folders,
        Map<String, String> variables,
        List<String> masked,
        List<String> packages,
        @Nullable String pythonVersion,
        @Nullable Double timeLimitSeconds,
        @Nullable String authority,
        boolean inside,
        @Nullable Spark spark) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @param path in the working folder; empty for the folder itself, @param what for messages */
    record File(String path, boolean archive, String what) {}

    /** What the job brings in its code folder. */
    record Spark(List<String> pyFiles, List<String> jars, List<String> files, List<String> archives) {}

    /** @param authority PEM of the certificates that clients of this server trust; null for the usual ones */
    static Order of(Launch launch, boolean inside, @Nullable String authority) {
        var spark = launch.type() instanceof JobType.Spark given ? given : null;
        var limit = launch.timeLimit();
        return new Order(
                launch.attempt().run() + "-" + launch.attempt().number(),
                launch.command(),
                filesOf(launch),
                launch.folders(),
                new TreeMap<>(launch.variables()),
                launch.masked(),
                launch.environment().packages(),
                launch.environment().pythonVersion(),
                limit == null ? null : limit.toMillis() / 1000.0,
                authority,
                inside && spark != null,
                spark == null
                        ? null
                        : new Spark(
                                Dependencies.inCode(spark.pyFiles()),
                                Dependencies.inCode(spark.jars()),
                                Dependencies.inCode(spark.files()),
                                Dependencies.inCode(spark.archives())));
    }

    /** What the launcher may fetch, in the order of {@link #files}. */
    static List<ArtifactPath> given(Launch launch) {
        var given = new ArrayList<ArtifactPath>();
        var code = launch.code();
        if (code != null) {
            given.add(code);
        }
        given.addAll(new TreeMap<>(launch.files()).values());
        return given;
    }

    private static List<File> filesOf(Launch launch) {
        var files = new ArrayList<File>();
        if (launch.code() != null) {
            files.add(new File("", true, "The code folder"));
        }
        new TreeMap<>(launch.files())
                .forEach((path, artifact) -> files.add(new File(
                        path, artifact.name().endsWith(".zip") && !path.endsWith(".zip"), "'%s'".formatted(path))));
        return files;
    }

    byte[] json() {
        try {
            return JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Text, numbers and lists are writable as JSON", impossible);
        }
    }

    /** Shows no variables: what is printed ends in logs. */
    @Override
    public String toString() {
        return "Order of " + attempt;
    }
}
