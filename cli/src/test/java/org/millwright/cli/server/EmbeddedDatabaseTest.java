package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.millwright.cli.server.Refusals.refusal;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.cli.ExitCode;
import org.millwright.cli.server.EmbeddedDatabase.Running;

/** A real PostgreSQL, started as {@code millwright up} starts it. */
class EmbeddedDatabaseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path root;

    private static final Children CHILDREN = new Children();
    private static DataFolder folder;
    private static EmbeddedDatabase database;
    private static Running running;

    @BeforeAll
    static void start_on_a_fresh_folder() throws Exception {
        folder = new DataFolder(root);
        folder.create();
        var secrets = new Secrets(folder.secrets());
        secrets.create();
        database = new EmbeddedDatabase(
                folder.database(),
                folder.logs().resolve("postgres.log"),
                PostgresBinaries.in(PostgresBinaries.cacheFor(folder, System.getenv())),
                secrets,
                CHILDREN);
        running = database.start();
    }

    @AfterAll
    static void leave_nothing_running() throws Exception {
        EmbeddedDatabase.stopLeftOver(folder.database());
        CHILDREN.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
    void it_is_durable(String setting) throws Exception {
        assertThat(one("show " + setting)).isEqualTo("on");
    }

    @Test
    void it_survives_a_kill_and_keeps_what_was_committed() throws Exception {
        execute("create table kept (word text)");
        execute("insert into kept values ('committed')");

        running.process().destroyForcibly().waitFor(PATIENCE);
        running = database.start();

        assertThat(one("select word from kept")).isEqualTo("committed");
    }

    @Test
    void it_stops_cleanly_and_starts_again() throws Exception {
        running.stop();

        assertThat(running.process().waitFor(PATIENCE)).isTrue();
        assertThat(PostmasterFile.read(folder.database())).isEmpty();
        running = database.start();
        assertThat(one("select 1")).isEqualTo("1");
    }

    @Test
    void it_is_our_child_listens_on_the_loopback_and_asks_for_a_password() throws Exception {
        assertThat(running.process().toHandle().parent())
                .map(ProcessHandle::pid)
                .contains(ProcessHandle.current().pid());
        assertThat(one("show listen_addresses")).isEqualTo("127.0.0.1");
        var address = running.address();
        var guess = DatabaseAddress.local(address.port(), address.name(), address.user(), "guessed");
        assertThat(catchThrowable(guess::connect)).isInstanceOf(SQLException.class);
    }

    @Test
    void one_that_a_killed_launcher_left_is_found_and_stopped() throws Exception {
        assertThat(EmbeddedDatabase.stopLeftOver(folder.database())).isTrue();

        assertThat(running.process().waitFor(PATIENCE)).isTrue();
        assertThat(EmbeddedDatabase.stopLeftOver(folder.database())).isFalse();
        running = database.start();
    }

    @Test
    void a_schema_of_a_newer_millwright_is_refused_and_left_as_it_is() throws Exception {
        var newer = another("newer");
        try (var connection = newer.connect();
                var statement = connection.createStatement()) {
            statement.execute("create table flyway_schema_history (version varchar(50), success boolean)");
            statement.execute(
                    "insert into flyway_schema_history values ('202611221430', true), ('209901010000', true)");
        }
        var schema = new Schema(newer, Migrations.named(List.of("V202611221430__first.sql")));

        assertThat(refusal(ExitCode.REFUSED, schema::bringUpToDate))
                .contains("has schema 209901010000, which is newer than this Millwright knows (202611221430)");
    }

    @Test
    void the_migrations_of_this_build_are_applied_once() throws Exception {
        var schema = new Schema(another("fresh"), Migrations.onClassPath());

        assertThat(schema.bringUpToDate())
                .isEqualTo(schema.migrations().versions().size());
        assertThat(schema.bringUpToDate()).isZero();
    }

    private static DatabaseAddress another(String name) throws SQLException {
        execute("create database " + name);
        var address = running.address();
        return DatabaseAddress.local(address.port(), name, address.user(), address.password());
    }

    private static String one(String query) throws SQLException {
        try (var connection = running.address().connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = running.address().connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
