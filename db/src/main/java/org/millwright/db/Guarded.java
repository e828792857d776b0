package org.millwright.db;

import org.millwright.access.Authority;
import org.millwright.access.Resource;

/**
 * A row of something that roles are given on, or of a part of it. {@link Database} hands it to nobody who may not see it, and
 * stores it for nobody who may not change it.
 */
public interface Guarded {
    /** What decides: the row itself, an experiment for its runs, a model for its versions. */
    Resource resource();

    /** Whether it belongs to the resource, and is not the resource itself. */
    default boolean isPart() {
        return true;
    }

    /** @throws org.millwright.shared.Refused with Forbidden when they may read it but not do what they are about to do */
    default boolean isSeen() {
        return Authority.current().sees(resource());
    }

    /** For one row among many. */
    default boolean isIncluded() {
        return Authority.current().includes(resource());
    }

    /** @throws org.millwright.shared.Refused with Forbidden when they may not store it */
    default void requireToAdd() {
        if (isPart()) {
            Authority.current().require(resource());
        } else {
            Authority.current().requireNew(resource().kind(), resource().workspace());
        }
    }
}
