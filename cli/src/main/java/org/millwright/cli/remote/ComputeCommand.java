package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import org.millwright.cli.Output;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What jobs run on. */
@Command(
        name = "compute",
        description = "See, make, attach and change what jobs run on (docs/compute.md).",
        subcommands = {
            ComputeCommand.ListAll.class,
            ComputeCommand.Show.class,
            ComputeCommand.Create.class,
            ComputeCommand.Attach.class,
            ComputeCommand.Check.class,
            ComputeCommand.Update.class,
            ComputeCommand.Delete.class,
            ComputeCommand.Pause.class,
            ComputeCommand.Resume.class,
            ComputeCommand.Nodes.class,
            ComputeCommand.Drain.class,
            ComputeCommand.Undrain.class,
            ComputeCommand.Queue.class,
            ComputeCommand.Decisions.class,
            ComputeCommand.Quotas.class,
            ComputeCommand.SetQuota.class,
            ComputeCommand.RemoveQuota.class,
            ComputeCommand.Sizes.class
        },
        footer = {"", "Example:", "  ./millwright compute list"})
public final class ComputeCommand extends CommandGroup {
    private static final String COMPUTE = "compute";

    private static Cells row(JsonNode compute) {
        return Cells.of(compute)
                .with("name", "type", "tier")
                .as("size", compute.at("/size/name").asText())
                .as(
                        "nodes",
                        "%s of %s to %s"
                                .formatted(
                                        compute.path("current_node_count").asText(),
                                        compute.path("min_instances").asText(),
                                        compute.path("max_instances").asText()))
                .with("busy", "waiting", "paused");
    }

    @Command(
            name = "list",
            description = "List what jobs run on: its nodes, how many are busy, how many jobs wait.",
            footer = {"", "Example:", "  ./millwright compute list --format json"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var targets = server.workspace().items(COMPUTE);
            output.print(
                    targets,
                    Cells.table(targets.stream().map(ComputeCommand::row).toList()),
                    "There is no compute.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description =
                    "Show one: its nodes, what runs on them, and what isolates its jobs from the server and each other.",
            footer = {"", "Example:", "  ./millwright compute show local"})
    static final class Show extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var target = server.workspace().get(COMPUTE, name.value());
            if (output.isJson()) {
                output.print(target);
            } else {
                var cells = row(target)
                        .with("description", "address", "credential", "allocation_state")
                        .as(
                                "running",
                                String.join(
                                        ", ",
                                        WorkspaceClient.list(target.path("nodes")).stream()
                                                .map(node -> node.path("run").asText(""))
                                                .filter(run -> !run.isEmpty())
                                                .distinct()
                                                .toList()))
                        .as("isolation", target.at("/isolation/summary").asText())
                        .as("why not more", Cells.text(target.at("/isolation/obstacle")))
                        .row();
                cells.values().removeIf(String::isEmpty);
                output.print(cells);
            }
            return ExitCode.OK.number();
        }
    }

    /** What a cluster is made of. */
    static final class ClusterOptions {
        @Option(
                names = "--size",
                paramLabel = "SIZE",
                description =
                        "Of a node, such as Standard_DS3_v2 (see: compute sizes); left out: an equal part of the machine.")
        private @Nullable String size;

        @Option(
                names = "--tier",
                paramLabel = "TIER",
                description = "dedicated, or low_priority: its jobs make room for dedicated ones.")
        private @Nullable String tier;

        @Option(names = "--min-instances", paramLabel = "N", description = "Nodes that are always there.")
        private @Nullable Integer minInstances;

        @Option(
                names = "--idle-time-before-scale-down",
                paramLabel = "SECONDS",
                description = "How long a node beyond the fewest may have nothing to do.")
        private @Nullable Integer idle;

        private void fill(Map<String, Object> body) {
            put(body, "size", size);
            put(body, "tier", tier);
            put(body, "min_instances", minInstances);
            put(body, "idle_time_before_scale_down", idle);
        }
    }

    /** What every target has. */
    static final class CommonOptions {
        @Option(names = "--max-instances", paramLabel = "N", description = "Nodes that it may have at most.")
        private @Nullable Integer maxInstances;

        @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
        private @Nullable String description;

        private void fill(Map<String, Object> body) {
            put(body, "max_instances", maxInstances);
            put(body, "description", description);
        }
    }

    private static void put(Map<String, Object> body, String key, @Nullable Object value) {
        if (value != null) {
            body.put(key, value);
        }
    }

    @Command(
            name = "create",
            description = "Make a cluster on the server's machine. Its nodes come and go with the work.",
            footer = {"", "Example:", "  ./millwright compute create night --tier low_priority --max-instances 4"})
    static final class Create extends NamedServerCommand {
        @Mixin
        private ClusterOptions cluster;

