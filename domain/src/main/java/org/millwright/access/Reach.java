package org.millwright.access;

import java.util.Set;

/**
 * Which resources of one kind in one workspace somebody may use a permission on. It becomes part of the query that reads them.
 *
 * @param all whether {@code ids} are the exceptions; otherwise they are the only ones
 */
public record Reach(boolean all, Set<String> ids) {
    public static final Reach EVERYTHING = new Reach(true, Set.of());
    public static final Reach NOTHING = new Reach(false, Set.of());

    public Reach {
        ids = Set.copyOf(ids);
    }

    public boolean isEverything() {
        return all && ids.isEmpty();
    }

    public boolean includes(String id) {
        return all != ids.contains(id);
    }
}
