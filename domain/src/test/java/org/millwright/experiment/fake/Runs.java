package org.millwright.experiment.fake;

import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Instant;
import org.millwright.access.PrincipalId;
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
import org.millwright.shared.Change;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Runs for tests. What moves is in its first attempt, and everything began at noon. */
public final class Runs {
    public static final RunId ID = new RunId("some-run");
    public static final PrincipalId OWNER = new PrincipalId("ada");

    private Runs() {}

    public static Run queued() {
        return queue(ID.value(), NOON).next();
    }

    public static Run preparing() {
        return in(new Preparing());
    }

    public static Run running() {
        return in(new Running(NOON));
    }

    public static Run tracked() {
        return track(ID.value(), NOON).next();
    }

    /** A job that is accepted at that time. */
    public static Change<Run> queue(String id, Instant at) {
        return Run.queue(new RunId(id), WorkspaceName.MAIN, ExperimentId.DEFAULT, id, OWNER, Jobs.training(), at);
    }

    /** A tracked run that began at that time. */
    public static Change<Run> track(String id, Instant at) {
        return Run.track(new RunId(id), WorkspaceName.MAIN, ExperimentId.DEFAULT, "name of " + id, "ada", at);
    }

    public static Change<Run> track(String id, ExperimentId experiment, Instant at) {
        return Run.track(new RunId(id), WorkspaceName.MAIN, experiment, "name of " + id, "ada", at);
    }

    /** A job in its first attempt, in that state. */
    public static Run in(RunState state) {
        return in(ID.value(), state);
    }

    public static Run in(String id, RunState state) {
        return new Run(
                new RunId(id),
                WorkspaceName.MAIN,
                ExperimentId.DEFAULT,
                id,
                OWNER.value(),
                OWNER,
                Jobs.training(),
                state,
                state instanceof Queued ? 0 : 1,
                NOON,
                null,
                Revision.UNSAVED);
    }

    /** The state of that label; whatever it needs began at noon and ended a minute later. */
    public static RunState state(String label) {
        var later = NOON.plusSeconds(60);
        return switch (label) {
            case "Queued" -> new Queued();
            case "Preparing" -> new Preparing();
            case "Running" -> new Running(NOON);
            case "CancelRequested" -> new CancelRequested(NOON);
            case "Finalizing" -> new Finalizing(NOON, 0);
            case "Completed" -> new Completed(NOON, later);
            case "Failed" -> new Failed(NOON, later, "It failed", 1);
            case "Canceled" -> new Canceled(NOON, later);
            default -> throw new IllegalArgumentException(label);
        };
    }
}
