package org.millwright.adapter.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.adapter.attempt.Rank.Meeting;
import org.millwright.compute.JobType;
import org.millwright.compute.JobType.Framework;

class RankTest {
    private static final Meeting MEETING = Meeting.at(List.of("one", "two"), 2, 6105);

    @Test
    void a_command_on_one_node_is_told_nothing() {
        assertThat(Rank.of(new JobType.Command(), 1, MEETING)).containsExactly(new Rank(0, 0, 0, java.util.Map.of()));
    }

    @Test
    void the_processes_of_pytorch_know_their_rank_and_where_to_meet() {
        var ranks = ranks(Framework.PYTORCH);

        assertThat(ranks).extracting(Rank::rank).containsExactly(0, 1, 2, 3);
        assertThat(ranks).extracting(Rank::node).containsExactly(0, 0, 1, 1);
        assertThat(ranks.get(3).variables())
                .containsEntry("RANK", "3")
                .containsEntry("LOCAL_RANK", "1")
                .containsEntry("NODE_RANK", "1")
                .containsEntry("WORLD_SIZE", "4")
                .containsEntry("MASTER_ADDR", "one")
                .containsEntry("MASTER_PORT", "6105")
                .containsEntry("AZUREML_NODE_COUNT", "2")
                .containsEntry("AZ_BATCH_MASTER_NODE", "one:6105");
    }

    @Test
    void the_processes_of_mpi_are_told_as_open_mpi_does() {
        assertThat(ranks(Framework.MPI).get(2).variables())
                .containsEntry("OMPI_COMM_WORLD_RANK", "2")
                .containsEntry("OMPI_COMM_WORLD_SIZE", "4")
                .containsEntry("OMPI_COMM_WORLD_LOCAL_RANK", "0")
                .containsEntry("OMPI_COMM_WORLD_LOCAL_SIZE", "2")
                .containsEntry("AZ_BATCH_HOST_LIST", "one,two")
                .containsEntry("AZ_BATCHAI_MPI_MASTER_NODE", "one");
    }

    @Test
    void the_workers_of_tensorflow_know_all_addresses() {
        assertThat(ranks(Framework.TENSORFLOW).get(1).variables().get("TF_CONFIG"))
                .contains("[\"one:6105\",\"one:6106\",\"two:6105\",\"two:6106\"]")
                .contains("\"index\":1", "\"type\":\"worker\"");
    }

    @Test
    void plain_processes_have_an_index_and_so_has_a_command_on_several_nodes() {
        assertThat(ranks(Framework.PLAIN).get(3).variables()).containsEntry("JOB_COMPLETION_INDEX", "3");
        assertThat(Rank.of(new JobType.Command(), 2, Meeting.at(List.of("one", "two"), 1, 6105)))
                .extracting(rank -> rank.variables().get("JOB_COMPLETION_INDEX"))
                .containsExactly("0", "1");
    }

    private static List<Rank> ranks(Framework framework) {
        return Rank.of(new JobType.Distributed(framework, 2), 2, MEETING);
    }
}