        @Mixin
        private CommonOptions common;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>(Map.of("name", name.value(), "type", "cluster"));
            cluster.fill(body);
            common.fill(body);
            var made = server.workspace().post(body, COMPUTE);
            output.print(made, List.of(row(made).row()), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "attach",
            description =
                    "Hand jobs to compute that is there already: a Kubernetes cluster, Spark behind Livy, Databricks.",
            footer = {
                "",
                "Example:",
                "  ./millwright compute attach spark --type livy --address https://livy.example.com --credential LIVY_TOKEN"
            })
    static final class Attach extends NamedServerCommand {
        @Option(
                names = "--type",
                required = true,
                paramLabel = "TYPE",
                description = "kubernetes, livy, databricks or spark_standalone.")
        private String type = "";

        @Option(names = "--address", required = true, paramLabel = "URL", description = "Where it is.")
        private String address = "";

        @Option(
                names = "--credential",
                paramLabel = "SECRET",
                description = "Name of the workspace's secret that opens it (docs/secrets.md).")
        private @Nullable String credential;

        @Option(names = "--namespace", paramLabel = "NAME", description = "Of a Kubernetes cluster (default: default).")
        private @Nullable String namespace;

        @Option(
                names = "--certificate-authority",
                paramLabel = "FILE",
                description = "Certificates in PEM by which a Kubernetes cluster is known.")
        private @Nullable Path certificateAuthority;

        @Option(
                names = "--server-address",
                paramLabel = "URL",
                description = "Where pods of a Kubernetes cluster reach this server (default: its public address).")
        private @Nullable String serverAddress;

        @Option(names = "--image", paramLabel = "IMAGE", description = "That the pods of a Kubernetes cluster run in.")
        private @Nullable String image;

        @Option(
                names = "--spark",
                paramLabel = "KEY=VALUE",
                description =
                        "Of Spark: master, python, launcher; of Databricks: cluster, spark_version, node_type, folder.")
        private Map<String, String> spark = Map.of();

        @Mixin
        private CommonOptions common;

        @Override
        public Integer call() throws IOException {
            var body =
                    new LinkedHashMap<String, Object>(Map.of("name", name.value(), "type", type, "address", address));
            put(body, "credential", credential);
            put(body, "namespace", namespace);
            put(
                    body,
                    "certificate_authority",
                    certificateAuthority == null ? null : Files.readString(certificateAuthority));
            put(body, "server_address", serverAddress);
            put(body, "image", image);
            put(body, "spark", spark.isEmpty() ? null : spark);
            common.fill(body);
            var made = server.workspace().post(body, COMPUTE);
            output.print(made, List.of(row(made).row()), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "update",
            description = "Change one. Nodes that are too many end what they have first.",
            footer = {"", "Example:", "  ./millwright compute update night --max-instances 8"})
    static final class Update extends NamedServerCommand {
        @Mixin
        private ClusterOptions cluster;

        @Mixin
        private CommonOptions common;

        @Option(names = "--address", paramLabel = "URL", description = "Where attached compute is.")
        private @Nullable String address;

        @Option(names = "--credential", paramLabel = "SECRET", description = "Name of the secret that opens it.")
        private @Nullable String credential;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            cluster.fill(body);
            common.fill(body);
            put(body, "address", address);
            put(body, "credential", credential);
            var changed = server.workspace().patch(body, COMPUTE, name.value());
            output.print(changed, List.of(row(changed).row()), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "delete",
            description = "Delete one that nothing runs on and nothing waits for.",
            footer = {"", "Example:", "  ./millwright compute delete night"})
    static final class Delete extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            server.workspace().delete(COMPUTE, name.value());
            Deleted.tell(output, name.value());
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "check",
            description = "Try whether attached compute can be reached and lets the server do what jobs need.",
            footer = {"", "Example:", "  ./millwright compute check training-cluster"})
    static final class Check extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var answer = server.workspace().post(null, COMPUTE, name.value(), "check");
            var obstacles = new ArrayList<Map<String, Object>>();
            answer.path("obstacles").forEach(obstacle -> obstacles.add(Map.of("obstacle", obstacle.asText())));
            output.print(answer, obstacles, "'%s' can be used.".formatted(name.value()));
            return answer.path("usable").asBoolean() ? ExitCode.OK.number() : ExitCode.FAILED.number();
        }
    }

