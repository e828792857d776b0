package org.millwright.access.fake;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Attribution;
import org.millwright.access.model.AuditCut;
import org.millwright.access.model.AuditEntry;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditHead;
import org.millwright.access.model.AuditQuery;
import org.millwright.access.model.AuditRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/** The audit trail in memory. Nothing changes by itself there, so it knows only what it is told. */
public final class InMemoryAudit implements AuditRepository {
    private final Clock clock;
    private final List<AuditEvent> waiting = new ArrayList<>();
    private final List<AuditEvent> links = new ArrayList<>();
    private final List<AuditCut> cuts = new ArrayList<>();

    public InMemoryAudit(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void add(AuditEntry entry) {
        var who = entry.attribution();
        var workspace = entry.workspace();
        waiting.add(new AuditEvent(
                0,
                clock.instant(),
                entry.action(),
                entry.outcome(),
                entry.reason(),
                entry.occurrences(),
                who == null ? null : who.principal(),
                who == null ? "Server" : who.name(),
                who == null ? null : who.credential(),
                null,
                who == null ? null : who.run(),
                who == null ? null : who.address(),
                who == null ? null : who.client(),
                who == null ? null : who.request(),
                who == null ? null : who.operation(),
                who == null ? null : who.permission(),
                workspace == null ? null : workspace.value(),
                entry.kind(),
                entry.resource(),
                entry.part(),
                null,
                null,
                "",
                ""));
    }

    @Override
    public void addUnlessTold(AuditEntry entry) {
        var request = Optional.ofNullable(entry.attribution())
                .map(Attribution::request)
                .orElse(null);
        if (request == null || all().stream().noneMatch(event -> request.equals(event.request()))) {
            add(entry);
        }
    }

    private List<AuditEvent> all() {
        var all = new ArrayList<>(links);
        all.addAll(waiting);
        return all;
    }

    @Override
    public int seal(int most) {
        var now = List.copyOf(waiting.subList(0, Math.min(most, waiting.size())));
        for (var each : now) {
            links.add(AuditEvent.sealed(each, head()));
        }
        waiting.removeAll(now);
        return now.size();
    }

    @Override
    public AuditHead head() {
        return links.isEmpty()
                ? lastCut().map(AuditCut::last).orElse(AuditHead.START)
                : links.getLast().head();
    }

    @Override
    public Page<AuditEvent> page(AuditQuery query, PageRequest page) {
        var start = page.token() == null ? 0 : Integer.parseInt(page.token());
        var found = links.stream()
                .filter(matching(query))
                .sorted(Comparator.comparing(AuditEvent::at)
                        .thenComparing(AuditEvent::sequence)
                        .reversed())
                .toList();
        var end = Math.min(found.size(), start + page.size());
        return new Page<>(found.subList(start, end), end < found.size() ? Integer.toString(end) : null);
    }

    @Override
    public List<AuditEvent> links(long after, AuditQuery query, int most) {
        return links.stream()
                .filter(link -> link.sequence() > after)
                .filter(matching(query))
                .limit(most)
                .toList();
    }

    private static Predicate<AuditEvent> matching(AuditQuery query) {
        return event -> fits(query.workspace(), event.workspace())
                && (query.principals().isEmpty() || query.principals().contains(event.principal()))
                && fits(query.action(), event.action())
                && fits(query.outcome(), event.outcome())
                && fits(query.operation(), event.operation())
                && fits(query.permission(), event.permission())
                && fits(query.kind(), event.kind())
                && fits(query.resource(), event.resource())
                && fits(query.part(), event.part())
                && fits(query.address(), event.address())
                && fits(query.run(), event.run())
                && fits(query.request(), event.request())
                && (query.from() == null || !event.at().isBefore(query.from()))
                && (query.until() == null || event.at().isBefore(query.until()));
    }

    private static boolean fits(@Nullable Object wanted, @Nullable Object found) {
        return wanted == null || Objects.equals(wanted, found);
    }

    @Override
    public Optional<AuditCut> lastCut() {
        return cuts.isEmpty() ? Optional.empty() : Optional.of(cuts.getLast());
    }

    @Override
    public int cut(AuditCut cut) {
        var before = links.size();
        links.removeIf(link -> link.sequence() <= cut.last().sequence());
        cuts.add(cut);
        return before - links.size();
    }

    /** Somebody reaches behind the server's back. */
    public void tamper(int place, AuditEvent other) {
        links.set(place, other);
    }
}
