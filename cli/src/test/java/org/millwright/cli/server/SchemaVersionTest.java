package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaVersionTest {
    @ParameterizedTest(name = "{0} newer than {1}: {2}")
    @CsvSource({
        "202611221430, 202611221429, true",
        "202611221430, 202611221430, false",
        "1.10, 1.9, true",
        "1_10, 1.10, false",
        "1.0, 1, false",
        "2, 1.9.9, true",
        "'', 1, false",
        "1, '', true"
    })
    void versions_compare_as_numbers(String one, String other, boolean newer) {
        assertThat(SchemaVersion.parse(one).isNewerThan(SchemaVersion.parse(other)))
                .isEqualTo(newer);
    }

    @Test
    void what_is_no_version_is_not_read_as_one() {
        assertThatThrownBy(() -> SchemaVersion.parse("latest")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_newest_migration_is_found_among_file_names() {
        var migrations = Migrations.named(List.of(
                "V202611221430__experiment_run.sql",
                "V202611230900__queue.sql",
                "flyway.location",
                "notes.md",
                "V9__first.sql"));

        assertThat(migrations.newest()).isEqualTo(SchemaVersion.parse("202611230900"));
        assertThat(migrations.versions()).hasSize(3);
        assertThat(migrations.repeatable()).isFalse();
    }

    @Test
    void a_repeatable_migration_is_noticed() {
        assertThat(Migrations.named(List.of("R__views.sql")).repeatable()).isTrue();
    }
}
