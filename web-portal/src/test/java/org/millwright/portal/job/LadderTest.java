package org.millwright.portal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.millwright.access.PrincipalId;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.workspace.WorkspaceName;

class LadderTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant NOW = NOON.plusSeconds(60);
    private static final List<RunAttempt> CLAIMED = List.of(
            new RunAttempt(new AttemptId("run-1", 1), ComputeName.LOCAL, 1, "server", NOON.plusSeconds(2), null, null));

    @Test
    void a_queued_job_says_why_it_waits_and_for_how_long() {
        var ladder = Ladder.of(queued(), List.of(), "Every slot is taken", NOW);

        assertThat(ladder.steps())
                .extracting(Ladder.Step::name, Ladder.Step::progress, Ladder.Step::took, Ladder.Step::note)
                .containsExactly(
                        row("Queued", "current", "1 min 00 s", "Every slot is taken"),
                        row("Preparing", "ahead", "", ""),
                        row("Running", "ahead", "", ""),
                        row("Completed", "ahead", "", ""));
    }

    @Test
    void a_completed_job_shows_what_each_step_took() {
        var run = queued().prepare(1).next().start(1, NOON.plusSeconds(5)).next();
        var completed =
                run.complete(1, NOON.plusSeconds(5), NOON.plusSeconds(35)).next();

        assertThat(Ladder.of(completed, CLAIMED, "", NOW).steps())
                .extracting(Ladder.Step::name, Ladder.Step::progress, Ladder.Step::took)
                .containsExactly(
                        tuple("Queued", "done", "2.0 s"),
                        tuple("Preparing", "done", "3.0 s"),
                        tuple("Running", "done", "30.0 s"),
                        tuple("Completed", "done", ""));
    }

    @Test
    void a_job_that_failed_before_its_process_shows_no_running() {
        var failed = queued().prepare(1)
                .next()
                .fail(1, NOON.plusSeconds(9), "No such package", null)
                .next();

        assertThat(Ladder.of(failed, CLAIMED, "", NOW).steps())
                .extracting(Ladder.Step::name, Ladder.Step::progress, Ladder.Step::took, Ladder.Step::note)
                .containsExactly(
                        row("Queued", "done", "2.0 s", ""),
                        row("Preparing", "done", "7.0 s", ""),
                        row("Failed", "failed", "", "No such package"));
    }

    @Test
    void a_job_that_is_canceled_while_it_waits_has_been_queued_only() {
        var canceled = queued().cancel(NOON.plusSeconds(4)).next();

        assertThat(Ladder.of(canceled, List.of(), "", NOW).steps())
                .extracting(Ladder.Step::name, Ladder.Step::took)
                .containsExactly(tuple("Queued", "4.0 s"), tuple("Canceled", ""));
    }

    private static Tuple row(Object... values) {
        return tuple(values);
    }

    private static Run queued() {
        var job = new JobSpec(
                null,
                "true",
                new EnvironmentSpec(null, List.of()),
                Map.of(),
                List.of(),
                Map.of(),
                ComputeName.LOCAL,
                null,
                500);
        return Run.queue(
                        new RunId("run-1"),
                        WorkspaceName.MAIN,
                        new ExperimentId(1),
                        "run-1",
                        PrincipalId.LOCAL_ADMINISTRATOR,
                        job,
                        NOON)
                .next();
    }
}
