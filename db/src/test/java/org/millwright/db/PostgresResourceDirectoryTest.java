package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.workspace.WorkspaceName.MAIN;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.access.JdbcResourceDirectory;
import org.millwright.workspace.WorkspaceName;

class PostgresResourceDirectoryTest {
    private static final Resource DEFAULT = new Resource(ResourceKind.EXPERIMENT, MAIN, "0");

    private final PostgresWorld world = new PostgresWorld();
    private final JdbcResourceDirectory resources = new JdbcResourceDirectory(world.database());

    @BeforeEach
    void one_of_each() {
        world.run(() -> {
            for (var sql : List.of(
                    "INSERT INTO registry.registered_model (workspace, name, description, tags, aliases, created_at, updated_at, revision)"
                            + " VALUES ('main', 'risk', '', '{}', '{}', now(), now(), 0)",
                    "INSERT INTO endpoint.online_endpoint (workspace, name, description, tags, deployments, traffic, primary_key,"
                            + " secondary_key, created_at, updated_at, revision)"
                            + " VALUES ('main', 'risk', '', '{}', '[]', '{}', '', '', now(), now(), 0)",
                    "INSERT INTO compute.target (workspace, name, kind, max_nodes, min_nodes, idle_seconds, low_tier, paused, created_at, revision)"
                            + " VALUES ('main', 'pool', '{}', 1, 1, 0, false, false, now(), 0)")) {
                world.database().update(sql);
            }
        });
    }

    @Test
    void things_are_found_by_their_names_in_their_workspace() {
        assertFound(ResourceKind.MODEL, "risk", "risk");
        assertFound(ResourceKind.ENDPOINT, "risk", "risk");
        assertFound(ResourceKind.COMPUTE, "pool", "pool");
        for (var kind : ResourceKind.values()) {
            world.run(() -> {
                assertThat(resources.find(kind, MAIN, "nothing")).isEmpty();
                assertThat(resources.find(kind, new WorkspaceName("other"), "risk"))
                        .isEmpty();
            });
        }
    }

    @Test
    void an_experiment_is_found_by_its_number_and_by_its_name() {
        assertFound(ResourceKind.EXPERIMENT, "0", "0");
        assertFound(ResourceKind.EXPERIMENT, "Default", "0");
    }

    @Test
    void experiments_alone_are_called_otherwise_than_by_their_id() {
        var risk = new Resource(ResourceKind.MODEL, MAIN, "risk");
        var elsewhere = new Resource(ResourceKind.EXPERIMENT, new WorkspaceName("other"), "0");
        var noNumber = new Resource(ResourceKind.EXPERIMENT, MAIN, "x");
        world.run(() -> {
            assertThat(resources.names(List.of(DEFAULT, risk, elsewhere, noNumber)))
                    .isEqualTo(Map.of(DEFAULT, "Default"));
            assertThat(resources.names(List.of(risk))).isEmpty();
        });
    }

    private void assertFound(ResourceKind kind, String name, String id) {
        assertThat(world.inTransaction(() -> resources.find(kind, MAIN, name))).hasValue(new Resource(kind, MAIN, id));
    }
}
