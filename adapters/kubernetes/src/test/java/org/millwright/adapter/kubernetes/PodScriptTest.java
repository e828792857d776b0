package org.millwright.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.PodSettings;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.workspace.WorkspaceName;

/** The script that works in pods, without a pod. */
@Timeout(120)
class PodScriptTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private ServerStandIn server;
    private String command = "true";
    private EnvironmentSpec environment = new EnvironmentSpec(null, List.of());
    private List<String> masked = List.of();
    private Duration limit;
    private JobType type = new JobType.Command();

    @BeforeEach
    void startServer() throws IOException {
        server = new ServerStandIn();
        server.serve(store);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private record Outcome(int code, String output, JsonNode end) {}

    @Test
    void code_and_inputs_are_fetched_and_what_the_command_leaves_is_sent_home() throws Exception {
        keep("snapshots/code.zip", zip("train.py", "print(open('inputs/data.txt').read())"));
        keep("files/data", "1,2,3".getBytes(UTF_8));
        command =
                "python3 train.py && mkdir outputs/deep && echo m > 'outputs/deep/a b.txt' && ln -s /etc/hostname outputs/l";

        assertThat(step("prepare").code()).isZero();
        var outcome = step("run");

        assertThat(outcome.output()).isEqualTo("1,2,3\n");
        assertThat(outcome.end().get("stored").asBoolean()).isTrue();
        assertThat(store.read(new ArtifactPath("0/run-1/artifacts/outputs/deep/a b.txt"), 0))
                .hasContent("m\n");
        assertThat(store.find(new ArtifactPath("0/run-1/artifacts/outputs/l"))).isEmpty();
    }

    @Test
    void an_archive_that_leads_out_of_its_folder_is_refused() throws Exception {
        keep("snapshots/code.zip", zip("../out.py", "x"));
        keep("files/data", new byte[0]);

        var outcome = step("prepare");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.end().get("trouble").asText())
                .isEqualTo("The code folder has '../out.py', which is no path inside a folder");
        assertThat(folder.resolve("work").resolve("out.py")).doesNotExist();
    }

    @Test
    void another_python_than_the_images_is_refused_in_words() throws Exception {
        keep("snapshots/code.zip", zip("a.py", ""));
        keep("files/data", new byte[0]);
        environment = new EnvironmentSpec("3.1", List.of());

        assertThat(step("prepare").end().get("trouble").asText())
                .startsWith("The job asks for Python 3.1, and the image has");
    }

    @Test
    void a_secret_is_masked_even_when_it_comes_in_pieces() throws Exception {
        masked = List.of("correct horse", "battery");
        command = "printf 'a corr'; sleep 0.2; printf 'ect horse and batt'; sleep 0.2; printf 'le, battery'";

        assertThat(ran().output()).isEqualTo("a *** and battle, ***");
    }

    @Test
    void a_time_limit_ends_the_command_and_is_told() throws Exception {
        limit = Duration.ofMillis(300);
        command = "sleep 60";

        var outcome = ran();

        assertThat(outcome.code()).isEqualTo(143);
        assertThat(outcome.end().get("timedOut").asBoolean()).isTrue();
    }

    @Test
    void what_is_left_in_the_background_ends_with_the_command() throws Exception {
        command = "sleep 1234 & echo $! > outputs/pid";

        ran();

        var pid = Long.parseLong(
                Files.readString(folder.resolve("work/work/outputs/pid")).strip());
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void one_of_several_processes_that_fails_ends_the_others_with_its_code() throws Exception {
        type = new JobType.Distributed(JobType.Framework.PLAIN, 3);
        command = "test $RANK = 1 && exit 7; sleep 60";

        assertThat(ran().code()).isEqualTo(7);
    }

    @Test
    void a_server_that_is_away_is_waited_for() throws Exception {
        command = "echo m > outputs/m.txt";
        layWork();
        server.goAway(true);
        var process = start("run");
        var end = folder.resolve("end");
        while (!Files.exists(end) || Files.size(end) == 0) {
            Thread.sleep(20); // until the command is over
        }
        assertThat(process.isAlive()).isTrue();

        server.goAway(false);

        assertThat(process.waitFor()).isZero();
        assertThat(store.find(new ArtifactPath("0/run-1/artifacts/outputs/m.txt")))
                .isPresent();
    }

    private Outcome ran() throws Exception {
        layWork();
        return step("run");
    }

    private void layWork() throws IOException {
        for (var name : List.of("outputs", "logs")) {
            Files.createDirectories(folder.resolve("work/work").resolve(name));
        }
        for (var name : List.of("home", "tmp")) {
            Files.createDirectories(folder.resolve("work").resolve(name));
        }
    }

    private Outcome step(String step) throws Exception {
        var process = start(step);
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        var code = process.waitFor();
        var end = folder.resolve("end");
        return new Outcome(code, output, Files.exists(end) ? JSON.readTree(Files.readString(end)) : JSON.nullNode());
    }

    private Process start(String step) throws Exception {
        var launch = Files.createDirectories(folder.resolve("launch"));
        Files.createDirectories(folder.resolve("work"));
        for (var file : new PodFiles(launch(), server.address().toString(), null)
                .content()
                .entrySet()) {
            Files.write(launch.resolve(file.getKey()), file.getValue());
        }
        var builder =
                new ProcessBuilder("python3", launch.resolve("pod.py").toString(), step).redirectErrorStream(true);
        builder.environment().put("MILLWRIGHT_LAUNCH", launch.toString());
        builder.environment().put("MILLWRIGHT_WORK", folder.resolve("work").toString());
        builder.environment().put("MILLWRIGHT_END", folder.resolve("end").toString());
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private Launch launch() {
        var target = new ComputeKind.Kubernetes("https://c", null, 1, "jobs", null, null, PodSettings.of("python:3"));
        return new Launch(
                new Placement(
                        new AttemptId("run-1", 1), WorkspaceName.MAIN, new ComputeName("cluster"), target, 1, null),
                JobResources.ONE_NODE,
                type,
                new ArtifactPath("snapshots/code.zip"),
                Map.of("inputs/data.txt", new ArtifactPath("files/data")),
                List.of("outputs", "logs"),
                command,
                environment,
                Map.of(),
                masked,
                new ArtifactPath("0/run-1/artifacts"),
                limit);
    }

    private void keep(String path, byte[] content) throws IOException {
        store.write(new ArtifactPath(path), new ByteArrayInputStream(content));
    }

    private static byte[] zip(String name, String content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
