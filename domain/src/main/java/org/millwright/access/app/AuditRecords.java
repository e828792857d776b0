package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Attribution;
import org.millwright.access.AuditTrail;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditEntry;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditRepository;
import org.millwright.workspace.WorkspaceName;

/** Puts on the audit trail what no changed row tells. */
@ApplicationScoped
@Transactional
public class AuditRecords implements AuditTrail {
    private final AuditRepository trail;

    @Inject
    public AuditRecords(AuditRepository trail) {
        this.trail = trail;
    }

    @SuppressWarnings("NullAway")
    protected AuditRecords() {
        this(null);
    }

    @Override
    public void read(String kind, @Nullable WorkspaceName workspace, String resource, @Nullable String part) {
        trail.add(entry(AuditAction.READ, workspace, kind, resource, part));
    }

    /** An operation that changes something was carried out. When no other entry tells of the request, this one does. */
    public void called(
            @Nullable WorkspaceName workspace, String kind, @Nullable String resource, @Nullable String part) {
        trail.addUnlessTold(entry(AuditAction.CALL, workspace, kind, resource, part));
    }

    private static AuditEntry entry(
            AuditAction action,
            @Nullable WorkspaceName workspace,
            String kind,
            @Nullable String resource,
            @Nullable String part) {
        return new AuditEntry(
                action,
                AuditOutcome.ALLOWED,
                null,
                1,
                Attribution.current().orElse(null),
                workspace,
                kind,
                resource,
                part);
    }

    /** Whatever becomes of the transaction at hand, this is kept. */
    @Transactional(TxType.REQUIRES_NEW)
    public void keep(AuditEntry entry) {
        trail.add(entry);
    }
}
