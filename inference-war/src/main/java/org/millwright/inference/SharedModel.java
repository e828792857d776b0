package org.millwright.inference;

import java.util.concurrent.atomic.AtomicInteger;
import org.millwright.engine.LoadedModel;

/**
 * A loaded model and who uses it. The table of endpoints holds it from its birth, each request while it runs; the last
 * one to let go closes it. Once closed it cannot be taken again.
 */
final class SharedModel {
    private final LoadedModel model;
    private final AtomicInteger holders = new AtomicInteger(1);

    SharedModel(LoadedModel model) {
        this.model = model;
    }

    /** Valid only between a successful {@link #take} and its {@link #release}. */
    LoadedModel model() {
        return model;
    }

    /** @return whether it could be taken; if not, it has been replaced, and the table knows by what */
    boolean take() {
        for (var current = holders.get(); current > 0; current = holders.get()) {
            if (holders.compareAndSet(current, current + 1)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            model.close();
        }
    }
}
