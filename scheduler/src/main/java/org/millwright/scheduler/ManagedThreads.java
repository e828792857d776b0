package org.millwright.scheduler;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/**
 * Threads that know the application, so that transactions and persistence work on them.
 *
 * <p>They are real threads from the container's factory: its pool grows slowly when tasks park for hours, as those that
 * look after jobs do, and a virtual thread would not carry the application's naming context.
 */
@ApplicationScoped
public class ManagedThreads {
    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    ManagedThreadFactory managed;

    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /** Starts a thread that ends with the work or, interrupted, with the server. */
    public Thread start(String name, Runnable work) {
        var thread = factory().newThread(() -> {
            try {
                work.run();
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        thread.setName("millwright " + name);
        thread.setDaemon(true);
        running.add(thread);
        thread.start();
        if (closing) {
            thread.interrupt();
        }
        return thread;
    }

    /** Whether the server is going down; what is unfinished is found again at its next start. */
    public boolean isClosing() {
        return closing;
    }

    /** Interrupts all threads and waits for them. */
    public void close(Duration patience) {
        closing = true;
        running.forEach(Thread::interrupt);
        var deadline = System.nanoTime() + patience.toNanos();
        for (var thread : running) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    ThreadFactory factory() {
        return managed;
    }
}
