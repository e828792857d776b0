package org.millwright.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;

class EnvironmentSpecTest {
    @Test
    void the_order_of_packages_blank_lines_and_spaces_make_no_other_environment() {
        var one = new EnvironmentSpec("3.11", List.of("numpy", " pandas ", ""));
        var other = new EnvironmentSpec("3.11", List.of("pandas", "numpy"));
        assertThat(one.digest()).isEqualTo(other.digest());
        assertThat(one.packages()).containsExactly("numpy", "pandas");
    }

    @Test
    void another_package_or_another_python_makes_another_environment() {
        var one = new EnvironmentSpec("3.11", List.of("numpy"));
        assertThat(new EnvironmentSpec("3.12", List.of("numpy")).digest()).isNotEqualTo(one.digest());
        assertThat(new EnvironmentSpec(null, List.of("numpy")).digest()).isNotEqualTo(one.digest());
        assertThat(new EnvironmentSpec("3.11", List.of("numpy==2.0")).digest()).isNotEqualTo(one.digest());
    }

    @Test
    void options_line_breaks_and_too_many_packages_are_refused() {
        assertRefused(Problem.Invalid.class, () -> new EnvironmentSpec(null, List.of("--index-url http://x")));
        assertRefused(Problem.Invalid.class, () -> new EnvironmentSpec(null, List.of("-e .")));
        assertRefused(Problem.Invalid.class, () -> new EnvironmentSpec(null, List.of("numpy\n-e .")));
        assertRefused(Problem.Invalid.class, () -> new EnvironmentSpec(null, Collections.nCopies(2001, "a")));
    }

    @Test
    void a_python_that_is_no_version_is_refused() {
        assertRefused(Problem.Invalid.class, () -> new EnvironmentSpec("2.7", List.of()));
        assertRefused(Problem.Invalid.class, () -> new EnvironmentSpec("3.11; rm", List.of()));
        assertThat(new EnvironmentSpec("3.11.4", List.of()).pythonVersion()).isEqualTo("3.11.4");
    }
}
