package org.millwright.db.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.Optional;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.registry.BinId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.ModelBin;
import org.millwright.workspace.WorkspaceName;

/**
 * The registry's bin in PostgreSQL. It keeps whole rows as documents, whatever columns they have, and puts back those that
 * the tables still know.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcModelBin implements ModelBin {
    private final Database database;

    @Inject
    public JdbcModelBin(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcModelBin() {
        this(null);
    }

    @Override
    public BinId put(WorkspaceName workspace, ModelName name, Instant deletedAt) {
        database.flush("model", name);
        var id = database.query("""
                        INSERT INTO registry.deletion (workspace, model, deleted_at, document)
                        SELECT m.workspace, m.name, ?, to_jsonb(m) FROM registry.registered_model m
                        WHERE m.workspace = ? AND m.name = ?
                        RETURNING id
                        """, row -> new BinId(row.getLong("id")), deletedAt, workspace.value(), name.value())
                .getFirst();
        database.update("""
                INSERT INTO registry.deleted_version (deletion, version, run, logged_model, files, document)
                SELECT ?, v.version, v.run, v.logged_model, v.files, to_jsonb(v) FROM registry.model_version v
                WHERE v.workspace = ? AND v.model = ?
                """, id.value(), workspace.value(), name.value());
        return id;
    }

    @Override
    public BinId putVersion(WorkspaceName workspace, ModelRef version, Instant deletedAt) {
        database.flush("model version", version);
        return database.query(
                        """
                        WITH gone AS (
                            INSERT INTO registry.deletion (workspace, model, version, deleted_at) VALUES (?, ?, ?, ?)
                            RETURNING id, workspace, model, version
                        )
                        INSERT INTO registry.deleted_version (deletion, version, run, logged_model, files, document)
                        SELECT gone.id, v.version, v.run, v.logged_model, v.files, to_jsonb(v)
                        FROM gone JOIN registry.model_version v USING (workspace, model, version)
                        RETURNING deletion
                        """,
                        row -> new BinId(row.getLong("deletion")),
                        workspace.value(),
                        version.name().value(),
                        version.version(),
                        deletedAt)
                .getFirst();
    }

    @Override
    public Optional<ModelName> nameOf(WorkspaceName workspace, BinId id) {
        return find(workspace, id, "version IS NULL").map(ModelRef::name);
    }

    @Override
    public Optional<ModelRef> versionOf(WorkspaceName workspace, BinId id) {
        return find(workspace, id, "version IS NOT NULL");
    }

    @Override
    public void restore(BinId id) {
        insert("registered_model", "SELECT document FROM registry.deletion WHERE id = ? AND document IS NOT NULL", id);
        insert("model_version", "SELECT document FROM registry.deleted_version WHERE deletion = ?", id);
        database.update("DELETE FROM registry.deletion WHERE id = ?", id.value());
        database.entities().clear();
    }

    /** Of a whole model, the version is 1 and means nothing. */
    private Optional<ModelRef> find(WorkspaceName workspace, BinId id, String condition) {
        database.query("SELECT id FROM registry.deletion WHERE id = ? FOR UPDATE", row -> id, id.value());
        return database
                .query(
                        """
                        SELECT d.model, coalesce(d.version, 1) AS version FROM registry.deletion d
                        WHERE d.id = ? AND d.workspace = ? AND d.%s AND NOT EXISTS (
                            SELECT 1 FROM retention.purge p
                            WHERE p.kind IN ('MODEL', 'MODEL_VERSION') AND p.id = CAST(d.id AS text))
                        """.formatted(condition),
                        row -> new ModelRef(new ModelName(row.getString("model")), row.getInt("version")),
                        id.value(),
                        workspace.value())
                .stream()
                .filter(deleted -> Authority.current().sees(Resource.of(ResourceKind.MODEL, workspace, deleted.name())))
                .findFirst();
    }

    /** Columns that came after the document was written get their defaults. */
    private void insert(String table, String documents, BinId id) {
        var columns = String.join(
                ", ", database.query("""
                        SELECT DISTINCT quote_ident(c.column_name) AS name FROM information_schema.columns c
                        WHERE c.table_schema = 'registry' AND c.table_name = ? AND c.is_generated = 'NEVER'
                          AND EXISTS (SELECT 1 FROM (%s) AS kept WHERE kept.document ->> c.column_name IS NOT NULL)
                        ORDER BY name
                        """.formatted(documents), row -> row.getString("name"), table, id.value()));
        if (!columns.isEmpty()) {
            database.update("""
                    INSERT INTO registry.%1$s (%2$s)
                    SELECT %3$s FROM (%4$s) AS kept
                    CROSS JOIN LATERAL jsonb_populate_record(CAST(NULL AS registry.%1$s), kept.document) AS r
                    """.formatted(table, columns, "r." + columns.replace(", ", ", r."), documents), id.value());
        }
    }
}
