package org.millwright.access.model;

import java.util.List;
import java.util.Optional;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/** Keeps the audit trail. Entries come in, are put into the chain in the order in which they were committed, and stay. */
public interface AuditRepository {

    /** It waits for {@link #seal}. */
    void add(AuditEntry entry);

    /** The same, unless there is an entry of the same request. */
    void addUnlessTold(AuditEntry entry);

    /** Puts what waits into the chain; several servers take turns. @return how many */
    int seal(int most);

    /** The newest link that is in the chain. */
    AuditHead head();

    /** Newest first. */
    Page<AuditEvent> page(AuditQuery query, PageRequest page);

    /** In the order of the chain, from the one behind {@code after} on. */
    List<AuditEvent> links(long after, AuditQuery query, int most);

    /** Where the chain begins since it was last cut. */
    Optional<AuditCut> lastCut();

    /** Takes the oldest links away. @return how many */
    int cut(AuditCut cut);
}
