package org.millwright.portal.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PreviewTest {

    @Test
    void a_text_that_is_cut_within_a_character_is_still_a_text() {
        var bytes = "Zürich".getBytes(StandardCharsets.UTF_8);

        assertThat(Preview.of(Arrays.copyOf(bytes, 2), true)).isEqualTo(new Preview("text", "Z", true));
    }

    @Test
    void bytes_that_are_no_text_are_not_shown() {
        assertThat(Preview.of(new byte[] {1, 0, 2}, false).kind()).isEqualTo("none");
        assertThat(Preview.of(new byte[] {(byte) 0xff, (byte) 0xfe}, false).kind())
                .isEqualTo("none");
    }

    @Test
    void images_are_known_by_their_names() {
        assertThat(Preview.isImage("plots/ROC.PNG")).isTrue();
        assertThat(Preview.isImage("model.onnx")).isFalse();
    }
}
