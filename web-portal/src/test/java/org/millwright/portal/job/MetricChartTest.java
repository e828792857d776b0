package org.millwright.portal.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.model.Metric;

class MetricChartTest {
    private static final Smoothing NONE = new Smoothing(0);
    private static final List<Metric> POINTS = List.of(
            new Metric("loss", 0.5, 2000, 2), new Metric("loss", 1.0, 3000, 1), new Metric("loss", -0.25, 1000, 3));

    @Test
    void points_lie_at_their_steps_in_order() throws JsonProcessingException {
        var option = read(new MetricChart("loss", POINTS, false, false, NONE));

        assertThat(option.at("/xAxis/type").asText()).isEqualTo("value");
        assertThat(option.at("/series/0/data")).hasToString("[[1,1.0],[2,0.5],[3,-0.25]]");
    }

    @Test
    void points_lie_at_their_times_when_asked() throws JsonProcessingException {
        var option = read(new MetricChart("loss", POINTS, true, false, NONE));

        assertThat(option.at("/xAxis/type").asText()).isEqualTo("time");
        assertThat(option.at("/series/0/data")).hasToString("[[1000,-0.25],[2000,0.5],[3000,1.0]]");
    }

    @Test
    void a_logarithmic_axis_leaves_out_what_is_not_positive() throws JsonProcessingException {
        var option = read(new MetricChart("loss", POINTS, false, true, NONE));

        assertThat(option.at("/yAxis/type").asText()).isEqualTo("log");
        assertThat(option.at("/series/0/data/2")).hasToString("[3,null]");
    }

    @Test
    void smoothing_draws_the_logged_values_faintly_beside() throws JsonProcessingException {
        var option = read(new MetricChart("loss", POINTS, false, false, new Smoothing(0.6)));

        assertThat(option.get("series")).hasSize(2);
        assertThat(option.at("/series/0/lineStyle/opacity").asDouble()).isLessThan(1);
        assertThat(option.at("/series/1/data/0/1").asDouble()).isEqualTo(1.0);
    }

    @Test
    void values_that_are_no_numbers_make_a_gap() throws JsonProcessingException {
        var points = List.of(new Metric("loss", Double.NaN, 0, 0), new Metric("loss", Double.POSITIVE_INFINITY, 0, 1));

        assertThat(read(new MetricChart("loss", points, false, false, NONE)).at("/series/0/data"))
                .hasToString("[[0,null],[1,null]]");
    }

    private static JsonNode read(MetricChart chart) throws JsonProcessingException {
        return new ObjectMapper().readTree(chart.option());
    }
}
