package org.millwright.adapter.localprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.adapter.attempt.FileTrees;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.JobType.Distributed;
import org.millwright.compute.JobType.Framework;
import org.millwright.compute.VmSize;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

@Timeout(120)
class DistributedJobTest {
    private static final Path DATA = Path.of("target/distributed").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final AttemptId ATTEMPT = new AttemptId("ring", 1);
    private static final ArtifactPath OUTPUTS = new ArtifactPath("0/ring/artifacts");

    /** Every rank sends its list to rank 0, which sums them up and sends the sum to all. */
    private static final String ALL_REDUCE = """
            import json, os, socket, time
            rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
            place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
            mine = [float(rank + 1)] * 4

            def send(peer, values):
                peer.sendall((json.dumps(values) + "\\n").encode())

            def receive(peer):
                return json.loads(peer.makefile().readline())

            if rank == 0:
                with socket.create_server(place) as server:
                    peers = [server.accept()[0] for _ in range(size - 1)]
                total = [sum(each) for each in zip(mine, *[receive(peer) for peer in peers])]
                for peer in peers:
                    send(peer, total)
            else:
                while True:
                    try:
                        peer = socket.create_connection(place)
                        break
                    except ConnectionRefusedError:
                        time.sleep(0.02)
                send(peer, mine)
                total = receive(peer)
            print("rank", rank, "of", size, "has", total)
            """;

    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private final Map<String, String> server = new HashMap<>(System.getenv());

