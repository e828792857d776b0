package org.millwright.experiment.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.experiment.RunCancelRequested;
import org.millwright.experiment.RunEnded;
import org.millwright.experiment.RunQueued;
import org.millwright.experiment.RunStarted;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.fake.Runs;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

class RunTest {
    private static final java.time.Instant LATER = NOON.plus(Duration.ofMinutes(5));

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(textBlock = """
            # a job in    , hears      , and becomes ('same': nothing to tell, 'no': refused)
            Queued          , prepare    , Preparing
            Preparing       , prepare    , same
            Running         , prepare    , no
            CancelRequested , prepare    , no
            Finalizing      , prepare    , no
            Completed       , prepare    , no
            Failed          , prepare    , no
            Canceled        , prepare    , no
            Queued          , start      , no
            Preparing       , start      , Running
            Running         , start      , same
            CancelRequested , start      , same
            Finalizing      , start      , same
            Completed       , start      , same
            Failed          , start      , same
            Canceled        , start      , same
            Queued          , finalizing , no
            Preparing       , finalizing , Finalizing
            Running         , finalizing , Finalizing
            CancelRequested , finalizing , same
            Finalizing      , finalizing , same
            Completed       , finalizing , same
            Failed          , finalizing , same
            Canceled        , finalizing , same
            Queued          , complete   , no
            Preparing       , complete   , Completed
            Running         , complete   , Completed
            CancelRequested , complete   , Completed
            Finalizing      , complete   , Completed
            Completed       , complete   , same
            Failed          , complete   , no
            Canceled        , complete   , no
            Queued          , fail       , no
            Preparing       , fail       , Failed
            Running         , fail       , Failed
            CancelRequested , fail       , Canceled
            Finalizing      , fail       , Failed
            Completed       , fail       , no
            Failed          , fail       , same
            Canceled        , fail       , same
            Queued          , cancel     , Canceled
            Preparing       , cancel     , CancelRequested
            Running         , cancel     , CancelRequested
            CancelRequested , cancel     , same
            Finalizing      , cancel     , no
            Completed       , cancel     , no
            Failed          , cancel     , no
            Canceled        , cancel     , same
            Queued          , report     , same
            Preparing       , report     , same
            Running         , report     , same
            CancelRequested , report     , same
            Finalizing      , report     , same
            Completed       , report     , same
            Failed          , report     , same
            Canceled        , report     , same
            Queued          , delete     , no
            Preparing       , delete     , no
            Running         , delete     , no
            CancelRequested , delete     , no
            Finalizing      , delete     , no
            Completed       , delete     , deleted
            Failed          , delete     , deleted
            Canceled        , delete     , deleted
            """)
    void every_signal_in_every_state(String from, String signal, String expected) {
        // given
        var run = Runs.in(Runs.state(from));
        // when
        String became;
        try {
            var change = hear(run, signal);
            if (change.next().deletedAt() != null) {
                became = "deleted";
            } else {
                became = change.next().equals(run)
                        ? "same"
                        : change.next().state().label();
            }
            if (became.equals("same")) {
                assertThat(change.events()).isEmpty();
            }
        } catch (Refused refused) {
            assertThat(refused.problem()).isInstanceOf(Problem.WrongState.class);
            became = "no";
        }
        // then
        assertThat(became).isEqualTo(expected);
    }

    @ParameterizedTest(name = "a tracked run in {0} whose client says {1} is {2}")
    @CsvSource(textBlock = """
            Running   , FINISHED  , Completed
            Running   , FAILED    , Failed
            Running   , KILLED    , Canceled
            Running   , RUNNING   , Running
            Running   , SCHEDULED , Queued
            Completed , RUNNING   , Running
            Failed    , FINISHED  , Completed
            Queued    , RUNNING   , Running
            """)
    void the_client_of_a_tracked_run_is_believed(String from, Run.Reported says, String expected) {
        var run = tracked(from);
        assertThat(run.report(says, LATER).next().state().label()).isEqualTo(expected);
    }

