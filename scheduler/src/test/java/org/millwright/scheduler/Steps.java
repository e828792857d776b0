package org.millwright.scheduler;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The points that an attempt passes; a test may hold it at one of them, or do something there. */
class Steps {
    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final CountDownLatch reached = new CountDownLatch(1);
    private volatile @Nullable String heldAt;
    private volatile @Nullable String watched;
    private volatile Runnable watcher = () -> {};

    void holdAt(String step) {
        heldAt = step;
    }

    void release() {
        heldAt = null;
    }

    /** Does something once, when the step is passed. */
    void at(String step, Runnable action) {
        watcher = action;
        watched = step;
    }

    void awaitHeld() throws InterruptedException {
        reached.await();
    }

    List<String> passed() {
        return passed;
    }

    void pass(String step) {
        if (step.equals(heldAt)) {
            reached.countDown();
            while (step.equals(heldAt)) {
                try {
                    Thread.sleep(5);
                } catch (InterruptedException died) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("The server died at " + step);
                }
            }
        }
        passed.add(step);
        if (step.equals(watched)) {
            watched = null;
            watcher.run();
        }
    }
}
