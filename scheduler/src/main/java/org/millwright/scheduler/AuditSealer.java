package org.millwright.scheduler;

import static java.lang.System.Logger.Level.INFO;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.millwright.access.app.AuditChain;
import org.millwright.access.app.AuditedRefusals;

/**
 * Puts what waits on the audit trail into its chain, a moment after it was committed, and tells of the refusals that were
 * counted. Once a day the log says how far the chain goes: whoever collects logs elsewhere has that beyond the reach of
 * those who could rewrite the chain.
 */
@ApplicationScoped
public class AuditSealer {
    private static final System.Logger LOG = System.getLogger(AuditSealer.class.getName());
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration NOTE_INTERVAL = Duration.ofDays(1);

    private final AuditChain chain;
    private final AuditedRefusals refusals;
    private final ManagedThreads threads;

    @Inject
    public AuditSealer(AuditChain chain, AuditedRefusals refusals, ManagedThreads threads) {
        this.chain = chain;
        this.refusals = refusals;
        this.threads = threads;
    }

    @SuppressWarnings("NullAway")
    protected AuditSealer() {
        this(null, null, null);
    }

    public void start() {
        threads.start("audit sealer", this::work);
    }

    /** The last that is told before the server ends. */
    public void finish() {
        try {
            refusals.tell(true);
        } catch (RuntimeException unreachable) {
            LOG.log(System.Logger.Level.WARNING, "Counted refusals could not be put on the audit trail", unreachable);
        }
    }

    private void work() {
        var patience = new Patience();
        var nextNote = System.nanoTime();
        try {
            while (!threads.isClosing()) {
                try {
                    refusals.tell(false);
                    while (chain.seal()) {
                        // until nothing waits
                    }
                    if (System.nanoTime() >= nextNote) {
                        note();
                        nextNote = System.nanoTime() + NOTE_INTERVAL.toNanos();
                    }
                    patience.reset();
                    Thread.sleep(TICK);
                } catch (RuntimeException passing) {
                    patience.sleepAfter("Sealing the audit trail", passing);
                }
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }

    private void note() {
        var head = chain.head();
        LOG.log(INFO, "The audit trail goes to entry {0}, hash {1}", Long.toString(head.sequence()), head.hash());
    }
}
