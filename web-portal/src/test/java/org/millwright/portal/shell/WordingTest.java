package org.millwright.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {

    @ParameterizedTest(name = "{0} ms is {1}")
    @CsvSource({
        "0, 0 ms",
        "-5, 0 ms",
        "850, 850 ms",
        "12499, 12.4 s",
        "59999, 59.9 s",
        "185000, 3 min 05 s",
        "7800000, 2 h 10 min",
        "180000000, 2 d 2 h"
    })
    void durations_show_the_two_units_that_matter(long millis, String expected) {
        assertThat(Wording.duration(Duration.ofMillis(millis))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} B is {1}")
    @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "10485760, 10 MiB", "5368709120, 5.0 GiB"})
    void sizes_are_powers_of_1024(long bytes, String expected) {
        assertThat(Wording.bytes(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "0, 0",
        "455, 455",
        "-3, -3",
        "0.1, 0.1",
        "0.98655432, 0.98655",
        "1234.5678, 1234.6",
        "0.0039758, 0.0039758",
        "0.00001234, 1.234e-05",
        "12345678.9, 1.235e+07",
        "NaN, NaN",
        "1.7976931348623157E308, ∞"
    })
    void numbers_keep_five_digits(double value, String expected) {
        assertThat(Wording.number(value)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} has {1}")
    @CsvSource({"Local administrator, LA", "maria, M", "jo.van.der.berg@example.org, JV", "'', ?"})
    void initials_are_at_most_two(String name, String expected) {
        assertThat(Wording.initials(name)).isEqualTo(expected);
    }
}
