package org.millwright.access.model;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who failed to prove who they are, how often, and how long they are locked. Told of failures only: what succeeds is never
 * asked about here, so nobody is locked out by what others do from the same address.
 *
 * <p>A failure during a lock does not make it longer, so that whoever keeps trying knows when it ends. A failure after it
 * starts the next one at once, twice as long; a window without any failure forgets everything.
 *
 * <p>Of many names the ones that failed last are remembered. Whoever has more addresses than that is not slowed down by
 * this, and nobody else is either. Safe for use by many threads.
 */
public final class FailedAttempts {
    private final AttemptLimit limit;
    private final Map<String, Record> records;

    /** @param mostNames remembered at once */
    public FailedAttempts(AttemptLimit limit, int mostNames) {
        this.limit = limit;
        this.records = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Record> eldest) {
                return size() > mostNames;
            }
        };
    }

    /** @param since when the first of the failures was @param locks how many locks in a row there were */
    private record Record(int failures, Instant since, Instant last, int locks, Instant lockedUntil) {}

    /** @param pause how long to wait; zero when the failure is answered as usual @param begins whether this failure started the lock */
    public record Answer(Duration pause, boolean begins) {
        private static final Answer AS_USUAL = new Answer(Duration.ZERO, false);
    }

    /** Notes one more failure. */
    public synchronized Answer failed(String name, Instant now) {
        var known = records.get(name);
        var before = known == null || isForgotten(known, now) ? new Record(0, now, now, 0, Instant.MIN) : known;
        if (now.isBefore(before.lockedUntil)) {
            records.put(name, before);
            return new Answer(Duration.between(now, before.lockedUntil), false);
        }
        var after = counted(before, now);
        records.put(name, after);
        return now.isBefore(after.lockedUntil)
                ? new Answer(Duration.between(now, after.lockedUntil), true)
                : Answer.AS_USUAL;
    }

    private Record counted(Record before, Instant now) {
        var inWindow = now.isBefore(before.since.plus(limit.window()));
        var failures = inWindow ? before.failures + 1 : 1;
        var since = inWindow ? before.since : now;
        // Who was locked once has used up their failures.
        if (before.locks == 0 && failures <= limit.failures()) {
            return new Record(failures, since, now, 0, Instant.MIN);
        }
        return new Record(failures, since, now, before.locks + 1, now.plus(lock(before.locks)));
    }

    private Duration lock(int earlier) {
        var lock = limit.firstLock();
        for (var i = 0; i < earlier && lock.compareTo(limit.longestLock()) < 0; i++) {
            lock = lock.multipliedBy(2);
        }
        return lock.compareTo(limit.longestLock()) < 0 ? lock : limit.longestLock();
    }

    private boolean isForgotten(Record known, Instant now) {
        var quietSince = known.lockedUntil.isAfter(known.last) ? known.lockedUntil : known.last;
        return !now.isBefore(quietSince.plus(limit.window()));
    }

    /** How many names are remembered. */
    public synchronized int size() {
        return records.size();
    }
}
