package org.millwright.experiment.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.shared.Problem;

class SamplingTest {

    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(textBlock = """
            # at most, points, places: what MLflow's NTILE chooses, and the last one
            5 , 0  , ''
            5 , 3  , '0 1 2'
            5 , 5  , '0 1 2 3 4'
            5 , 6  , '0 2 3 4 5'
            4 , 10 , '0 3 6 9'
            3 , 100, '0 34 99'
            2 , 100, '0 99'
            1 , 100, '99'
            1 , 1  , '0'
            """)
    void places_lie_evenly_with_the_first_and_the_last(int most, long points, String expected) {
        var places = new Sampling(most, null).places(points);
        assertThat(String.join(
                        " ", Arrays.stream(places).mapToObj(Long::toString).toList()))
                .isEqualTo(expected);
    }

    @Test
    void of_a_million_points_as_many_are_chosen_as_were_asked_for() {
        assertThat(new Sampling(320, null).places(1_000_000))
                .hasSize(320)
                .isSorted()
                .startsWith(0)
                .endsWith(999_999)
                .doesNotHaveDuplicates();
    }

    @Test
    void at_least_one_point_and_steps_forwards() {
        assertRefused(Problem.Invalid.class, () -> new Sampling(0, null));
        assertRefused(Problem.Invalid.class, () -> new Sampling.Steps(2, 1));
    }
}
