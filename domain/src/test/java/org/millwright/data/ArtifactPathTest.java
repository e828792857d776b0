package org.millwright.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.shared.Problem;

class ArtifactPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a",
                "a/",
                "a//b",
                "..",
                "a/../b",
                "./a",
                "a/.",
                "a\\b",
                "a\nb",
                "a\u0000b",
                "a\u007fb",
                "%2e%2e/b",
                "a/%252E%252e/b",
                "a%2f..%2fb",
                "..%5cb",
                "a%00b"
            })
    void a_path_that_leads_elsewhere_is_refused(String path) {
        assertRefused(Problem.Invalid.class, () -> new ArtifactPath(path));
    }

    @Test
    void a_path_of_more_than_2000_characters_is_refused() {
        assertRefused(Problem.Invalid.class, () -> new ArtifactPath("a".repeat(2001)));
    }

    @Test
    void a_percent_sign_is_part_of_a_name_as_long_as_it_hides_no_step_upwards() {
        assertThat(new ArtifactPath("100%/a%20b/%").name()).isEqualTo("%");
        assertThat(ArtifactPath.leadsStraight("s3://bucket/50%25")).isTrue();
    }

    @Test
    void dots_and_blanks_in_names_are_fine() {
        assertThat(new ArtifactPath("a b/..c/.d/e...").segments()).containsExactly("a b", "..c", ".d", "e...");
    }

    @Test
    void a_folder_contains_what_is_below_it_and_not_what_begins_like_it() {
        var folder = new ArtifactPath("runs/one");
        assertThat(new ArtifactPath("runs/one/model.onnx").startsWith(folder)).isTrue();
        assertThat(folder.startsWith(folder)).isTrue();
        assertThat(new ArtifactPath("runs/one-more").startsWith(folder)).isFalse();
        assertThat(folder.startsWith(ArtifactPath.ROOT)).isTrue();
    }

    @Test
    void resolving_cannot_lead_out() {
        var folder = new ArtifactPath("runs/one");
        assertThat(folder.resolve("a/b").value()).isEqualTo("runs/one/a/b");
        assertThat(folder.resolve("")).isEqualTo(folder);
        assertThat(ArtifactPath.ROOT.resolve("a").value()).isEqualTo("a");
        assertRefused(Problem.Invalid.class, () -> folder.resolve("../two"));
        assertRefused(Problem.Invalid.class, () -> folder.resolve("/etc/passwd"));
    }
}
