package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MigrationsTest {
    @Test
    void the_newest_version_known_is_the_one_that_a_new_database_has() {
        var newest = PostgresForTests.get()
                .inTransaction(() -> new PostgresWorld()
                        .database()
                        .query("SELECT max(version) FROM flyway_schema_history", row -> row.getString(1)))
                .getFirst();
        assertThat(Migrations.newestVersion()).isEqualTo(newest);
    }
}
