package org.millwright.db.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.ResourceKind;
import org.millwright.data.ArtifactPath;
import org.millwright.db.Database;
import org.millwright.db.Json;
import org.millwright.db.Outbox;
import org.millwright.db.Within;
import org.millwright.experiment.RunId;
import org.millwright.registry.ModelRef;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.model.BinRepository;
import org.millwright.retention.model.DeletedItem;
import org.millwright.retention.model.Need;
import org.millwright.retention.model.Purge;
import org.millwright.shared.Change;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** What is deleted, across the tables of the contexts, and the orders to purge. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcBinRepository implements BinRepository {
    private static final String SHOWN = """
            SELECT i.*, EXISTS (SELECT 1 FROM retention.purge o WHERE o.kind = i.kind AND o.id = i.id) AS ordered
            FROM (%s) AS i
            """;

    private final Database database;
    private final Outbox outbox;

    @Inject
    public JdbcBinRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JdbcBinRepository() {
        this(null, null);
    }

    @Override
    public Page<DeletedItem> list(BinQuery query, PageRequest page) {
        if (query.kinds().isEmpty()) {
            return Page.last(List.of());
        }
        var parts = new ArrayList<String>();
        var values = new ArrayList<@Nullable Object>();
        for (var kind : query.kinds()) {
            var row = Bin.row(kind);
            var within = within(query.workspace(), kind);
            var sql = Bin.items(kind) + " AND %s.workspace = ?%s".formatted(row, within.and(Bin.owner(kind)));
            values.add(query.workspace().value());
            within.addTo(values);
            if (query.deletedBefore() != null) {
                sql += " AND %s.deleted_at < ?".formatted(row);
                values.add(query.deletedBefore());
            }
            parts.add(sql);
        }
        var sql = SHOWN.formatted(String.join(" UNION ALL ", parts)) + " WHERE NOT i.goes_along";
        if (page.token() != null) {
            var behind = Place.parse(page.token());
            sql += """
                     AND (i.deleted_at < ? OR i.deleted_at = ? AND (i.kind COLLATE "C", i.id COLLATE "C") > (?, ?))
                    """;
            values.addAll(List.of(behind.deletedAt(), behind.deletedAt(), behind.kind(), behind.id()));
        }
        sql += " ORDER BY i.deleted_at DESC, i.kind COLLATE \"C\", i.id COLLATE \"C\" LIMIT ?";
        values.add(page.size() + 1L);
        var found = database.query(sql, JdbcBinRepository::item, values.toArray());
        if (found.size() <= page.size()) {
            return Page.last(found);
        }
        var shown = found.subList(0, page.size());
        return new Page<>(shown, Place.of(shown.getLast()).token());
    }

    @Override
    public Optional<DeletedItem> findForUpdate(WorkspaceName workspace, DeletedKind kind, String id) {
        if (!isPossible(kind, id)) {
            return Optional.empty();
        }
        var row = Bin.row(kind);
        var within = within(workspace, kind);
        var one = "%s AND %s.workspace = ? AND %s%s"
                .formatted(Bin.items(kind), row, hasId(kind), within.and(Bin.owner(kind)));
        var values = within.behind(workspace.value(), id);
        database.query(one + " FOR UPDATE OF " + row, JdbcBinRepository::id, values);
        // Asked again, because who had to wait for the row has not seen what was decided about it meanwhile.
        return database.query(SHOWN.formatted(one), JdbcBinRepository::item, values).stream()
                .findFirst();
    }

    @Override
    public boolean isInUse(WorkspaceName workspace, DeletedKind kind, String id) {
        if (!isPossible(kind, id)) {
            return false;
        }
        var table =
                switch (kind) {
                    case RUN -> "experiment.run r";
                    case EXPERIMENT -> "experiment.experiment x";
                    case LOGGED_MODEL -> "registry.logged_model l";
                    // An id of the registry's bin names a deletion, so what has one is not in use.
                    case MODEL, MODEL_VERSION -> "";
                };
        var within = within(workspace, kind);
        return !table.isEmpty()
                && !database.query(
                                "SELECT 1 FROM %s WHERE deleted_at IS NULL AND workspace = ? AND %s%s"
                                        .formatted(table, hasId(kind), within.and(Bin.owner(kind))),
                                row -> true,
                                within.behind(workspace.value(), id))
                        .isEmpty();
    }

    @Override
    public Optional<Need> need(DeletedItem item) {
        var kind = item.kind();
        return database
                .query(
                        "SELECT n.* FROM (%s AND %s) AS i JOIN LATERAL (%s) AS n ON true LIMIT 1"
                                .formatted(Bin.items(kind), hasId(kind), needsOfItem(kind)),
                        JdbcBinRepository::need,
                        item.id())
                .stream()
                .findFirst();
    }

    @Override
    public List<DeletedItem> due(WorkspaceName workspace, DeletedKind kind, Instant deletedBefore, int most) {
        var row = Bin.row(kind);
        var notOrdered =
                "NOT EXISTS (SELECT 1 FROM retention.purge o WHERE o.kind = '%s' AND o.id = CAST(%s.id AS text))"
                        .formatted(kind.name(), row);
        if (kind == DeletedKind.RUN || kind == DeletedKind.LOGGED_MODEL) {
            notOrdered +=
                    " AND NOT EXISTS (SELECT 1 FROM retention.purge o WHERE o.kind = 'EXPERIMENT' AND o.id = CAST(%s.experiment AS text))"
                            .formatted(row);
        }
        var ids = database.query(
                """
                %s AND %s.workspace = ? AND %s.deleted_at < ? AND %s AND %s
                ORDER BY %s.deleted_at, %s.id LIMIT ? FOR UPDATE OF %s SKIP LOCKED
                """.formatted(Bin.items(kind), row, row, notOrdered, Bin.isFree(kind), row, row, row),
                JdbcBinRepository::id,
                workspace.value(),
                deletedBefore,
                (long) most);
        if (ids.isEmpty()) {
            return List.of();
        }
        // A need that came while the rows were being locked is seen only now.
        return database.query(
                SHOWN.formatted("%s AND CAST(%s.id AS text) = ANY (?) AND %s"
                                .formatted(Bin.items(kind), row, Bin.isFree(kind)))
                        + " ORDER BY i.deleted_at, i.id",
                JdbcBinRepository::item,
                new Database.Values("text", ids.toArray()));
    }

    @Override
    public void order(Change<Purge> change) {
        var purge = change.next();
        var added = database.update(
                """
                INSERT INTO retention.purge (kind, id, workspace, files, ordered_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (kind, id) DO NOTHING
                """,
                purge.kind(),
                purge.id(),
                purge.workspace().value(),
                purge.files() == null ? null : purge.files().value(),
                change.events().getFirst().at());
        if (added == 0) {
            return;
        }
        // Whoever decided to restore it on what it was before now finds it changed.
        switch (purge.kind()) {
            case EXPERIMENT ->
                database.update(
                        "UPDATE experiment.experiment SET revision = revision + 1 WHERE id = CAST(? AS bigint)",
                        purge.id());
            case LOGGED_MODEL ->
                database.update("UPDATE registry.logged_model SET revision = revision + 1 WHERE id = ?", purge.id());
            case RUN, MODEL, MODEL_VERSION -> {
                // Restoring locks the row first, as ordering did.
            }
        }
        outbox.append(change.events());
    }

    /** The needs of the row inside the selected item, which the outer query knows by its id alone. */
    private static String needsOfItem(DeletedKind kind) {
        var row = Bin.row(kind);
        var table =
                switch (kind) {
                    case RUN -> "experiment.run";
                    case EXPERIMENT -> "experiment.experiment";
                    case LOGGED_MODEL -> "registry.logged_model";
                    case MODEL, MODEL_VERSION -> "registry.deletion";
                };
        return "SELECT m.* FROM %s %s JOIN LATERAL (%s) AS m ON true WHERE CAST(%s.id AS text) = i.id"
                .formatted(table, row, Bin.needs(kind), row);
    }

    private static Within within(WorkspaceName workspace, DeletedKind kind) {
        return Within.reach(
                switch (kind) {
                    case RUN, EXPERIMENT, LOGGED_MODEL -> ResourceKind.EXPERIMENT;
                    case MODEL, MODEL_VERSION -> ResourceKind.MODEL;
                },
                workspace);
    }

    private static String hasId(DeletedKind kind) {
        return switch (kind) {
            case RUN, LOGGED_MODEL -> Bin.row(kind) + ".id = ?";
            case EXPERIMENT, MODEL, MODEL_VERSION -> Bin.row(kind) + ".id = CAST(? AS bigint)";
        };
    }

    private static boolean isPossible(DeletedKind kind, String id) {
        return switch (kind) {
            case RUN, LOGGED_MODEL -> id.indexOf('\0') < 0;
            case EXPERIMENT, MODEL, MODEL_VERSION -> id.matches("\\d{1,18}");
        };
    }

    private static String id(ResultSet row) throws SQLException {
        return row.getString("id");
    }

    private static DeletedItem item(ResultSet row) throws SQLException {
        var files = row.getString("files");
        return new DeletedItem(
                new WorkspaceName(row.getString("workspace")),
                DeletedKind.valueOf(row.getString("kind")),
                row.getString("id"),
                row.getString("name"),
                row.getString("place"),
                Database.requiredInstant(row, "deleted_at"),
                files == null ? null : new ArtifactPath(files),
                row.getBoolean("ordered"));
    }

    private static Need need(ResultSet row) throws SQLException {
        var what = row.getString("what");
        return switch (row.getString("need")) {
            case "ORIGIN" -> new Need.OriginOf(ModelRef.parse(what));
            case "DELETED_ORIGIN" -> new Need.OriginOfDeleted(ModelRef.parse(what));
            case "DEPLOYED" -> new Need.DeployedOn(row.getString("place"), ModelRef.parse(what));
            case "HOLDS" -> new Need.HoldsRun(new RunId(what));
            default -> new Need.UsedByDefault();
        };
    }

    /** An item's place in the list. */
    private record Place(Instant deletedAt, String kind, String id) {
        static Place of(DeletedItem item) {
            return new Place(item.deletedAt(), item.kind().name(), item.id());
        }

        static Place parse(String token) {
            try {
                var place = Json.parse(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
                if (place.isArray() && place.size() == 3 && place.valueStream().allMatch(part -> part.isTextual())) {
                    return new Place(
                            Instant.parse(place.get(0).textValue()),
                            place.get(1).textValue(),
                            place.get(2).textValue());
                }
            } catch (IllegalArgumentException | DateTimeException | JsonProcessingException forged) {
                // The answer below is the same for all that is no token of ours.
            }
            throw Refused.invalid("page", "not one that this server gave for this list");
        }

        String token() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Json.write(List.of(deletedAt.toString(), kind, id))
                            .value()
                            .getBytes(StandardCharsets.UTF_8));
        }
    }
}
