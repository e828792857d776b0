package org.millwright.retention.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.model.BinRepository;
import org.millwright.retention.model.DeletedItem;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceDirectory;
import org.millwright.workspace.WorkspaceName;

/** Shows what is deleted and orders purges: of one thing by hand, or of all that lie longer than their workspace wants. */
@ApplicationScoped
@Transactional
public class RecycleBin {
    /** Who orders what nobody asked for by hand. */
    static final String RETENTION = "retention";

    private static final int BATCH = 100;

    private final BinRepository bin;
    private final WorkspaceDirectory workspaces;
    private final Clock clock;

    @Inject
    public RecycleBin(BinRepository bin, WorkspaceDirectory workspaces, Clock clock) {
        this.bin = bin;
        this.workspaces = workspaces;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected RecycleBin() {
        this(null, null, null);
    }

    /** The latest deleted first. @param olderThan only what was deleted longer ago; null for all */
    public Page<DeletedItem> list(
            WorkspaceName workspace, Set<DeletedKind> kinds, @Nullable Duration olderThan, PageRequest page) {
        var before = olderThan == null ? null : clock.instant().minus(olderThan);
        return bin.list(new BinRepository.BinQuery(workspace, kinds, before), page);
    }

    /** When retention purges what was deleted then; empty for never. */
    public Optional<Instant> purgeTime(WorkspaceName workspace, Instant deletedAt) {
        return workspaces.settingsOf(workspace).purgeTime(deletedAt);
    }

    /**
     * Orders the purge of one thing; it is gone some moments later. Again changes nothing.
     *
     * @param by who wants it
     * @throws Refused with WrongState when it is not deleted, or something that is still there needs it
     */
    public DeletedItem purge(WorkspaceName workspace, DeletedKind kind, String id, String by) {
        var item = bin.findForUpdate(workspace, kind, id).orElseThrow(() -> absent(workspace, kind, id));
        if (!item.beingPurged()) {
            bin.need(item).ifPresent(need -> {
                throw new Refused(new Problem.WrongState(kind.inWords(), item.name(), need.inWords(), "purge"));
            });
            bin.order(item.purge(by, clock.instant()));
        }
        return item;
    }

    /**
     * Orders some purges of what lies in the workspace's bin longer than its settings say.
     *
     * @return how many; 0 when nothing is due (any more)
     */
    public int purgeDue(WorkspaceName workspace) {
        var now = clock.instant();
        var before = workspaces.settingsOf(workspace).dueBefore(now);
        if (before.isEmpty()) {
            return 0;
        }
        var ordered = 0;
        // Versions first: while one lies in the bin, the run that it was made from stays.
        for (var kind : new DeletedKind[] {
            DeletedKind.MODEL_VERSION,
            DeletedKind.MODEL,
            DeletedKind.LOGGED_MODEL,
            DeletedKind.EXPERIMENT,
            DeletedKind.RUN
        }) {
            for (var item : bin.due(workspace, kind, before.get(), BATCH)) {
                bin.order(item.purge(RETENTION, now));
                ordered++;
            }
        }
        return ordered;
    }

    private Refused absent(WorkspaceName workspace, DeletedKind kind, String id) {
        return bin.isInUse(workspace, kind, id)
                ? new Refused(new Problem.WrongState(kind.inWords(), id, "not deleted; delete it first", "purge"))
                : Refused.notFound(kind.inWords(), id);
    }
}
