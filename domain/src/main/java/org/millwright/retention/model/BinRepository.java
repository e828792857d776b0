package org.millwright.retention.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.retention.DeletedKind;
import org.millwright.shared.Change;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** Sees all that is deleted, whichever context owns it, and keeps the orders to purge. */
public interface BinRepository {

    /**
     * What to list.
     *
     * @param kinds of these kinds only
     * @param deletedBefore only what was deleted before; null for all
     */
    record BinQuery(
            WorkspaceName workspace,
            Set<DeletedKind> kinds,
            @Nullable Instant deletedBefore) {}

    /**
     * What lies in the bin, the latest deleted first. What was deleted together with its experiment is not listed by
     * itself.
     */
    Page<DeletedItem> list(BinQuery query, PageRequest page);

    /** Finds something in the bin, and keeps it there until the transaction ends: nobody restores it meanwhile. */
    Optional<DeletedItem> findForUpdate(WorkspaceName workspace, DeletedKind kind, String id);

    /** Whether there is such a thing and it is not deleted. */
    boolean isInUse(WorkspaceName workspace, DeletedKind kind, String id);

    /** Why it must stay; empty when nothing needs it. */
    Optional<Need> need(DeletedItem item);

    /**
     * Some things that were deleted before that time, that nothing needs, and whose purge was not ordered yet, kept in the
     * bin until the transaction ends. What others hold at the moment is left out.
     */
    List<DeletedItem> due(WorkspaceName workspace, DeletedKind kind, Instant deletedBefore, int most);

    /** Keeps the order and tells of it; again changes nothing. */
    void order(Change<Purge> change);
}
