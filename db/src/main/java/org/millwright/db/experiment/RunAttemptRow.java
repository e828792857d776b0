package org.millwright.db.experiment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.FailureCause;
import org.millwright.experiment.model.RunAttempt;

@Entity
@IdClass(AttemptKey.class)
@Table(name = "run_attempt", schema = "experiment")
class RunAttemptRow {
    @Id
    @Column(name = "run")
    private String run;

    @Id
    @Column(name = "number")
    private int number;

    @Column(name = "compute")
    private String compute;

    @Column(name = "slot")
    private int slot;

    @Column(name = "server")
    private String server;

    @Column(name = "claimed_at")
    private Instant claimedAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    @Column(name = "outcome")
    private @Nullable String outcome;

    @Column(name = "cause")
    private @Nullable String cause;

    protected RunAttemptRow() {}

    RunAttemptRow(RunAttempt attempt) {
        run = attempt.id().run();
        number = attempt.id().number();
        compute = attempt.compute().value();
        slot = attempt.slot();
        server = attempt.server();
        claimedAt = attempt.claimedAt();
        end(attempt);
    }

    final void end(RunAttempt attempt) {
        endedAt = attempt.endedAt();
        outcome = attempt.outcome();
        cause = attempt.cause() == null ? null : attempt.cause().name();
    }

    RunAttempt toAttempt() {
        return new RunAttempt(
                new AttemptId(run, number),
                new ComputeName(compute),
                slot,
                server,
                claimedAt,
                endedAt,
                outcome,
                cause == null ? null : FailureCause.valueOf(cause));
    }
}
