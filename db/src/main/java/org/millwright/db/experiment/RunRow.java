package org.millwright.db.experiment;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Guarded;
import org.millwright.db.Json;
import org.millwright.db.JsonConverter;
import org.millwright.db.JsonText;
import org.millwright.db.Versioned;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunState;
import org.millwright.experiment.model.RunState.CancelRequested;
import org.millwright.experiment.model.RunState.Canceled;
import org.millwright.experiment.model.RunState.Completed;
import org.millwright.experiment.model.RunState.Failed;
import org.millwright.experiment.model.RunState.Finalizing;
import org.millwright.experiment.model.RunState.Preparing;
import org.millwright.experiment.model.RunState.Queued;
import org.millwright.experiment.model.RunState.Running;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@Table(name = "run", schema = "experiment")
@SqlResultSetMapping(
        name = RunRow.PAGE,
        entities = @EntityResult(entityClass = RunRow.class),
        columns = @ColumnResult(name = "place", type = String.class))
class RunRow implements Versioned, Guarded {
    static final String PAGE = "RunRow.page";

    @Id
    @Column(name = "id")
    private String id;

    @Column(name = "workspace")
    private String workspace;

    @Column(name = "experiment")
    private long experiment;

    @Column(name = "name")
    private String name;

    @Column(name = "user_name")
    private String user;

    @Column(name = "submitter")
    private @Nullable String submitter;

    @Column(name = "job")
    @Convert(converter = JsonConverter.class)
    private @Nullable JsonText job;

    @Column(name = "state")
    private String state;

    @Column(name = "attempt")
    private int attempt;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    @Column(name = "failure")
    private @Nullable String failure;

    @Column(name = "exit_code")
    private @Nullable Integer exitCode;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "deleted_at")
    private @Nullable Instant deletedAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected RunRow() {}

    RunRow(Run run) {
        id = run.id().value();
        workspace = run.workspace().value();
        experiment = run.experiment().value();
        user = run.user();
        submitter = run.submitter() == null ? null : run.submitter().value();
        job = run.job() == null ? null : Json.write(JobDocument.of(run.job()));
        createdAt = run.createdAt();
        write(run);
    }

    /** Writes what can change in a run's life. */
    final void write(Run run) {
        name = run.name();
        attempt = run.attempt();
        deletedAt = run.deletedAt();
        state = run.state().label();
        switch (run.state()) {
            case Queued() -> facts(null, null, null, null);
            case Preparing() -> facts(null, null, null, null);
            case Running(var started) -> facts(started, null, null, null);
            case CancelRequested(var started) -> facts(started, null, null, null);
            case Finalizing(var started, var exit) -> facts(started, null, null, exit);
            case Completed(var started, var ended) -> facts(started, ended, null, null);
            case Failed(var started, var ended, var reason, var exit) -> facts(started, ended, reason, exit);
            case Canceled(var started, var ended) -> facts(started, ended, null, null);
        }
    }

    private void facts(
            @Nullable Instant started, @Nullable Instant ended, @Nullable String reason, @Nullable Integer exit) {
        startedAt = started;
        endedAt = ended;
        failure = reason;
        exitCode = exit;
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    Run toRun() {
        return new Run(
                new RunId(id),
                new WorkspaceName(workspace),
                new ExperimentId(experiment),
                name,
                user,
                submitter == null ? null : new PrincipalId(submitter),
                job == null ? null : Json.read(job, JobDocument.class).toJob(),
                toState(),
                attempt,
                createdAt,
                deletedAt,
                new Revision(revision));
    }

    private RunState toState() {
        return switch (state) {
            case "Queued" -> new Queued();
            case "Preparing" -> new Preparing();
            case "Running" -> new Running(known(startedAt));
            case "CancelRequested" -> new CancelRequested(startedAt);
            case "Finalizing" -> new Finalizing(known(startedAt), known(exitCode));
            case "Completed" -> new Completed(known(startedAt), known(endedAt));
            case "Failed" -> new Failed(startedAt, known(endedAt), known(failure), exitCode);
            case "Canceled" -> new Canceled(startedAt, known(endedAt));
            default -> throw new IllegalStateException("Run %s is in no known state: %s".formatted(id, state));
        };
    }

    /** What the table's checks promise. */
    private <T> T known(@Nullable T fact) {
        if (fact == null) {
            throw new IllegalStateException("Run %s lacks a fact of state %s".formatted(id, state));
        }
        return fact;
    }

    @Override
    public Resource resource() {
        return Resource.of(ResourceKind.EXPERIMENT, new WorkspaceName(workspace), experiment);
    }

    @Override
    public long revision() {
        return revision;
    }
}
