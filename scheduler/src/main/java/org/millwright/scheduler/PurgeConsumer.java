package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.RecordedEvent;

/** Has purges carried out as soon as they are ordered. */
@ApplicationScoped
public class PurgeConsumer implements EventConsumer {
    private final QuartzScheduling quartz;

    @Inject
    public PurgeConsumer(QuartzScheduling quartz) {
        this.quartz = quartz;
    }

    @SuppressWarnings("NullAway")
    protected PurgeConsumer() {
        this(null);
    }

    @Override
    public String name() {
        return "purge";
    }

    @Override
    public boolean wants(String eventType) {
        return eventType.equals("PurgeOrdered");
    }

    @Override
    public void accept(RecordedEvent event) {
        quartz.purgeNow();
    }
}
