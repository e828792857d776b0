package org.millwright.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.experiment.fake.Jobs;
import org.millwright.shared.Problem;

class JobSpecTest {
    @Test
    void placeholders_become_the_inputs_text_or_path_and_the_outputs_folder() {
        assertThat(Jobs.training().resolvedCommand())
                .isEqualTo("python train.py --rate 0.1 --data inputs/data/train.csv --out outputs/model");
    }

    @Test
    void an_inputs_text_is_taken_as_it_is() {
        assertThat(with("echo ${{ inputs.a }}", Map.of("a", new JobInput.Literal("$1 \\ ${{inputs.b}}")))
                        .resolvedCommand())
                .isEqualTo("echo $1 \\ ${{inputs.b}}");
    }

    @Test
    void a_placeholder_that_nothing_declares_is_refused() {
        assertRefused(Problem.Invalid.class, () -> Jobs.saying("echo ${{inputs.rate}}"));
        assertRefused(Problem.Invalid.class, () -> Jobs.saying("echo ${{outputs.model}}"));
        assertRefused(Problem.Invalid.class, () -> Jobs.saying("echo ${{search.lr}}"));
    }

    @Test
    void an_empty_command_a_wrong_name_a_time_limit_of_nothing_and_a_priority_out_of_range_are_refused() {
        assertRefused(Problem.Invalid.class, () -> Jobs.saying("  "));
        assertRefused(Problem.Invalid.class, () -> with("true", Map.of("2nd", new JobInput.Literal(""))));
        assertRefused(Problem.Invalid.class, () -> limited(Duration.ZERO, 1));
        assertRefused(Problem.Invalid.class, () -> limited(null, 0));
        assertRefused(Problem.Invalid.class, () -> limited(null, 1001));
    }

    private static JobSpec with(String command, Map<String, JobInput> inputs) {
        return new JobSpec(
                null,
                command,
                new EnvironmentSpec(null, List.of()),
                inputs,
                List.of(),
                Map.of(),
                ComputeName.LOCAL,
                null,
                1);
    }

    private static JobSpec limited(Duration timeLimit, int priority) {
        return new JobSpec(
                null,
                "true",
                new EnvironmentSpec(null, List.of()),
                Map.of(),
                List.of(),
                Map.of(),
                ComputeName.LOCAL,
                timeLimit,
                priority);
    }
}
