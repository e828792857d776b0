package org.millwright.db;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;

/**
 * The repositories' way to the database, in the transaction of whoever calls: entities by JPA, and SQL on the same
 * connection.
 */
@ApplicationScoped
public class Database {
    /**
     * What a statement reads beside its values to say by itself in whose name it writes: {@code WITH %s, added AS (INSERT …
     * SELECT … FROM attributed)}. That spares a round trip where each one counts. @see #updateAttributed
     */
    public static final String ATTRIBUTED = Attributed.PART;

    private static final String UNIQUE_VIOLATION = "23505";

    @PersistenceContext(unitName = "millwright")
    private EntityManager entities;

    /** For use outside a container. */
    public Database(EntityManager entities) {
        this.entities = entities;
    }

    /** For the container, which fills in the rest. */
    protected Database() {}

    public EntityManager entities() {
        return entities;
    }

    /** Finds the row, if whoever asks may see it. */
    public <R> Optional<R> find(Class<R> type, Object key) {
        return Optional.ofNullable(entities.find(type, key)).filter(Database::isSeen);
    }

    /** Finds the row as it is now, and lets nobody else change it until the transaction ends. */
    public <R> Optional<R> findForUpdate(Class<R> type, Object key) {
        return Optional.ofNullable(entities.find(type, key, LockModeType.PESSIMISTIC_WRITE))
                .filter(Database::isSeen);
    }

    private static boolean isSeen(Object row) {
        return !(row instanceof Guarded guarded) || guarded.isSeen();
    }

    /** Rows by SQL, in its order. @param values for the question marks: text and numbers */
    public <R> List<R> rows(Class<R> type, String sql, @Nullable Object... values) {
        var parts = sql.split("\\?", -1);
        var numbered = new StringBuilder(parts[0]);
        for (var i = 1; i < parts.length; i++) {
            numbered.append('?').append(i).append(parts[i]);
        }
        var query = entities.createNativeQuery(numbered.toString(), type);
        for (var i = 0; i < values.length; i++) {
            query.setParameter(i + 1, values[i]);
        }
        var rows = new ArrayList<R>();
        for (var row : query.getResultList()) {
            rows.add(type.cast(row));
        }
        return rows;
    }

    /** @throws Refused with AlreadyExists when there is one of that key, or with Forbidden */
    public void add(Object row, String kind, Object id) {
        if (row instanceof Guarded guarded) {
            guarded.requireToAdd();
        }
        attribute();
        try {
            entities.persist(row);
            entities.flush();
        } catch (PersistenceException failed) {
            throw refusal(failed, kind, id);
        }
    }

    /**
     * The row that is to be changed.
     *
     * @throws Refused with Stale when it is gone or was stored since it was read, or with Forbidden
     */
    public <R extends Versioned> R current(Class<R> type, Object key, Revision read, String kind, Object id) {
        var row = entities.find(type, key);
        if (row == null || row.revision() != read.value()) {
            throw Refused.stale(kind, id);
        }
        if (row instanceof Guarded guarded) {
            Authority.current().require(guarded.resource());
        }
        return row;
    }

    /** Writes now, so that a lost race is our answer and not a failed commit after it. */
    public void flush(String kind, Object id) {
        attribute();
        try {
            entities.flush();
        } catch (OptimisticLockException raced) {
            throw Refused.stale(kind, id);
        } catch (PersistenceException failed) {
            throw refusal(failed, kind, id);
        }
    }

    /** Reads one row of a result. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Values of one SQL type for {@code unnest} and {@code ANY}. */
    public record Values(String type, Object[] values) {
        public static <T> Values of(String type, List<T> items, Function<T, @Nullable Object> value) {
            return new Values(type, items.stream().map(value).toArray());
        }
    }

    /** @param values for the question marks: text, numbers, truths, instants, UUIDs, {@link Values} or null */
    public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values) {
        if (Attributed.isNeeded(sql)) {
            attribute();
        }
        return read(sql, reader, values);
    }

    private <T> List<T> read(String sql, RowReader<T> reader, @Nullable Object... values) {
        try (var statement = prepare(sql, values);
                var rows = statement.executeQuery()) {
            var read = new ArrayList<T>();
            while (rows.next()) {
                read.add(reader.read(rows));
            }
            return read;
        } catch (SQLException failed) {
            throw failure(failed);
        }
    }

    /** @return how many rows were changed */
    public int update(String sql, @Nullable Object... values) {
        if (Attributed.isNeeded(sql)) {
            attribute();
        }
        return change(sql, values);
    }

    /** @param sql begins with {@link #ATTRIBUTED} @param values for the question marks behind it */
    public int updateAttributed(String sql, @Nullable Object... values) {
        var all = new @Nullable Object[values.length + 1];
        all[0] = Attributed.now();
        System.arraycopy(values, 0, all, 1, values.length);
        return change(sql, all);
    }

    private int change(String sql, @Nullable Object... values) {
        try (var statement = prepare(sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException failed) {
            throw failure(failed);
        }
    }

    /** Says in whose name what follows in the transaction is written. */
    private void attribute() {
        var attribution = Attributed.now();
        if (attribution != null) {
            read(Attributed.STATEMENT, _ -> true, attribution);
        }
    }

    /**
     * While it is so, runs and logged models are deleted, restored and purged as part of their experiment: the audit trail
     * tells of the experiment, and not of each of a hundred thousand runs.
     */
    public void withItsExperiment(boolean so) {
        query("SELECT set_config('millwright.audit_whole', ?, true)", _ -> so, so ? "experiment" : "");
    }

    /** Tells those who listen on the channel, when the transaction commits. */
    public void wake(String channel) {
        query("SELECT pg_notify(CAST(? AS text), '')", _ -> channel, channel);
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    public static Instant requiredInstant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** What a failed statement means: a refusal when the values cannot be kept, otherwise a fault. */
    static RuntimeException failure(SQLException failed) {
        return switch (failed.getSQLState()) {
            case "22021", "22P05" -> Refused.invalid("text", "no NUL characters");
            case "22008" -> Refused.invalid("time", "between the years -4712 and 294276");
            case null, default -> new PersistenceException("The database refused a statement", failed);
        };
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        var connection = connection();
        var statement = connection.prepareStatement(sql);
        try {
            for (var i = 0; i < values.length; i++) {
                bind(connection, statement, i + 1, values[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException failed) {
            statement.close();
            throw failed;
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, int index, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case Instant instant -> statement.setObject(index, OffsetDateTime.ofInstant(instant, ZoneOffset.UTC));
            case Values(var type, var items) -> statement.setArray(index, connection.createArrayOf(type, items));
            case Enum<?> named -> statement.setString(index, named.name());
            case null, default -> statement.setObject(index, value);
        }
    }

    private Connection connection() {
        var connection = entities.unwrap(Connection.class);
        if (connection == null) {
            throw new IllegalStateException("There is no transaction to join");
        }
        return connection;
    }

    private static RuntimeException refusal(PersistenceException failed, String kind, Object id) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return UNIQUE_VIOLATION.equals(sql.getSQLState())
                        ? new Refused(new Problem.AlreadyExists(kind, id.toString()))
                        : failure(sql);
            }
        }
        return failed instanceof jakarta.persistence.EntityExistsException
                ? new Refused(new Problem.AlreadyExists(kind, id.toString()))
                : failed;
    }
}