    @Test
    void completing_a_running_run_keeps_its_start_and_tells_that_it_ended() {
        var change = Runs.running().complete(1, NOON, LATER);
        assertThat(change.next().state()).isEqualTo(new RunState.Completed(NOON, LATER));
        var run = change.next();
        assertThat(change.events())
                .containsExactly(
                        new RunEnded(Runs.ID, run.workspace(), run.experiment(), run.name(), "Completed", "", LATER));
    }

    @Test
    void each_step_on_the_way_is_told_once() {
        assertThat(Runs.queue("some-run", NOON).events())
                .containsExactly(new RunQueued(Runs.ID, Runs.queued().experiment(), NOON));
        assertThat(Runs.preparing().start(1, NOON).events()).containsExactly(new RunStarted(Runs.ID, 1, NOON));
        assertThat(Runs.running().cancel(LATER).events()).containsExactly(new RunCancelRequested(Runs.ID, LATER));
    }

    @Test
    void a_late_word_of_an_older_attempt_is_stale() {
        var second = Runs.in(new RunState.Queued()).prepare(2).next();
        assertRefused(Problem.Stale.class, () -> second.start(1, NOON));
        assertRefused(Problem.Stale.class, () -> second.finalizing(1, NOON, 0));
        assertRefused(Problem.Stale.class, () -> second.complete(1, NOON, LATER));
        assertRefused(Problem.Stale.class, () -> second.fail(1, LATER, "gone", null));
    }

    @Test
    void a_process_that_started_after_the_cancel_request_is_known_by_its_start() {
        var run = Runs.preparing().cancel(NOON).next();
        assertThat(run.start(1, LATER).next().state()).isEqualTo(new RunState.CancelRequested(LATER));
    }

    @Test
    void a_failure_before_the_start_has_no_start() {
        var failed = Runs.preparing().fail(1, LATER, "no such package", null).next();
        assertThat(failed.startedAt()).isNull();
        assertThat(failed.endedAt()).isEqualTo(LATER);
    }

    @Test
    void canceling_a_tracked_run_ends_it_because_there_is_nobody_to_ask() {
        assertThat(Runs.tracked().cancel(LATER).next().state()).isEqualTo(new RunState.Canceled(NOON, LATER));
    }

    @Test
    void a_deleted_run_can_be_restored() {
        var run = Runs.tracked();
        assertThat(run.delete(LATER).next().restore().next()).isEqualTo(run);
        assertThat(run.restore().next()).isSameAs(run);
    }

    @Test
    void its_files_lie_below_its_experiment() {
        assertThat(Runs.queued().artifacts().value()).isEqualTo("0/some-run/artifacts");
        assertThat(Runs.queued().job()).isEqualTo(Jobs.training());
    }

    private static Run tracked(String state) {
        return switch (state) {
            case "Queued" -> Runs.tracked().report(Run.Reported.SCHEDULED, NOON).next();
            case "Completed" ->
                Runs.tracked().report(Run.Reported.FINISHED, NOON).next();
            case "Failed" -> Runs.tracked().report(Run.Reported.FAILED, NOON).next();
            default -> Runs.tracked();
        };
    }

    private static Change<Run> hear(Run run, String signal) {
        var attempt = run.attempt();
        return switch (signal) {
            case "prepare" -> run.prepare(1);
            case "start" -> run.start(attempt, NOON);
            case "finalizing" -> run.finalizing(attempt, NOON, 0);
            case "complete" -> run.complete(attempt, NOON, LATER);
            case "fail" -> run.fail(attempt, LATER, "It broke", 1);
            case "cancel" -> run.cancel(LATER);
            case "report" -> run.report(Run.Reported.FINISHED, LATER);
            case "delete" -> run.delete(LATER);
            default -> throw new IllegalArgumentException(signal);
        };
    }
}
