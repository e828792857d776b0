package org.millwright.adapter.localprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.compute.JobResources;
import org.millwright.compute.VmSize;

class JobLimitsTest {

    @Test
    void nothing_but_the_number_of_processes_is_limited_by_itself() {
        assertThat(JobLimits.of(Map.of())).isEqualTo(new JobLimits(null, 4096, null));
    }

    @Test
    void sizes_and_shares_are_read_with_their_units() {
        var limits = JobLimits.of(
                Map.of("MILLWRIGHT_JOB_MEMORY", "8g", "MILLWRIGHT_JOB_PROCESSES", "200", "MILLWRIGHT_JOB_CPUS", "1.5"));

        assertThat(limits).isEqualTo(new JobLimits(8L << 30, 200, 1.5));
    }

    @Test
    void only_limits_that_hold_are_promised() {
        var limits = new JobLimits(512L << 20, 200, 2.0);

        assertThat(limits.inWords(Set.of("memory", "pids", "cpu"), true))
                .isEqualTo("512 MiB of memory, the time of 2 CPUs, 200 processes and threads");
        assertThat(limits.inWords(Set.of(), true)).isEqualTo("512 MiB of memory, 200 processes and threads");
        assertThat(limits.inWords(Set.of(), false)).isEqualTo("512 MiB of memory");
    }

    @Test
    void the_tightest_of_the_operators_the_nodes_and_the_jobs_limits_holds() {
        var operators = new JobLimits(8L << 30, 200, null);
        var node = new VmSize("Standard_DS2_v2", 2, 7L << 30, 0);

        assertThat(operators.within(node, JobResources.ONE_NODE)).isEqualTo(new JobLimits(7L << 30, 200, 2.0));
        assertThat(operators.within(node, new JobResources(1, 0.5, 9L << 30, 0)))
                .isEqualTo(new JobLimits(7L << 30, 200, 0.5));
        assertThat(operators.within(null, JobResources.ONE_NODE)).isEqualTo(operators);
    }

    @ParameterizedTest
    @CsvSource({
        "MILLWRIGHT_JOB_MEMORY, 8",
        "MILLWRIGHT_JOB_MEMORY, 1M",
        "MILLWRIGHT_JOB_MEMORY, -1G",
        "MILLWRIGHT_JOB_PROCESSES, many",
        "MILLWRIGHT_JOB_PROCESSES, 2",
        "MILLWRIGHT_JOB_CPUS, 0",
        "MILLWRIGHT_JOB_CPUS, half"
    })
    void what_cannot_be_meant_is_refused_by_its_name(String name, String value) {
        assertThatThrownBy(() -> JobLimits.of(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }
}
