package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=2-5, 2, 5",
        "bytes=2-, 2, 9",
        "bytes=2-999, 2, 9",
        "Bytes= 2-5, 2, 5",
        "bytes=-3, 7, 9",
        "bytes=-30, 0, 9",
        "bytes=9-, 9, 9"
    })
    void a_part_of_ten_bytes_is_understood(String header, long first, long last) {
        assertThat(ByteRange.of(header, 10)).contains(new ByteRange(first, last));
        assertThat(new ByteRange(first, last).isInside(10)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-12", "bytes=-0"})
    void a_part_behind_the_end_is_outside(String header) {
        assertThat(ByteRange.of(header, 10))
                .hasValueSatisfying(range -> assertThat(range.isInside(10)).isFalse());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes=-",
                "bytes=5-2",
                "bytes=1-2,4-5",
                "lines=1-2",
                "bytes=a-b",
                "bytes=1-99999999999999999999"
            })
    void anything_else_asks_for_the_whole_file(String header) {
        assertThat(ByteRange.of(header, 10)).isEmpty();
    }

    @Test
    void an_empty_file_has_no_part() {
        assertThat(ByteRange.of("bytes=0-", 0))
                .hasValueSatisfying(range -> assertThat(range.isInside(0)).isFalse());
        assertThat(ByteRange.of(null, 0)).isEmpty();
    }

    @Test
    void an_answer_says_which_part_it_is() {
        var range = new ByteRange(2, 5);
        assertThat(range.length()).isEqualTo(4);
        assertThat(range.of(10)).isEqualTo("bytes 2-5/10");
    }
}
