package org.millwright.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.millwright.db.plan.WatchedDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL with our migrations, started once for all tests of the module, and transactions on it as the container
 * would make them: one entity manager for each, found by the thread.
 */
public final class PostgresForTests {
    private static @Nullable PostgresForTests started;

    private final DataSource dataSource;
    private final EntityManagerFactory factory;
    private final ThreadLocal<EntityManager> current = new ThreadLocal<>();

    private PostgresForTests(UnaryOperator<DataSource> connections) throws IOException {
        var postgres = EmbeddedPostgres.builder().start();
        var source = new PGSimpleDataSource();
        source.setUrl(postgres.getJdbcUrl("postgres", "postgres"));
        source.setStringType("unspecified"); // as the server's data source does
        source.setReWriteBatchedInserts(true);
        source.setOptions("-c random_page_cost=1.1 -c jit=off");
        dataSource = connections.apply(source);
        Flyway.configure()
                .dataSource(dataSource)
                .locations(Migrations.LOCATION)
                .load()
                .migrate();
        factory = Persistence.createEntityManagerFactory(
                "millwright",
                Map.of(
                        "jakarta.persistence.transactionType",
                        "RESOURCE_LOCAL",
                        "jakarta.persistence.nonJtaDataSource",
                        dataSource,
                        "eclipselink.target-server",
                        "None",
                        "eclipselink.weaving",
                        "false"));
    }

    /** The same without a look at the plans, and with connections that are kept, as a server keeps them; for measuring. */
    static synchronized PostgresForTests forMeasuring() {
        try {
            started = new PostgresForTests(KeptConnections::of);
            return started;
        } catch (IOException broken) {
            throw new IllegalStateException("PostgreSQL does not start", broken);
        }
    }

    public static synchronized PostgresForTests get() {
        if (started == null) {
            try {
                started = new PostgresForTests(WatchedDataSource::over);
            } catch (IOException broken) {
                throw new IllegalStateException("PostgreSQL does not start", broken);
            }
        }
        return started;
    }

    public DataSource dataSource() {
        return dataSource;
    }

    /** Joins the calling thread's transaction. */
    public Database database() {
        return new Database((EntityManager) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EntityManager.class}, (_, method, arguments) -> {
                    var entities = current.get();
                    if (entities == null) {
                        throw new IllegalStateException("There is no transaction to join");
                    }
                    try {
                        return method.invoke(entities, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }

    /** Does the work in a transaction of its own, and takes everything back when it throws. */
    public <T> T inTransaction(Supplier<T> work) {
        var outer = current.get();
        var entities = factory.createEntityManager();
        current.set(entities);
        var transaction = entities.getTransaction();
        transaction.begin();
        try {
            var result = work.get();
            transaction.commit();
            return result;
        } finally {
            if (transaction.isActive()) {
                transaction.rollback();
            }
            entities.close();
            current.set(outer);
        }
    }

    /** As the migrations left it. */
    public void clear() {
        execute("""
                -- The audit trail is only added to, by whoever does not say that.
                SET session_replication_role = replica;
                TRUNCATE access.audit_waiting, access.audit_event, access.audit_cut RESTART IDENTITY;
                TRUNCATE workspace.workspace, access.principal, experiment.metric_key, experiment.metric_point, outbox.event,
                    retention.purge, registry.deletion, access.used_statement
                    RESTART IDENTITY CASCADE;
                ALTER SEQUENCE experiment.experiment_id RESTART;
                INSERT INTO workspace.workspace VALUES ('main', '', '', '', '', '{}', now(), 1);
                INSERT INTO experiment.experiment (id, workspace, name, tags, created_at, updated_at, revision)
                VALUES (0, 'main', 'Default', '{}', now(), now(), 1);
                SET session_replication_role = origin;
                """);
    }

    public void execute(String sql) {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException broken) {
            throw new IllegalStateException(sql, broken);
        }
    }
}
