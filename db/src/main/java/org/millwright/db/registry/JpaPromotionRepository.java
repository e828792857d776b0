package org.millwright.db.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.db.Outbox;
import org.millwright.db.Within;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.PromotionRepository;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.Target;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** Policies, requests and the history of promotions in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaPromotionRepository implements PromotionRepository {
    private static final String KIND = "promotion request";
    private static final String POLICIES = """
            SELECT * FROM registry.approval_policy WHERE workspace = ? AND model = ?
            """;

    private final Database database;
    private final Outbox outbox;

    @Inject
    public JpaPromotionRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JpaPromotionRepository() {
        this(null, null);
    }

    @Override
    public Optional<ApprovalPolicy> policy(WorkspaceName workspace, ModelName model, Target target) {
        return database
                .query(
                        POLICIES + "AND target = ?",
                        JpaPromotionRepository::policy,
                        workspace.value(),
                        model.value(),
                        target.label())
                .stream()
                .findFirst();
    }

    @Override
    public List<ApprovalPolicy> policies(WorkspaceName workspace, ModelName model) {
        if (!isSeen(workspace, model)) {
            return List.of();
        }
        return database.query(
                POLICIES + "ORDER BY target", JpaPromotionRepository::policy, workspace.value(), model.value());
    }

    @Override
    public void save(ApprovalPolicy policy) {
        database.update(
                """
                INSERT INTO registry.approval_policy (workspace, model, target, needed, approvers, changed_by, changed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (workspace, model, target) DO UPDATE SET needed = excluded.needed,
                    approvers = excluded.approvers, changed_by = excluded.changed_by, changed_at = excluded.changed_at
                """,
                policy.workspace().value(),
                policy.model().value(),
                policy.target().label(),
                policy.needed(),
                Values.of(
                        "text",
                        policy.approvers().stream()
                                .sorted((a, b) -> a.value().compareTo(b.value()))
                                .toList(),
                        PrincipalId::value),
                policy.changedBy().value(),
                policy.changedAt());
    }

    @Override
    public boolean removePolicy(WorkspaceName workspace, ModelName model, Target target) {
        return database.update(
                        "DELETE FROM registry.approval_policy WHERE workspace = ? AND model = ? AND target = ?",
                        workspace.value(),
                        model.value(),
                        target.label())
                == 1;
    }

    @Override
    public void save(Change<PromotionRequest> change) {
        var request = change.next();
        if (request.revision().isUnsaved()) {
            database.add(
                    new PromotionRequestRow(request),
                    KIND,
                    request.version() + " " + request.target().label());
        } else {
            database.current(PromotionRequestRow.class, request.id().value(), request.revision(), KIND, request.id())
                    .write(request);
            database.flush(KIND, request.id());
        }
        outbox.append(change.events());
    }

    @Override
    public Optional<PromotionRequest> find(WorkspaceName workspace, PromotionRequestId id) {
        return database.find(PromotionRequestRow.class, id.value())
                .map(PromotionRequestRow::toRequest)
                .filter(request -> request.workspace().equals(workspace));
    }

    @Override
    public Optional<PromotionRequest> findForUpdate(WorkspaceName workspace, PromotionRequestId id) {
        var row = database.find(PromotionRequestRow.class, id.value());
        // Whoever asks has read it before, to learn which model to lock; what they read may be old by now.
        row.ifPresent(found -> database.entities().refresh(found, LockModeType.PESSIMISTIC_WRITE));
        return row.map(PromotionRequestRow::toRequest)
                .filter(request -> request.workspace().equals(workspace));
    }

    @Override
    public Optional<PromotionRequest> findOpen(WorkspaceName workspace, ModelRef version, Target target) {
        return database.entities()
                .createQuery("""
                        SELECT r FROM PromotionRequestRow r WHERE r.workspace = :workspace AND r.model = :model
                        AND r.version = :version AND r.target = :target AND r.state = 'Open'
                        """, PromotionRequestRow.class)
                .setParameter("workspace", workspace.value())
                .setParameter("model", version.name().value())
                .setParameter("version", version.version())
                .setParameter("target", target.label())
                .getResultStream()
                .map(PromotionRequestRow::toRequest)
                .findFirst();
    }

    @Override
    public List<PromotionRequest> open(WorkspaceName workspace, int most) {
        var within = Within.reach(ResourceKind.MODEL, workspace);
        return database
                .rows(
                        PromotionRequestRow.class,
                        """
                        SELECT r.* FROM registry.promotion_request r WHERE r.workspace = ? AND r.state = 'Open'%s
                        ORDER BY r.created_at, r.id LIMIT %d
                        """.formatted(within.and("r.model"), most),
                        within.behind(workspace.value()))
                .stream()
                .map(PromotionRequestRow::toRequest)
                .toList();
    }

    @Override
    public List<PromotionRequest> requests(WorkspaceName workspace, ModelName model, int most) {
        return database.entities()
                .createQuery("""
                        SELECT r FROM PromotionRequestRow r WHERE r.workspace = :workspace AND r.model = :model
                        ORDER BY r.createdAt DESC, r.id
                        """, PromotionRequestRow.class)
                .setParameter("workspace", workspace.value())
                .setParameter("model", model.value())
                .setMaxResults(most)
                .getResultStream()
                .filter(PromotionRequestRow::isSeen)
                .map(PromotionRequestRow::toRequest)
                .toList();
    }

    @Override
    public void record(Promotion promotion, List<DomainEvent> events) {
        database.update(
                """
                INSERT INTO registry.promotion (workspace, model, target, version, previous, how, by, comment, request, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                promotion.workspace().value(),
                promotion.model().value(),
                promotion.target().label(),
                promotion.version(),
                promotion.previous(),
                promotion.how(),
                promotion.by().value(),
                promotion.comment(),
                promotion.request() == null ? null : promotion.request().value(),
                promotion.at());
        outbox.append(events);
    }

    @Override
    public List<Promotion> history(WorkspaceName workspace, ModelName model, @Nullable Target target, int most) {
        if (!isSeen(workspace, model)) {
            return List.of();
        }
        return database.query(
                """
                SELECT * FROM registry.promotion
                WHERE workspace = ? AND model = ? AND (CAST(? AS text) IS NULL OR target = ?)
                ORDER BY sequence DESC LIMIT ?
                """,
                JpaPromotionRepository::promotion,
                workspace.value(),
                model.value(),
                target == null ? null : target.label(),
                target == null ? null : target.label(),
                most);
    }

    private static boolean isSeen(WorkspaceName workspace, ModelName model) {
        return Authority.current().sees(Resource.of(ResourceKind.MODEL, workspace, model));
    }

    private static Promotion promotion(ResultSet row) throws SQLException {
        var request = row.getObject("request", UUID.class);
        return new Promotion(
                new WorkspaceName(row.getString("workspace")),
                new ModelName(row.getString("model")),
                Target.parse(row.getString("target")),
                row.getObject("version", Integer.class),
                row.getObject("previous", Integer.class),
                Promotion.How.valueOf(row.getString("how")),
                new PrincipalId(row.getString("by")),
                row.getString("comment"),
                request == null ? null : new PromotionRequestId(request),
                Database.requiredInstant(row, "at"));
    }

    private static ApprovalPolicy policy(ResultSet row) throws SQLException {
        var approvers = new HashSet<PrincipalId>();
        Arrays.stream((String[]) row.getArray("approvers").getArray())
                .forEach(name -> approvers.add(new PrincipalId(name)));
        return new ApprovalPolicy(
                new WorkspaceName(row.getString("workspace")),
                new ModelName(row.getString("model")),
                Target.parse(row.getString("target")),
                row.getInt("needed"),
                approvers,
                new PrincipalId(row.getString("changed_by")),
                Database.requiredInstant(row, "changed_at"));
    }
}
