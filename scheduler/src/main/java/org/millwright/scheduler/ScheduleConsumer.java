package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.RecordedEvent;
import org.millwright.workspace.WorkspaceName;

/** Tells Quartz of schedules that were made, changed, paused, resumed or deleted, or were told to start something. */
@ApplicationScoped
public class ScheduleConsumer implements EventConsumer {
    private final QuartzScheduling quartz;

    @Inject
    public ScheduleConsumer(QuartzScheduling quartz) {
        this.quartz = quartz;
    }

    @SuppressWarnings("NullAway")
    protected ScheduleConsumer() {
        this(null);
    }

    @Override
    public String name() {
        return "schedule";
    }

    @Override
    public boolean wants(String eventType) {
        return eventType.equals("ScheduleChanged") || eventType.equals("ScheduleDeleted");
    }

    /** What is registered follows from the schedule as it is now, so a late event does no harm. */
    @Override
    public void accept(RecordedEvent event) {
        var parts = event.subject().split("/");
        quartz.register(new ScheduleKey(new WorkspaceName(parts[1]), new ScheduleName(parts[2])));
    }
}
