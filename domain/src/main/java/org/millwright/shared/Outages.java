package org.millwright.shared;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells an outage of the database from a defect of ours, when something has failed. A connection that was closed is only
 * found out by using it.
 */
public interface Outages {
    /** @return empty when something else went wrong */
    Optional<Problem.Unavailable> of(@Nullable Throwable failure);
}