    @Command(
            name = "pause",
            description = "Start no more jobs on it. Those that run go on, new ones wait.",
            footer = {"", "Example:", "  ./millwright compute pause local"})
    static final class Pause extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var target = server.workspace().post(null, COMPUTE, name.value(), "pause");
            output.print(target, List.of(row(target).row()), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "resume",
            description = "Start jobs on it again.",
            footer = {"", "Example:", "  ./millwright compute resume local"})
    static final class Resume extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var target = server.workspace().post(null, COMPUTE, name.value(), "resume");
            output.print(target, List.of(row(target).row()), "");
            return ExitCode.OK.number();
        }
    }

    private static void printNodes(Output output, JsonNode target) {
        var nodes = WorkspaceClient.list(target.path("nodes"));
        output.print(
                nodes,
                Cells.table(nodes.stream()
                        .map(node -> Cells.of(node).with("node", "state", "run"))
                        .toList()),
                "It has no nodes now.");
    }

    @Command(
            name = "nodes",
            description = "List its nodes, their states and runs.",
            footer = {"", "Example:", "  ./millwright compute nodes local"})
    static final class Nodes extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            printNodes(output, server.workspace().get(COMPUTE, name.value()));
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "drain",
            description = "Take a node out of service once it has ended what it has.",
            footer = {"", "Example:", "  ./millwright compute drain local 2"})
    static final class Drain extends NamedServerCommand {
        @Parameters(index = "1", paramLabel = "NODE", description = "Its number.")
        private int node;

        @Override
        public Integer call() throws IOException {
            printNodes(
                    output,
                    server.workspace().post(null, COMPUTE, name.value(), "nodes", String.valueOf(node), "drain"));
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "undrain",
            description = "Let a drained node take jobs again.",
            footer = {"", "Example:", "  ./millwright compute undrain local 2"})
    static final class Undrain extends NamedServerCommand {
        @Parameters(index = "1", paramLabel = "NODE", description = "Its number.")
        private int node;

        @Override
        public Integer call() throws IOException {
            printNodes(
                    output,
                    server.workspace().post(null, COMPUTE, name.value(), "nodes", String.valueOf(node), "undrain"));
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "queue",
            description = "List who waits for it, by priority and age.",
            footer = {"", "Example:", "  ./millwright compute queue local"})
    static final class Queue extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var waiting = server.workspace().items(COMPUTE, name.value(), "queue");
            output.print(
                    waiting,
                    Cells.table(waiting.stream()
                            .map(run -> Cells.of(run)
                                    .with("run", "team", "user", "priority", "nodes")
                                    .time("since", "since"))
                            .toList()),
                    "Nobody waits.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "decisions",
            description = "List why it got more or fewer nodes, the latest first.",
            footer = {"", "Example:", "  ./millwright compute decisions night"})
    static final class Decisions extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var decisions = server.workspace().items(COMPUTE, name.value(), "scalings");
            output.print(
                    decisions,
                    Cells.table(decisions.stream()
                            .map(decision -> Cells.of(decision).time("at", "at").with("before", "after", "why"))
                            .toList()),
                    "It always had as many nodes.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "quotas",
            description = "List how many nodes teams and users may hold.",
            footer = {"", "Example:", "  ./millwright compute quotas local"})
    static final class Quotas extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var quotas = server.workspace().items(COMPUTE, name.value(), "quotas");
            output.print(
                    quotas,
                    Cells.table(quotas.stream()
                            .map(quota -> Cells.of(quota).with("holder", "subject", "nominal", "borrow_limit"))
                            .toList()),
                    "There are no quotas: everybody may hold what is free.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "set-quota",
            description = {
                "Say how many nodes a team (a group) or a user may hold.",
                "Beyond the nominal ones they borrow what nobody needs, as many as the limit says."
            },
            footer = {"", "Example:", "  ./millwright compute set-quota local team research --nominal 4 --borrow 2"})
    static final class SetQuota extends NamedServerCommand {
        @Parameters(index = "1", paramLabel = "HOLDER", description = "team or user.")
        private String holder = "";

        @Parameters(index = "2", paramLabel = "ID", description = "Of the group or the user.")
        private String subject = "";

        @Option(names = "--nominal", required = true, paramLabel = "N", description = "Nodes that are theirs.")
        private int nominal;

        @Option(names = "--borrow", paramLabel = "N", description = "Nodes beyond these; left out: any number.")
        private @Nullable Integer borrow;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>(Map.of("nominal", nominal));
            put(body, "borrow_limit", borrow);
            var quota = server.workspace().put(body, COMPUTE, name.value(), "quotas", holder, subject);
            output.print(
                    quota,
                    List.of(Cells.of(quota)
                            .with("holder", "subject", "nominal", "borrow_limit")
                            .row()),
                    "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "remove-quota",
            description = "Let a team or a user hold what is free.",
            footer = {"", "Example:", "  ./millwright compute remove-quota local team research"})
    static final class RemoveQuota extends NamedServerCommand {
        @Parameters(index = "1", paramLabel = "HOLDER", description = "team or user.")
        private String holder = "";

        @Parameters(index = "2", paramLabel = "ID", description = "Of the group or the user.")
        private String subject = "";

        @Override
        public Integer call() throws IOException {
            server.workspace().delete(COMPUTE, name.value(), "quotas", holder, subject);
            Deleted.tell(output, subject);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "sizes",
            description = "List the sizes that a cluster's nodes may have.",
            footer = {"", "Example:", "  ./millwright compute sizes"})
    static final class Sizes extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var sizes = server.workspace().items(COMPUTE, "sizes", "all");
            output.print(
                    sizes,
                    Cells.table(sizes.stream()
                            .map(size -> Cells.of(size)
                                    .with("name", "cpus")
                                    .as(
                                            "memory_gib",
                                            String.valueOf(
                                                    size.path("memory_bytes").asLong() / (1L << 30)))
                                    .with("gpus"))
                            .toList()),
                    "");
            return ExitCode.OK.number();
        }
    }
}
