package org.millwright.portal.schedule;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.portal.shell.Links;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.LeftOut;
import org.millwright.schedule.model.PastDue;

/**
 * What came of a due time, as a page shows it.
 *
 * @param since the first of several that were left out, or null
 * @param outcome in a word
 * @param tone of its chip: good, bad or waiting
 * @param cause why it was to start; empty when it was simply due
 * @param late how late it started; empty while it waits
 * @param run empty when there is none
 * @param why of a refusal, a wait, or of being left out; otherwise empty
 */
public record HistoryEntry(
        Instant dueAt,
        @Nullable Instant since,
        String outcome,
        String tone,
        String cause,
        String late,
        String run,
        String link,
        String why) {

    static HistoryEntry of(PastDue past) {
        return switch (past) {
            case LeftOut left ->
                new HistoryEntry(
                        left.dueAt(),
                        left.times() == 1 ? null : left.since(),
                        left.times() == 1 ? "Left out" : "%d left out".formatted(left.times()),
                        "waiting",
                        "",
                        "",
                        "",
                        "",
                        switch (left.reason()) {
                            case MISSED -> "Missed, and not made up for by its catch-up.";
                            case PAUSED -> "It was paused.";
                        });
            case Firing firing -> {
                var run = firing.run().map(RunId::value).orElse("");
                yield new HistoryEntry(
                        firing.dueAt(),
                        null,
                        switch (firing.outcome()) {
                            case Firing.Started _ -> "Started";
                            case Firing.Refusal _ -> "Refused";
                            case Firing.Waiting _ -> "Waiting";
                        },
                        switch (firing.outcome()) {
                            case Firing.Started _ -> "good";
                            case Firing.Refusal _ -> "bad";
                            case Firing.Waiting _ -> "waiting";
                        },
                        cause(firing.cause()),
                        firing.lateness()
                                .map(late -> String.format(Locale.ROOT, "%.1f s", late.toMillis() / 1000.0))
                                .orElse(""),
                        run,
                        firing.run().map(Links::run).orElse(""),
                        switch (firing.outcome()) {
                            case Firing.Started _ -> "";
                            case Firing.Refusal(var why) -> why;
                            case Firing.Waiting(var tries, var _, var trouble) ->
                                trouble == null ? "" : "%s. Tried %d times.".formatted(trouble, tries);
                        });
            }
        };
    }

    private static String cause(Firing.Cause cause) {
        return switch (cause) {
            case DUE -> "";
            case CATCH_UP -> "made up for";
            case BACKFILL -> "back-fill";
            case BY_HAND -> "by hand";
        };
    }
}
