package org.millwright.adapter.attempt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.millwright.compute.JobType;

/**
 * One process of a job that has several, and how it is told who it is and where the others are: in the words of its
 * framework, and in those of Azure ML's machines, which scripts written for it read.
 *
 * @param rank from 0, in all of the job
 * @param node from 0
 * @param localRank from 0, on its node
 * @param variables environment variables of this process
 */
public record Rank(int rank, int node, int localRank, Map<String, String> variables) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Rank {
        variables = Map.copyOf(variables);
    }

    /**
     * Where the processes of a job find each other.
     *
     * @param hosts names or addresses of the nodes; the first is where all meet
     * @param port a free port for each rank; all meet at that of rank 0
     */
    public record Meeting(List<String> hosts, List<Integer> port) {
        public Meeting {
            hosts = List.copyOf(hosts);
            port = List.copyOf(port);
        }

        /** With the same ports on each node. */
        public static Meeting at(List<String> hosts, int processesPerNode, int firstPort) {
            return new Meeting(
                    hosts,
                    IntStream.range(0, hosts.size() * processesPerNode)
                            .map(rank -> firstPort + rank % processesPerNode)
                            .boxed()
                            .toList());
        }
    }

    /** The processes of a job, by rank; that of a command on one node is told nothing. */
    public static List<Rank> of(JobType type, int nodes, Meeting meeting) {
        var perNode = type.processesPerNode();
        if (type instanceof JobType.Distributed(var framework, var _)) {
            return each(nodes, perNode, rank -> variables(framework, rank, nodes, perNode, meeting));
        }
        return each(
                nodes, 1, rank -> nodes == 1 ? Map.of() : variables(JobType.Framework.PLAIN, rank, nodes, 1, meeting));
    }

    private static List<Rank> each(int nodes, int perNode, IntFunction<Map<String, String>> variables) {
        var ranks = new ArrayList<Rank>();
        for (var rank = 0; rank < nodes * perNode; rank++) {
            ranks.add(new Rank(rank, rank / perNode, rank % perNode, variables.apply(rank)));
        }
        return ranks;
    }

    private static Map<String, String> variables(
            JobType.Framework framework, int rank, int nodes, int perNode, Meeting meeting) {
        var size = Integer.toString(nodes * perNode);
        var local = Integer.toString(rank % perNode);
        var node = Integer.toString(rank / perNode);
        var variables = new HashMap<>(azure(rank / perNode, nodes, meeting));
        variables.put("MASTER_ADDR", meeting.hosts().getFirst());
        variables.put("MASTER_PORT", Integer.toString(meeting.port().getFirst()));
        variables.put("RANK", Integer.toString(rank));
        variables.put("WORLD_SIZE", size);
        variables.put("LOCAL_RANK", local);
        variables.put("LOCAL_WORLD_SIZE", Integer.toString(perNode));
        variables.put("NODE_RANK", node);
        switch (framework) {
            case PYTORCH -> variables.put("GROUP_RANK", node);
            case MPI -> {
                variables.put("OMPI_COMM_WORLD_RANK", Integer.toString(rank));
                variables.put("OMPI_COMM_WORLD_SIZE", size);
                variables.put("OMPI_COMM_WORLD_LOCAL_RANK", local);
                variables.put("OMPI_COMM_WORLD_LOCAL_SIZE", Integer.toString(perNode));
                variables.put("OMPI_COMM_WORLD_NODE_RANK", local);
            }
            case TENSORFLOW -> variables.put("TF_CONFIG", tensorflow(rank, perNode, meeting));
            case PLAIN -> variables.put("JOB_COMPLETION_INDEX", Integer.toString(rank));
        }
        return variables;
    }

    private static Map<String, String> azure(int node, int nodes, Meeting meeting) {
        var first = meeting.hosts().getFirst();
        return Map.of(
                "AZUREML_NODE_COUNT", Integer.toString(nodes),
                "AZ_BATCH_MASTER_NODE", first + ":" + meeting.port().getFirst(),
                "AZ_BATCHAI_MPI_MASTER_NODE", first,
                "AZ_BATCHAI_TASK_INDEX", Integer.toString(node),
                "AZ_BATCH_HOST_LIST", String.join(",", meeting.hosts()),
                "AZ_BATCH_NODE_LIST", String.join(";", meeting.hosts()));
    }

    private static String tensorflow(int rank, int perNode, Meeting meeting) {
        var workers = IntStream.range(0, meeting.port().size())
                .mapToObj(each -> meeting.hosts().get(each / perNode) + ":"
                        + meeting.port().get(each))
                .toList();
        try {
            return JSON.writeValueAsString(
                    Map.of("cluster", Map.of("worker", workers), "task", Map.of("type", "worker", "index", rank)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
