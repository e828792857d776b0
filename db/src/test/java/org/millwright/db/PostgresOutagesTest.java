package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresOutagesTest {
    private final PostgresOutages outages = new PostgresOutages();

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "57P01", "57P02", "57P03"})
    void a_lost_connection_is_an_outage_however_deep_it_is_wrapped(String state) {
        var failure = new IllegalStateException(new PersistenceException(new SQLException("gone", state)));
        assertThat(outages.of(failure)).isPresent();
    }

    @Test
    void what_the_database_refuses_is_none() {
        assertThat(outages.of(new SQLException("duplicate key", "23505"))).isEmpty();
        assertThat(outages.of(new SQLException("no state"))).isEmpty();
        assertThat(outages.of(new NullPointerException())).isEmpty();
        assertThat(outages.of(null)).isEmpty();
    }
}
