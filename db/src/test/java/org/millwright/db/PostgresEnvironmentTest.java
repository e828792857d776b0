package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.db.experiment.JdbcEnvironmentRepository;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.workspace.WorkspaceName;

class PostgresEnvironmentTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;

    private final PostgresWorld world = new PostgresWorld();
    private final JdbcEnvironmentRepository environments = new JdbcEnvironmentRepository(world.database());

    @Test
    void a_version_is_found_as_it_was_registered_and_is_there_once() {
        world.inTransaction(() -> {
            var environment = environment("churn", "1");
            assertThat(environments.add(environment)).isTrue();
            assertThat(environments.add(environment("churn", "1"))).isFalse();
            assertThat(environments.find(MAIN, "churn", "1")).hasValue(environment);
            assertThat(environments.find(MAIN, "churn", "2")).isEmpty();
            assertThat(environments.find(new WorkspaceName("other"), "churn", "1"))
                    .isEmpty();
            return null;
        });
    }

    @Test
    void the_newest_version_of_each_that_is_not_archived_is_listed() {
        world.inTransaction(() -> {
            for (var version : List.of("2", "1")) {
                environments.add(environment("churn", version));
            }
            environments.add(environment("base", "1"));
            environments.store(environment("churn", "1").archived(NOON));
            environments.store(environment("base", "1").archived(NOON));

            assertThat(environments.versions(MAIN, "churn"))
                    .extracting(RegisteredEnvironment::version)
                    .containsExactly("1", "2");
            assertThat(environments.newest(MAIN, false))
                    .extracting(RegisteredEnvironment::reference)
                    .containsExactly("churn:2");
            assertThat(environments.newest(MAIN, true))
                    .extracting(RegisteredEnvironment::reference)
                    .containsExactly("base:1", "churn:2");
            return null;
        });
    }

    private static RegisteredEnvironment environment(String name, String version) {
        return new RegisteredEnvironment(
                MAIN,
                name,
                version,
                "What the churn models need",
                Map.of("team", "sales"),
                new EnvironmentSpec("3.11", List.of("scikit-learn==1.7.2"), "registry.example/base:1", null),
                "ada",
                NOON,
                null);
    }
}
