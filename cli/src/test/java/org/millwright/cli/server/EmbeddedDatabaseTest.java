package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.millwright.cli.server.Refusals.refusal;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.cli.ExitCode;
import org.millwright.cli.server.EmbeddedDatabase.Running;

/** A real PostgreSQL, started as {@code millwright up} starts it. */
class EmbeddedDatabaseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path root;

    private final Children children = new Children();
    private EmbeddedDatabase database;
    private DataFolder folder;

    @BeforeEach
    void in_a_fresh_folder() throws Exception {
        folder = new DataFolder(root);
        folder.create();
        var secrets = new Secrets(folder.secrets());
        secrets.create();
        database = new EmbeddedDatabase(
                folder.database(),
                folder.logs().resolve("postgres.log"),
                PostgresBinaries.in(PostgresBinaries.cacheFor(folder, System.getenv())),
                secrets,
                children);
    }

    @AfterEach
    void leave_nothing_running() throws Exception {
        EmbeddedDatabase.stopLeftOver(folder.database());
        children.close();
    }

    @Test
    void it_is_durable_survives_a_kill_and_keeps_what_was_committed() throws Exception {
        var first = database.start();
        assertThat(List.of(show(first, "fsync"), show(first, "synchronous_commit"), show(first, "full_page_writes")))
                .containsOnly("on");
        assertThat(show(first, "listen_addresses")).isEqualTo("127.0.0.1");
        execute(first, "create table kept (word text)");
        execute(first, "insert into kept values ('committed')");

        first.process().destroyForcibly();
        ProcessMark.awaitEnd(first.process().toHandle(), PATIENCE);
        var second = database.start();

        assertThat(one(second, "select word from kept")).isEqualTo("committed");
        second.stop();
        assertThat(second.process().isAlive()).isFalse();
        assertThat(PostmasterFile.read(folder.database())).isEmpty();
    }

    @Test
    void it_is_our_child_and_asks_for_a_password() throws Exception {
        var running = database.start();

        assertThat(running.process().toHandle().parent())
                .map(ProcessHandle::pid)
                .contains(ProcessHandle.current().pid());
        var address = running.address();
        var wrong = DatabaseAddress.local(address.port(), address.name(), address.user(), "guessed");
        assertThat(catchThrowable(wrong::connect)).isInstanceOf(SQLException.class);
    }

    @Test
    void one_that_a_killed_launcher_left_is_found_and_stopped() throws Exception {
        var running = database.start();

        assertThat(EmbeddedDatabase.stopLeftOver(folder.database())).isTrue();

        assertThat(running.process().isAlive()).isFalse();
        assertThat(EmbeddedDatabase.stopLeftOver(folder.database())).isFalse();
    }

    @Test
    void a_schema_of_a_newer_millwright_is_refused_and_left_as_it_is() throws Exception {
        var running = database.start();
        execute(running, "create table flyway_schema_history (version varchar(50), success boolean)");
        execute(running, "insert into flyway_schema_history values ('202611221430', true), ('209901010000', true)");
        var schema = new Schema(running.address(), Migrations.named(List.of("V202611221430__first.sql")));

        assertThat(refusal(ExitCode.REFUSED, schema::bringUpToDate))
                .contains("has schema 209901010000, which is newer than this Millwright knows (202611221430)");
    }

    @Test
    void the_migrations_of_this_build_are_applied_once() throws Exception {
        var running = database.start();
        var schema = new Schema(running.address(), Migrations.onClassPath());

        assertThat(schema.bringUpToDate())
                .isEqualTo(schema.migrations().versions().size());
        assertThat(schema.bringUpToDate()).isZero();
    }

    private static String show(Running running, String setting) throws SQLException {
        return one(running, "show " + setting);
    }

    private static String one(Running running, String query) throws SQLException {
        try (var connection = running.address().connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Running running, String sql) throws SQLException {
        try (var connection = running.address().connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
