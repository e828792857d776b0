package org.millwright.experiment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.PrincipalId;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.experiment.app.Environments.Registration;
import org.millwright.experiment.fake.InMemoryEnvironments;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

class EnvironmentsTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final Environments environments =
            new Environments(new InMemoryEnvironments(), Clock.fixed(NOON, ZoneOffset.UTC));

    @Test
    void versions_count_on_from_the_largest_number() {
        register(null, "numpy==1");
        register("7", "numpy==2");
        register("nightly", "numpy==3");

        assertThat(register(null, "numpy==4").version()).isEqualTo("8");
        assertThat(environments.versions(MAIN, "churn"))
                .extracting(RegisteredEnvironment::version)
                .containsExactly("8", "nightly", "7", "1");
    }

    @Test
    void a_version_says_the_same_for_ever() {
        var first = register("1", "numpy==1");

        assertThat(register("1", "numpy==1")).isEqualTo(first);
        assertThatThrownBy(() -> register("1", "numpy==2"))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problem())
                        .isEqualTo(new Problem.AlreadyExists("environment", "churn:1")));
    }

    @Test
    void a_job_that_names_one_gets_its_packages_and_the_version_that_it_is() {
        register("1", "numpy==1");
        register("2", "numpy==2");

        for (var written : List.of("churn", "churn@latest", "azureml:churn@latest", "churn:2")) {
            assertThat(resolved(written)).isEqualTo(new EnvironmentSpec(null, List.of("numpy==2"), null, "churn:2"));
        }
        assertThat(resolved("azureml:churn:1").packages()).containsExactly("numpy==1");
        assertThat(resolved("sklearn").name()).isEqualTo("sklearn:1");
        assertThat(resolved("sklearn").packages()).anyMatch(line -> line.startsWith("scikit-learn=="));
    }

    @Test
    void one_that_is_written_out_is_taken_as_it_is() {
        var written = new EnvironmentSpec("3.11", List.of("numpy"));

        assertThat(environments.resolved(MAIN, written)).isSameAs(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "none:1", "churn:9", "churn@stable"})
    void one_that_is_not_there_is_refused_with_those_that_are(String name) {
        register("1", "numpy==1");

        assertThatThrownBy(() -> resolved(name))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.problem()).isInstanceOf(Problem.Invalid.class));
        assertThatThrownBy(() -> resolved("none")).hasMessageContaining("churn, lightgbm, onnx, sklearn, xgboost");
    }

    @Test
    void an_archived_version_is_not_the_latest_and_is_still_found_by_its_number() {
        register("1", "numpy==1");
        register("2", "numpy==2");

        environments.archive(MAIN, "churn", "2");

        assertThat(resolved("churn@latest").name()).isEqualTo("churn:1");
        assertThat(resolved("churn:2").packages()).containsExactly("numpy==2");
        environments.archive(MAIN, "churn", "1");
        assertThat(environments.list(MAIN, false)).noneMatch(each -> each.name().equals("churn"));
        assertThat(environments.list(MAIN, true)).anyMatch(each -> each.name().equals("churn"));
        environments.restore(MAIN, "churn", "1");
        assertThat(environments.list(MAIN, false)).anyMatch(each -> each.name().equals("churn"));
    }

    @Test
    void what_every_workspace_has_can_be_neither_replaced_nor_archived() {
        assertThatThrownBy(() -> environments.register(
                        MAIN, new Registration("sklearn", null, null, Map.of(), spec("numpy")), ADA))
                .hasMessageContaining("sklearn");
        assertThatThrownBy(() -> environments.archive(MAIN, "sklearn", "1")).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "", "a/b", "-1"})
    void a_version_that_could_not_be_named_is_refused(String version) {
        assertThatThrownBy(() -> register(version, "numpy")).isInstanceOf(Refused.class);
    }

    @Test
    void one_without_any_content_is_refused() {
        assertThatThrownBy(() -> environments.register(
                        MAIN,
                        new Registration("empty", null, null, Map.of(), new EnvironmentSpec(null, List.of())),
                        ADA))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("packages, a Python version or an image");
    }

    private RegisteredEnvironment register(@Nullable String version, String requirement) {
        return environments.register(MAIN, new Registration("churn", version, null, Map.of(), spec(requirement)), ADA);
    }

    private EnvironmentSpec resolved(String name) {
        return environments.resolved(MAIN, EnvironmentSpec.registered(name));
    }

    private static EnvironmentSpec spec(String requirement) {
        return new EnvironmentSpec(null, List.of(requirement));
    }
}
