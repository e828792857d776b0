package org.millwright.scheduler;

import java.util.concurrent.ThreadFactory;

/** Threads as a plain Java program has them. */
class TestThreads extends ManagedThreads {
    @Override
    ThreadFactory factory() {
        return Thread.ofPlatform().factory();
    }
}
