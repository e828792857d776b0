package org.millwright.shared.fake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;

/** Keeps aggregates in memory and refuses what a database would refuse: a taken key, an old revision. */
public final class Shelf<A> {
    private final String kind;
    private final Function<A, String> key;
    private final Function<A, Revision> revision;
    private final BiFunction<A, Revision, A> withRevision;
    private final Map<String, A> kept = new TreeMap<>();
    private final List<DomainEvent> events = new ArrayList<>();
    private @Nullable Function<A, Resource> owner;
    private boolean keepsParts;

    public Shelf(
            String kind,
            Function<A, String> key,
            Function<A, Revision> revision,
            BiFunction<A, Revision, A> withRevision) {
        this.kind = kind;
        this.key = key;
        this.revision = revision;
        this.withRevision = withRevision;
    }

    /** From now on nobody finds or changes what they hold no role on. */
    public Shelf<A> ofResources(Function<A, Resource> itself) {
        owner = itself;
        return this;
    }

    /** The same for what belongs to a resource and is none itself. */
    public Shelf<A> ofParts(Function<A, Resource> whole) {
        owner = whole;
        keepsParts = true;
        return this;
    }

    public void save(Change<A> change) {
        var next = change.next();
        requireWritable(next);
        var at = key.apply(next);
        var existing = kept.get(at);
        var decidedOn = revision.apply(next);
        if (decidedOn.isUnsaved() && existing != null) {
            throw new Refused(new Problem.AlreadyExists(kind, at));
        }
        if (!decidedOn.isUnsaved()
                && (existing == null || !revision.apply(existing).equals(decidedOn))) {
            throw Refused.stale(kind, at);
        }
        if (!next.equals(existing)) {
            kept.put(at, withRevision.apply(next, new Revision(decidedOn.value() + 1)));
        }
        events.addAll(change.events());
    }

    /** Puts it there as it is, whatever was there. */
    public void put(A aggregate) {
        kept.put(key.apply(aggregate), aggregate);
    }

    public void tell(Collection<DomainEvent> told) {
        events.addAll(told);
    }

    private void requireWritable(A aggregate) {
        if (owner == null) {
            return;
        }
        var resource = owner.apply(aggregate);
        if (keepsParts || !revision.apply(aggregate).isUnsaved()) {
            Authority.current().require(resource);
        } else {
            Authority.current().requireNew(resource.kind(), resource.workspace());
        }
    }

    public Optional<A> find(String at) {
        return Optional.ofNullable(kept.get(at))
                .filter(found -> owner == null || Authority.current().sees(owner.apply(found)));
    }

    /** By key, what whoever asks reaches. */
    public List<A> reached() {
        return kept.values().stream()
                .filter(found -> owner == null || Authority.current().includes(owner.apply(found)))
                .toList();
    }

    public void remove(String at) {
        kept.remove(at);
    }

    /** By key, whoever asks. */
    public List<A> all() {
        return List.copyOf(kept.values());
    }

    public List<A> sorted(Comparator<A> order) {
        return kept.values().stream().sorted(order).toList();
    }

    /** What was told by every change saved so far. */
    public List<DomainEvent> events() {
        return List.copyOf(events);
    }
}
