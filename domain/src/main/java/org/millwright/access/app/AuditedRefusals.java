package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Attribution;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditEntry;
import org.millwright.access.model.AuditOutcome;
import org.millwright.workspace.WorkspaceName;

/**
 * Puts on the audit trail what was refused or failed. The first of a kind is told of at once; what comes again from the same
 * address by the same principal at the same operation is counted, and the count is told of after a minute. So whoever
 * knocks a million times is seen, and fills no disk.
 */
@ApplicationScoped
public class AuditedRefusals {
    private static final Duration COUNTED = Duration.ofMinutes(1);
    /** Operations that are told apart in a minute, of one principal at one address; what comes beyond is counted together. */
    static final int MOST_OF_ONE = 20;

    /** And of all together. */
    static final int MOST = 200;

    private static final String OTHERS = "(other operations)";

    private final AuditRecords records;
    private final Clock clock;
    private final Map<Key, Counted> counted = new LinkedHashMap<>();

    @Inject
    public AuditedRefusals(AuditRecords records, Clock clock) {
        this.records = records;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected AuditedRefusals() {
        this(null, null);
    }

    private record Key(String address, @Nullable String principal, AuditOutcome outcome, String operation) {}

    /** @param last the newest of its kind, which tells of all @param more those that are not told of yet */
    private record Counted(AuditEntry last, int more, Instant until) {
        AuditEntry summary() {
            return new AuditEntry(
                    last.action(),
                    last.outcome(),
                    last.reason(),
                    more,
                    last.attribution(),
                    last.workspace(),
                    last.kind(),
                    last.resource(),
                    last.part());
        }
    }

    /** @param reason what the caller was answered */
    public void happened(AuditOutcome outcome, @Nullable WorkspaceName workspace, String reason) {
        var attribution = Attribution.current().orElse(null);
        if (attribution == null) {
            return;
        }
        var entry =
                new AuditEntry(AuditAction.CALL, outcome, reason, 1, attribution, workspace, "operation", null, null);
        if (isFirst(entry, attribution)) {
            records.keep(entry);
        }
    }

    /** Tells of what was counted for long enough. @param all also of the rest, because the server ends */
    public void tell(boolean all) {
        for (var counted : due(all)) {
            records.keep(counted.summary());
        }
    }

    private synchronized boolean isFirst(AuditEntry entry, Attribution attribution) {
        var key = key(entry, attribution);
        var known = counted.get(key);
        if (known != null) {
            counted.put(key, new Counted(entry, known.more + 1, known.until));
            return false;
        }
        counted.put(key, new Counted(entry, 0, clock.instant().plus(COUNTED)));
        return true;
    }

    private Key key(AuditEntry entry, Attribution attribution) {
        var key = new Key(attribution.address(), attribution.principal(), entry.outcome(), attribution.operation());
        if (counted.containsKey(key)) {
            return key;
        }
        if (counted.size() >= MOST) {
            return new Key("", null, entry.outcome(), OTHERS);
        }
        var ofThem = counted.keySet().stream()
                .filter(known -> known.address.equals(key.address) && Objects.equals(known.principal, key.principal))
                .count();
        return ofThem < MOST_OF_ONE ? key : new Key(key.address, key.principal, entry.outcome(), OTHERS);
    }

    private synchronized List<Counted> due(boolean all) {
        var now = clock.instant();
        var due = new ArrayList<Counted>();
        for (var entry : new HashMap<>(counted).entrySet()) {
            if (all || !now.isBefore(entry.getValue().until)) {
                counted.remove(entry.getKey());
                if (entry.getValue().more > 0) {
                    due.add(entry.getValue());
                }
            }
        }
        return due;
    }
}
