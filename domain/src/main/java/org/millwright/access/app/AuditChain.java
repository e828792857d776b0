package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import org.millwright.access.Attribution;
import org.millwright.access.Caller;
import org.millwright.access.Permission;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditCut;
import org.millwright.access.model.AuditEntry;
import org.millwright.access.model.AuditHead;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditQuery;
import org.millwright.access.model.AuditRepository;
import org.millwright.access.model.ChainCheck;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Chains the entries of the audit trail, tells how far the chain goes, checks it, and cuts off its oldest part. */
@ApplicationScoped
@Transactional
public class AuditChain {
    private static final int PIECE = 1000;

    private final AuditRepository trail;
    private final Clock clock;

    @Inject
    public AuditChain(AuditRepository trail, Clock clock) {
        this.trail = trail;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected AuditChain() {
        this(null, null);
    }

    /** Puts some of what waits into the chain. @return whether more may wait */
    public boolean seal() {
        return trail.seal(PIECE) == PIECE;
    }

    public AuditHead head() {
        seal();
        return trail.head();
    }

    /** Where the chain begins: at its start, or behind what was cut off. */
    public AuditHead begin() {
        return trail.lastCut().map(AuditCut::last).orElse(AuditHead.START);
    }

    /** Looks at a piece of the chain, behind a link that was looked at before. At the end of it the piece is empty. */
    public ChainCheck check(AuditHead before) {
        seal();
        return ChainCheck.of(before, trail.links(before.sequence(), AuditQuery.ALL, PIECE));
    }

    /** Looks at the newest links, as many as a page may wait for. */
    public ChainCheck checkNewest() {
        seal();
        var begin = begin();
        var start = Math.max(begin.sequence(), trail.head().sequence() - PIECE);
        var before = start == begin.sequence()
                ? begin
                : trail.links(start - 1, AuditQuery.ALL, 1).getFirst().head();
        return ChainCheck.of(before, trail.links(start, AuditQuery.ALL, PIECE));
    }

    /**
     * Takes links away that somebody keeps elsewhere.
     *
     * @param last the last of them, with the hash by which whoever exported it knows it
     * @param archive SHA-256 of the file that they were exported to
     * @throws Refused with Stale when the link has another hash, with WrongState when it is the newest or gone
     */
    public int cut(Caller by, AuditHead last, String archive) {
        by.requireEverywhere(Permission.ACCESS_MANAGE);
        if (!archive.matches("[0-9a-f]{64}")) {
            throw Refused.invalid("archive", "the SHA-256 of the exported file, 64 lower-case hex digits");
        }
        if (last.sequence() >= trail.head().sequence()) {
            throw new Refused(new Problem.WrongState(
                    "audit entry", Long.toString(last.sequence()), "the newest, which stays", "cut off"));
        }
        var link = trail.links(last.sequence() - 1, AuditQuery.ALL, 1).stream()
                .filter(found -> found.sequence() == last.sequence())
                .findFirst()
                .orElseThrow(() -> Refused.notFound("audit entry", last.sequence()));
        if (!link.hash().equals(last.hash())) {
            throw Refused.invalid("hash", "that of entry %d, as it was exported".formatted(last.sequence()));
        }
        trail.add(new AuditEntry(
                AuditAction.DELETE,
                AuditOutcome.ALLOWED,
                "Exported to a file with SHA-256 " + archive,
                1,
                Attribution.current().orElse(null),
                null,
                "audit trail",
                "entries up to %d".formatted(last.sequence()),
                null));
        return trail.cut(
                new AuditCut(last, archive, clock.instant(), by.principal().value()));
    }
}
