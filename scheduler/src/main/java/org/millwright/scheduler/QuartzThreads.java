package org.millwright.scheduler;

import java.util.concurrent.Semaphore;
import org.quartz.spi.ThreadExecutor;
import org.quartz.spi.ThreadPool;

/** Quartz's threads, from the container: those that run jobs, so many at once, and its own. */
public final class QuartzThreads implements ThreadPool, ThreadExecutor {
    private final ManagedThreads threads;
    private final int size;
    private final Semaphore free;

    QuartzThreads(ManagedThreads threads, int size) {
        this.threads = threads;
        this.size = size;
        this.free = new Semaphore(size);
    }

    @Override
    public boolean runInThread(Runnable job) {
        if (!free.tryAcquire()) {
            return false;
        }
        threads.start("schedule", () -> {
            try {
                job.run();
            } finally {
                free.release();
            }
        });
        return true;
    }

    @Override
    public int blockForAvailableThreads() {
        try {
            free.acquire();
            free.release();
            return Math.max(1, free.availablePermits());
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public void execute(Thread ofQuartz) {
        threads.start(ofQuartz.getName(), ofQuartz);
    }

    @Override
    public void initialize() {
        // The threads are there when they are needed.
    }

    @Override
    public void shutdown(boolean waitForJobs) {
        if (waitForJobs) {
            free.acquireUninterruptibly(size);
        }
    }

    @Override
    public int getPoolSize() {
        return size;
    }

    @Override
    public void setInstanceId(String id) {
        // The threads are named for what they do.
    }

    @Override
    public void setInstanceName(String name) {
        // As above.
    }
}
