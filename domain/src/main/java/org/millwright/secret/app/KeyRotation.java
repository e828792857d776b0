package org.millwright.secret.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealedValue;
import org.millwright.secret.model.SealingKey;
import org.millwright.secret.spi.KeyRing;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Lets another key become the primary one and wraps the data keys of all that is sealed by it.
 *
 * <p>A value at a time, each in a transaction of its own: whoever is killed half-way leaves some values under the old key,
 * where they open as before, and the next look goes on with them.
 */
@ApplicationScoped
public class KeyRotation {
    private static final int BATCH = 100;

    private final KeyRing ring;
    private final SealedValueBook book;
    private volatile @Nullable String trouble;

    @Inject
    public KeyRotation(KeyRing ring, SealedValueBook book) {
        this.ring = ring;
        this.book = book;
    }

    @SuppressWarnings("NullAway")
    protected KeyRotation() {
        this(null, null);
    }

    /**
     * A key and what it still seals.
     *
     * @param key null when values name a key that this server has not, and so cannot open them
     */
    public record KeyUse(KeyId id, @Nullable SealingKey key, long values) {}

    /**
     * How far a rotation is.
     *
     * @param pending how many values are not sealed with the primary key
     * @param trouble what went wrong when this server last wrapped values anew; null when nothing did
     */
    public record Status(
            KeyId primary,
            List<KeyUse> keys,
            long pending,
            @Nullable String trouble) {}

    /**
     * For the start: who was given other keys than those of the database had better not begin.
     *
     * @throws IllegalStateException naming the keys that are missing and where they belong
     */
    public void requireKeys() {
        book.countByKey().forEach((id, values) -> {
            if (!ring.has(id) && !ring.isGivenUp(id) && !opensWithoutName(id)) {
                throw new IllegalStateException("%d values in the database are sealed with %s, which is not in %s"
                        .formatted(values, words(id), ring.inWords()));
            }
        });
    }

    public Status status() {
        var counts = new TreeMap<KeyId, Long>(Comparator.comparing(KeyId::value));
        counts.putAll(book.countByKey());
        var keys = new ArrayList<KeyUse>();
        for (var key : ring.keys()) {
            var values = counts.remove(key.id());
            keys.add(new KeyUse(key.id(), key, values == null ? 0 : values));
        }
        counts.forEach((id, values) -> keys.add(new KeyUse(id, null, values)));
        var primary = ring.primary();
        var pending = keys.stream()
                .filter(use -> !use.id().equals(primary))
                .mapToLong(KeyUse::values)
                .sum();
        return new Status(primary, keys, pending, pending == 0 ? null : trouble);
    }

    /** Makes a new key the primary one, and has all that is sealed wrapped by it in the background. */
    public KeyId rotate() {
        var key = ring.renew();
        trouble = null;
        book.askForRewrapping();
        return key;
    }

    /** Takes the primary key over as it now is where it is kept, and has all that is sealed wrapped by it. */
    public KeyId adopt() {
        ring.refresh();
        trouble = null;
        book.askForRewrapping();
        return ring.primary();
    }

    /** @throws Refused with WrongState while values need the key, or when it is not this server's to remove */
    public void remove(KeyId id) {
        var use = status().keys().stream()
                .filter(known -> known.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refused.notFound("key", id));
        if (use.values() > 0) {
            throw new Refused(new Problem.WrongState(
                    "key", id.value(), "still needed by %d values".formatted(use.values()), "remove"));
        }
        if (needsFirstKey() && use.key() != null) {
            throw new Refused(
                    new Problem.WrongState("key", id.value(), "perhaps needed by values that name no key", "remove"));
        }
        ring.remove(id);
    }

    /**
     * Wraps all that is not sealed with the primary key by it.
     *
     * @return how many values were changed; those that cannot be opened stay as they are, and {@link #status} tells
     * @throws Refused with Unavailable when a key cannot be reached
     */
    public int rewrap() {
        ring.refresh();
        var changed = 0;
        var failed = new HashSet<SealedValue>();
        String found = null;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                var values = book.notSealedWith(ring.primary(), BATCH + failed.size()).stream()
                        .filter(value -> !failed.contains(value))
                        .toList();
                if (values.isEmpty()) {
                    break;
                }
                for (var value : values) {
                    try {
                        if (book.replace(value, ring.rewrap(value.place(), value.sealed()))) {
                            changed++;
                        }
                    } catch (IllegalStateException unusable) {
                        failed.add(value);
                        found = "%s cannot be opened: %s".formatted(value.place(), unusable.getMessage());
                    }
                }
            }
        } catch (RuntimeException broken) {
            found = String.valueOf(broken.getMessage());
            throw broken;
        } finally {
            trouble = found;
        }
        return changed;
    }

    /** What went wrong when this server last wrapped values anew; null when nothing did. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** Of values that name no key, only opening one tells whether theirs is here. */
    private boolean opensWithoutName(KeyId id) {
        return id.equals(KeyId.UNNAMED)
                && book.sealedWith(id, BATCH).stream().anyMatch(value -> {
                    try {
                        ring.rewrap(value.place(), value.sealed());
                        return true;
                    } catch (Refused away) {
                        return true; // it did open; what is away is the key to wrap it by
                    } catch (IllegalStateException unusable) {
                        return false;
                    }
                });
    }

    private static String words(KeyId id) {
        return id.equals(KeyId.UNNAMED) ? "the first key of this server (%s)".formatted(id) : "the key " + id;
    }

    private boolean needsFirstKey() {
        return book.countByKey().getOrDefault(KeyId.UNNAMED, 0L) > 0;
    }
}
