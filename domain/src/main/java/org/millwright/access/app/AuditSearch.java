package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditQuery;
import org.millwright.access.model.AuditRepository;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/** Finds entries of the audit trail. What was committed before the search is in it. */
@ApplicationScoped
@Transactional
public class AuditSearch {
    private static final int PIECE = 1000;

    private final AuditRepository trail;
    private final PrincipalRepository principals;

    @Inject
    public AuditSearch(AuditRepository trail, PrincipalRepository principals) {
        this.trail = trail;
        this.principals = principals;
    }

    @SuppressWarnings("NullAway")
    protected AuditSearch() {
        this(null, null);
    }

    /** Newest first. */
    public Page<AuditEvent> page(AuditQuery query, PageRequest page) {
        trail.seal(PIECE);
        return trail.page(query, page);
    }

    /** A piece of an export, in the order of the chain. @param after the last of the piece before, at first 0 */
    public List<AuditEvent> piece(AuditQuery query, long after) {
        if (after == 0) {
            trail.seal(PIECE);
        }
        return trail.links(after, query, PIECE);
    }

    /** Whom somebody means by an id, a username or an address; the text itself for one who is no longer there. */
    public List<String> meant(String text) {
        var found = principals.called(text).stream()
                .map(Principal::id)
                .map(Object::toString)
                .toList();
        return found.isEmpty() ? List.of(text) : found;
    }
}
