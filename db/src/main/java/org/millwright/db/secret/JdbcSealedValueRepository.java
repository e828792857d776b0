package org.millwright.db.secret;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.millwright.access.SecretPlace;
import org.millwright.db.Database;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealedValue;
import org.millwright.secret.model.SealedValueRepository;
import org.millwright.shared.Notifications;

/**
 * All columns that hold sealed values. A new one is listed here and nowhere else: what is missing would be lost when its
 * key is removed.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcSealedValueRepository implements SealedValueRepository {

    /**
     * A column of sealed values.
     *
     * @param kind of the place that they were sealed for
     * @param id the place's id, in SQL
     */
    private record SealedColumn(String table, String column, String kind, String id) {
        String name() {
            return table + "." + column;
        }

        String rows() {
            return "SELECT '%s' AS kept, '%s' AS kind, %s AS id, %s AS sealed FROM %s WHERE %s IS NOT NULL"
                    .formatted(name(), kind, id, column, table, column);
        }
    }

    private static final List<SealedColumn> COLUMNS = List.of(
            new SealedColumn(
                    "access.provider_session", "id_token", "provider-session", "CAST(credential AS text) || '/id'"),
            new SealedColumn(
                    "access.provider_session",
                    "refresh_token",
                    "provider-session",
                    "CAST(credential AS text) || '/refresh'"),
            new SealedColumn(
                    "endpoint.online_endpoint", "primary_key", "endpoint", "workspace || '/' || name || '/primary'"),
            new SealedColumn(
                    "endpoint.online_endpoint",
                    "secondary_key",
                    "endpoint",
                    "workspace || '/' || name || '/secondary'"),
            new SealedColumn("monitoring.webhook", "secret", "webhook", "CAST(id AS text)"),
            new SealedColumn("secret.workspace_secret", "sealed", "secret", "workspace || '/' || name"));

    private static final String ALL =
            COLUMNS.stream().map(SealedColumn::rows).collect(Collectors.joining("\nUNION ALL\n"));

    /** The form before keys had names begins otherwise. */
    private static final String KEY =
            "CASE WHEN sealed LIKE 'v2|%%' THEN split_part(sealed, '|', 2) ELSE '%s' END".formatted(KeyId.UNNAMED);

    private final Database database;

    @Inject
    public JdbcSealedValueRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcSealedValueRepository() {
        this(null);
    }

    private record Count(String key, long values) {}

    @Override
    public Map<KeyId, Long> countByKey() {
        var counts = database.query(
                "SELECT %s AS key, count(*) AS held FROM (%s) held GROUP BY 1".formatted(KEY, ALL),
                row -> new Count(row.getString("key"), row.getLong("held")));
        var byKey = new TreeMap<KeyId, Long>(java.util.Comparator.comparing(KeyId::value));
        counts.forEach(count -> byKey.put(new KeyId(count.key()), count.values()));
        return byKey;
    }

    @Override
    public List<SealedValue> sealedWith(KeyId key, int most) {
        return values("=", key, most);
    }

    @Override
    public List<SealedValue> notSealedWith(KeyId key, int most) {
        return values("<>", key, most);
    }

    private List<SealedValue> values(String compared, KeyId key, int most) {
        return database.query(
                "SELECT * FROM (%s) held WHERE %s %s ? LIMIT ?".formatted(ALL, KEY, compared),
                row -> new SealedValue(
                        new SecretPlace(row.getString("kind"), row.getString("id")),
                        row.getString("kept"),
                        row.getString("sealed")),
                key.value(),
                most);
    }

    /** A row's revision stays: for its owner nothing has changed. */
    @Override
    public boolean replace(SealedValue value, String sealed) {
        var column = COLUMNS.stream()
                .filter(known -> known.name().equals(value.kept()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No such column: " + value.kept()));
        return database.update(
                        "UPDATE %s SET %s = ? WHERE %s = ? AND %s = ?"
                                .formatted(column.table(), column.column(), column.id(), column.column()),
                        sealed,
                        value.place().id(),
                        value.sealed())
                == 1;
    }

    @Override
    public void askForRewrapping() {
        database.wake(Notifications.SECRET_KEYS);
    }
}
