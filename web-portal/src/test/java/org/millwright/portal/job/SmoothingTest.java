package org.millwright.portal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SmoothingTest {

    @Test
    void without_weight_values_stay_as_they_are() {
        assertThat(new Smoothing(0).apply(new double[] {3, 1, 2})).containsExactly(3, 1, 2);
    }

    @Test
    void a_constant_stays_constant_from_its_first_value() {
        assertThat(new Smoothing(0.9).apply(new double[] {2, 2, 2}))
                .containsExactly(new double[] {2, 2, 2}, within(1e-12));
    }

    @Test
    void the_second_value_is_the_weighted_mean_of_both() {
        // (0.5 * 0.5 * 1 + 0.5 * 3) / (1 - 0.5 * 0.5)
        assertThat(new Smoothing(0.5).apply(new double[] {1, 3})[1]).isCloseTo(7.0 / 3, within(1e-12));
    }

    @Test
    void a_value_that_is_no_number_does_not_spoil_what_follows() {
        assertThat(new Smoothing(0.5).apply(new double[] {1, Double.NaN, 1})).containsExactly(1, Double.NaN, 1);
    }
}
