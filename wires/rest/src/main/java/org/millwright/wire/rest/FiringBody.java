package org.millwright.wire.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.LeftOut;
import org.millwright.schedule.model.PastDue;

/**
 * What came of a due time, or of several in a row that were left out.
 *
 * @param dueAt the time, or the last of several
 * @param outcome started, refused, waiting or left_out
 * @param cause due, catch_up, backfill or by_hand; of what was left out missed or paused
 * @param trouble why the last try failed, while it waits
 * @param since the first of the times that were left out
 * @param times how many were left out
 */
@Schema(name = "FiringBody")
record FiringBody(
        Instant dueAt,
        String outcome,
        String cause,
        @Nullable Instant firedAt,
        @Nullable Double lateSeconds,
        @Nullable String run,
        @Nullable String refusal,
        @Nullable Integer tries,
        @Nullable Instant nextTry,
        @Nullable String trouble,
        @Nullable Instant since,
        @Nullable Long times) {

    static FiringBody of(PastDue past) {
        return switch (past) {
            case LeftOut left ->
                new FiringBody(
                        left.dueAt(),
                        "left_out",
                        left.reason().name().toLowerCase(Locale.ROOT),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        left.since(),
                        left.times());
            case Firing firing -> {
                var waiting = firing.outcome() instanceof Firing.Waiting w ? w : null;
                yield new FiringBody(
                        firing.dueAt(),
                        switch (firing.outcome()) {
                            case Firing.Started _ -> "started";
                            case Firing.Refusal _ -> "refused";
                            case Firing.Waiting _ -> "waiting";
                        },
                        firing.cause().name().toLowerCase(Locale.ROOT),
                        waiting == null ? firing.firedAt() : null,
                        firing.lateness().map(FiringBody::seconds).orElse(null),
                        firing.run().map(RunId::value).orElse(null),
                        firing.outcome() instanceof Firing.Refusal(var why) ? why : null,
                        waiting == null ? null : waiting.tries(),
                        waiting == null ? null : waiting.nextTry(),
                        waiting == null ? null : waiting.trouble(),
                        null,
                        null);
            }
        };
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
