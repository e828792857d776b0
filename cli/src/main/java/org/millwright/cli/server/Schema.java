package org.millwright.cli.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.TreeSet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;

/** Brings a database to the schema that this build knows, and refuses one that is already beyond it. */
record Schema(DatabaseAddress database, Migrations migrations) {
    /** One query when nothing is to be done; Flyway is loaded only when something is. @return how many migrations were applied */
    int bringUpToDate() {
        var applied = applied();
        if (!applied.isEmpty() && applied.last().isNewerThan(migrations.newest())) {
            throw CommandFailed.refused(
                    "The database %s has schema %s, which is newer than this Millwright knows (%s)"
                            .formatted(database, applied.last(), migrations.newest()),
                    "Update this checkout, or use another database or data folder. Nothing was changed.");
        }
        if (applied.containsAll(migrations.versions()) && !migrations.repeatable()) {
            return 0;
        }
        return migrate();
    }

    private TreeSet<SchemaVersion> applied() {
        var versions = new TreeSet<SchemaVersion>();
        try (var connection = database.connect()) {
            if (hasHistory(connection)) {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery(
                                "select version from flyway_schema_history where success and version is not null")) {
                    while (rows.next()) {
                        versions.add(SchemaVersion.parse(rows.getString(1)));
                    }
                }
            }
            return versions;
        } catch (SQLException unreachable) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "The database %s cannot be used: %s".formatted(database, firstLine(unreachable)),
                    "Check that it runs, and the address, user and password.",
                    unreachable);
        }
    }

    private static boolean hasHistory(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select to_regclass('flyway_schema_history') is not null")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private int migrate() {
        try {
            return Flyway.configure()
                    .dataSource(database.url(), database.user(), database.password())
                    .locations("classpath:db/migration")
                    .load()
                    .migrate()
                    .migrationsExecuted;
        } catch (FlywayException failed) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "The database %s could not be brought to schema %s: %s"
                            .formatted(database, migrations.newest(), firstLine(failed)),
                    "A migration that fails is rolled back: the schema is as it was before that one.",
                    failed);
        }
    }

    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