    @BeforeEach
    void clear() throws IOException {
        FileTrees.delete(DATA.resolve("jobs"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none"})
    void processes_find_each_other_and_reduce_whatever_isolates_them(String isolation) throws Exception {
        server.put("MILLWRIGHT_JOB_ISOLATION", isolation);
        keep(ALL_REDUCE);
        var driver = driver();
        var launch = launch("python reduce.py", 2, new Distributed(Framework.PYTORCH, 2));

        var end = run(driver, launch);
        driver.collect(launch);

        assertThat(end.exitCode()).isZero();
        assertThat(end.rank()).isNull();
        for (var rank = 0; rank < 4; rank++) {
            assertThat(log(driver, rank)).contains("rank %d of 4 has [10.0, 10.0, 10.0, 10.0]".formatted(rank));
            assertThat(kept("user_logs/std_log_process_%d.txt".formatted(rank))).contains("rank " + rank);
        }
        assertThat(driver.readLog(ATTEMPT, 4, 0, 10)).isEmpty();
    }

    /** For whoever has PyTorch, which is too large to be installed for one test. */
    @Test
    void torchrun_reduces_by_gloo_where_there_is_pytorch() throws Exception {
        var python = System.getenv("MILLWRIGHT_TEST_TORCH");
        assumeTrue(python != null, "MILLWRIGHT_TEST_TORCH names no Python that has PyTorch");
        server.put(
                "MILLWRIGHT_JOB_FOLDERS",
                Path.of(python).resolve("../..").normalize().toString());
        keep("""
                import torch, torch.distributed as distributed
                distributed.init_process_group("gloo")
                mine = torch.full((4,), float(distributed.get_rank() + 1))
                distributed.all_reduce(mine)
                print("rank", distributed.get_rank(), "has", mine.tolist())
                """);
        var driver = driver();
        var command = python + " -m torch.distributed.run --nnodes $AZUREML_NODE_COUNT --node-rank $NODE_RANK"
                + " --nproc-per-node 1 --master-addr $MASTER_ADDR --master-port $MASTER_PORT reduce.py";

        assertThat(run(driver, launch(command, 2, new Distributed(Framework.PYTORCH, 1)))
                        .exitCode())
                .isZero();

        assertThat(log(driver, 0) + log(driver, 1))
                .contains("rank 0 has [3.0, 3.0, 3.0, 3.0]", "rank 1 has [3.0, 3.0, 3.0, 3.0]");
    }

    @Test
    void a_rank_that_fails_ends_the_others_and_is_named() throws Exception {
        var driver = driver();

        var end = run(
                driver, launch("if [ $RANK = 1 ]; then exit 7; fi; sleep 300", 3, new Distributed(Framework.MPI, 1)));

        assertThat(end.exitCode()).isEqualTo(7);
        assertThat(end.rank()).isEqualTo(1);
    }

    @Test
    void a_rank_that_is_done_waits_for_the_others() throws Exception {
        var driver = driver();

        var end = run(
                driver,
                launch(
                        "if [ $RANK = 0 ]; then touch first; exit; fi; while [ ! -e first ]; do sleep 0.02; done; echo last",
                        2,
                        new Distributed(Framework.PLAIN, 1)));

        assertThat(end.exitCode()).isZero();
        assertThat(log(driver, 1)).contains("last");
    }

    @Test
    void stopping_ends_all_ranks_and_a_new_driver_finds_them_all() throws Exception {
        var driver = driver();
        var launch = launch("echo up; sleep 300 & wait", 2, new Distributed(Framework.PLAIN, 2));
        driver.prepare(launch);
        driver.start(launch);

        var later = driver();
        assertThat(later.observe(launch.placement())).isInstanceOf(Observation.Running.class);
        assertThat(later.folder(ATTEMPT).started().orElseThrow().commands()).hasSize(4);
        later.stop(launch.placement(), Duration.ofSeconds(10));

        assertThat(later.observe(launch.placement())).isInstanceOf(Observation.Exited.class);
        for (var command : later.folder(ATTEMPT).started().orElseThrow().commands()) {
            assertThat(command.isAlive()).isFalse();
        }
    }

    @Test
    void a_command_on_two_nodes_runs_on_each_with_its_index() throws Exception {
        var driver = driver();

        run(driver, launch("echo index $JOB_COMPLETION_INDEX", 2, new JobType.Command()));

        assertThat(log(driver, 0)).endsWith("index 0\n");
        assertThat(log(driver, 1)).isEqualTo("index 1\n");
    }

    @Test
    void secrets_are_masked_in_the_log_of_every_rank() throws Exception {
        var driver = driver();
        var plain = launch("echo it is $WORD", 2, new Distributed(Framework.PLAIN, 1));
        var launch = new Launch(
                plain.placement(),
                plain.resources(),
                plain.type(),
                null,
                Map.of(),
                List.of(),
                plain.command(),
                plain.environment(),
                Map.of("WORD", "sesame-7c1"),
                List.of("sesame-7c1"),
                OUTPUTS,
                null);

        run(driver, launch);

        assertThat(log(driver, 0)).endsWith("it is ***\n");
        assertThat(log(driver, 1)).endsWith("it is ***\n");
    }

    @Test
    void a_node_that_takes_more_memory_than_its_size_has_is_ended_as_out_of_memory() throws Exception {
        var size = new VmSize("Small", 1, 128L << 20, 0);
        var driver = driver();
        var command = "if [ $RANK = 1 ]; then python -c \"x = bytearray(400 << 20); import time; time.sleep(60)\"; fi";

        var end = run(driver, launch(command, 2, new Distributed(Framework.PLAIN, 1), size));

        assertThat(end.cause()).isEqualTo(Observation.Cause.OUT_OF_MEMORY);
        assertThat(end.exceeded()).isEqualTo("128 MiB of memory");
        assertThat(end.rank()).isEqualTo(1);
    }

    private LocalProcessDriver driver() {
        return new LocalProcessDriver(
                new ServerSettings(DATA, URI.create("https://127.0.0.1:1"), DATA.resolve("ca.pem"), "server-1", 2),
                store,
                server);
    }

    private Launch launch(String command, int nodes, JobType type) throws IOException {
        return launch(command, nodes, type, VmSize.share(1, 1L << 30));
    }

    private Launch launch(String command, int nodes, JobType type, VmSize size) throws IOException {
        var code = new ArtifactPath("snapshots/reduce.py");
        return new Launch(
                new Placement(
                        ATTEMPT,
                        WorkspaceName.MAIN,
                        ComputeName.LOCAL,
                        ComputeKind.Cluster.ofShares(size, 4),
                        nodes,
                        null),
                JobResources.nodes(nodes),
                type,
                null,
                store.find(code).isPresent() ? Map.of("reduce.py", code) : Map.of(),
                List.of(),
                command,
                new EnvironmentSpec(null, List.of()),
                Map.of(),
                List.of(),
                OUTPUTS,
                null);
    }

    private static Observation.Exited run(LocalProcessDriver driver, Launch launch) throws Exception {
        driver.prepare(launch);
        driver.start(launch);
        return (Observation.Exited) driver.await(launch.placement(), PATIENCE);
    }

    private static String log(LocalProcessDriver driver, int rank) throws IOException {
        return new String(driver.readLog(ATTEMPT, rank, 0, 100_000), UTF_8);
    }

    private void keep(String script) throws IOException {
        store.write(new ArtifactPath("snapshots/reduce.py"), new ByteArrayInputStream(script.getBytes(UTF_8)));
    }

    private String kept(String name) throws IOException {
        try (var content = store.read(OUTPUTS.resolve(name), 0)) {
            return new String(content.readAllBytes(), UTF_8);
        }
    }
}
