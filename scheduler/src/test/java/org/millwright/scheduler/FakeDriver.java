package org.millwright.scheduler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;

/** A machine on which the test says when processes end and how. It survives the servers that use it. */
class FakeDriver implements ComputeDriver, AttemptLog {
    static final Instant STARTED_AT = Instant.parse("2026-11-23T12:00:10Z");
    static final Instant ENDED_AT = Instant.parse("2026-11-23T12:01:00Z");

    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger collections = new AtomicInteger();
    volatile @Nullable Launch launched;
    volatile @Nullable LaunchFailed refusal;
    volatile @Nullable IOException collectFailure;
    volatile boolean buildsForever;
    volatile boolean discarded;
    volatile boolean endsWell;
    volatile String log = "";

    private final Steps steps;
    private final Map<AttemptId, Processing> processes = new ConcurrentHashMap<>();

    FakeDriver(Steps steps) {
        this.steps = steps;
    }

    private static final class Processing {
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile @Nullable Observation end;

        void end(Observation how) {
            end = how;
            over.countDown();
        }
    }

    @Override
    public boolean runs(ComputeKind kind) {
        return true;
    }

    void exit(AttemptId attempt, int exitCode) {
        processes
                .get(attempt)
                .end(new Observation.Exited(exitCode, Observation.Cause.EXIT, null, STARTED_AT, ENDED_AT));
    }

    void timeOut(AttemptId attempt) {
        processes
                .get(attempt)
                .end(new Observation.Exited(143, Observation.Cause.TIME_LIMIT, null, STARTED_AT, ENDED_AT));
    }

    void vanish(AttemptId attempt) {
        processes.get(attempt).end(new Observation.Vanished());
    }

    boolean isRunning(AttemptId attempt) {
        return processes.containsKey(attempt) && processes.get(attempt).end == null;
    }

    @Override
    public void prepare(Launch launch) throws LaunchFailed, InterruptedException {
        steps.pass("prepare");
        if (refusal != null) {
            throw refusal;
        }
        if (buildsForever) {
            new CountDownLatch(1).await();
        }
        steps.pass("prepared");
    }

    @Override
    public void start(Launch launch) {
        steps.pass("start");
        processes.computeIfAbsent(launch.attempt(), _ -> {
            starts.incrementAndGet();
            launched = launch;
            return new Processing();
        });
        if (endsWell) {
            exit(launch.attempt(), 0);
        }
        steps.pass("started");
    }

    @Override
    public Observation observe(Placement placement) {
        var process = processes.get(placement.attempt());
        if (process == null) {
            return new Observation.Vanished();
        }
        var end = process.end;
        return end == null ? new Observation.Running(STARTED_AT) : end;
    }

    @Override
    public Observation await(Placement placement, Duration most) throws InterruptedException {
        var process = processes.get(placement.attempt());
        if (process != null) {
            steps.pass("await");
            process.over.await(most.toMillis(), TimeUnit.MILLISECONDS);
        }
        return observe(placement);
    }

    @Override
    public void stop(Placement placement, Duration grace) {
        steps.pass("stop");
        var process = processes.get(placement.attempt());
        if (process != null && process.end == null) {
            process.end(new Observation.Exited(endsWell ? 0 : 143, Observation.Cause.EXIT, null, STARTED_AT, ENDED_AT));
        }
    }

    @Override
    public byte[] readLog(AttemptId attempt, int node, long offset, int most) {
        var bytes = log.getBytes(StandardCharsets.UTF_8);
        var from = (int) Math.min(offset, bytes.length);
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + most));
    }

    @Override
    public void collect(Launch launch) throws IOException {
        steps.pass("collect");
        if (collectFailure != null) {
            throw collectFailure;
        }
        collections.incrementAndGet();
    }

    @Override
    public void discard(Placement placement) {
        steps.pass("discard");
        discarded = true;
    }
}
