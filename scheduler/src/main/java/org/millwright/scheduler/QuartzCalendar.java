package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.TreeSet;
import org.millwright.schedule.model.Trigger;
import org.millwright.schedule.spi.TriggerCalendar;
import org.millwright.shared.Refused;
import org.quartz.spi.OperableTrigger;

/**
 * Tells when triggers fire by asking the very triggers that Quartz will fire.
 *
 * <p>A cron expression's local time that the clocks skip in spring is left out that day; one that comes twice in autumn is
 * fired once.
 */
@ApplicationScoped
public class QuartzCalendar implements TriggerCalendar {

    @Override
    public List<Instant> next(Trigger trigger, Instant after, int most) {
        var times = new TreeSet<Instant>();
        var fires = false;
        for (var each : TriggerPlan.of(trigger, after)) {
            var found = next(each, trigger, after, most);
            fires |= !found.isEmpty() || isOver(trigger, after);
            times.addAll(found);
        }
        if (!fires && trigger instanceof Trigger.Cron(var expression, var _, var _, var end) && end == null) {
            throw Refused.invalid("trigger.expression", "'%s' never fires: there is no such day".formatted(expression));
        }
        return times.stream().limit(most).toList();
    }

    private static List<Instant> next(OperableTrigger plan, Trigger trigger, Instant after, int most) {
        var times = new ArrayList<Instant>();
        var at = plan.getStartTime().toInstant().isAfter(after)
                ? plan.getFireTimeAfter(
                        Date.from(plan.getStartTime().toInstant().minusMillis(1)))
                : plan.getFireTimeAfter(Date.from(after));
        while (at != null && times.size() < most && isWithin(trigger, at.toInstant())) {
            times.add(at.toInstant());
            at = plan.getFireTimeAfter(at);
        }
        return times;
    }

    private static boolean isWithin(Trigger trigger, Instant time) {
        var end = trigger.end();
        return end == null || !time.isAfter(end);
    }

    private static boolean isOver(Trigger trigger, Instant now) {
        var end = trigger.end();
        return end != null && !end.isAfter(now);
    }
}
